"""The conformance cases of simple-salesforce's behaviour, run against this runtime.

Those beside the checkout came with the project; `cases.json` here has more of the same form, read from
simple-salesforce's source. Their tiers: `parity` is what simple-salesforce 1.12.10 does, `beyond` what it fails at,
`ours` what this runtime refuses and simple-salesforce lets pass.
"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from types import ModuleType

CONFORMANCE = Path(__file__).resolve().parents[2] / ".." / "shared" / "conformance"


def cases() -> list[Any]:
    if not (CONFORMANCE / "runner.py").exists():
        return [pytest.param(None, marks=pytest.mark.skip(reason="no ../shared/conformance beside the checkout"))]
    files = (CONFORMANCE / "cases.json", Path(__file__).with_name("cases.json"))
    found = [case for file in files for case in json.loads(file.read_text(encoding="utf-8"))["cases"]]
    return [pytest.param(case, id=case["id"]) for case in found]


@pytest.fixture(scope="module")
def runner() -> ModuleType:
    spec = importlib.util.spec_from_file_location("conformance_runner", CONFORMANCE / "runner.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.CLIENT = "sfgen_runtime"
    return module


@pytest.mark.parametrize("case", cases())
def test_case(case: dict[str, Any], runner: ModuleType) -> None:
    assert runner.run_case(case, runner.Adapter()) == []
