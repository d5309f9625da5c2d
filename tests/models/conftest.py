from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sfgen.describe import ObjectDescribe
from sfgen.models.codegen import ModelKind
from sfgen.models.generate import build_models
from sfgen.models.json_schema import SchemaOptions

WritePackage = Callable[[list[ObjectDescribe], ModelKind, SchemaOptions], str]


@pytest.fixture
def package_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WritePackage]:
    """Write models into a package that can be imported, and return its name; afterwards it is forgotten."""
    monkeypatch.syspath_prepend(str(tmp_path))
    made: list[str] = []

    def write(objects: list[ObjectDescribe], kind: ModelKind, options: SchemaOptions) -> str:
        name = f"{kind.value}_{len(made)}_{tmp_path.name}"
        models = build_models(objects, kind, options)
        assert models.problems == ()
        (tmp_path / name).mkdir()
        for path, text in models.files.items():
            (tmp_path / name / path).write_text(text, encoding="utf-8")
        made.append(name)
        return name

    yield write
    for module in [module for module in sys.modules if module.partition(".")[0] in made]:
        del sys.modules[module]
