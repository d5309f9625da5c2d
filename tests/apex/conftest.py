from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sfgen.apex.generate import build_apex
from sfgen.describe import read_object
from sfgen.generate import Options, build_package
from sfgen_local_org import demo

DOCUMENTS = Path(__file__).parent / "documents"
Generate = Callable[..., Any]


@pytest.fixture(scope="session")
def apex_package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A package of one object with the two documents' clients, that can be imported."""
    documents = {"user_activity": DOCUMENTS / "user_activity.yaml", "orders": DOCUMENTS / "orders.json"}
    described, _ = read_object(demo.describes()["User"])
    package = build_package([described], Options("apex_org", "62.0", apex=build_apex(documents)))
    assert [problem for problem in package.problems if problem.level == "error"] == []
    folder = tmp_path_factory.mktemp("apex")
    for path, text in package.files.items():
        file = folder / "apex_org" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))
    for module in [module for module in sys.modules if module.partition(".")[0] == "apex_org"]:
        del sys.modules[module]
