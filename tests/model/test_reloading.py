"""A package that is generated again while a program runs, as in a notebook: what is imported then is the new one."""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sfgen.describe import read_object
from sfgen.generate import Options, build_package
from sfgen_runtime.model import InvalidRecord
from sfgen_runtime.model.registry import model_for, table_of

PACKAGE = "reloaded_org"


def generate(folder: Path, *more: str) -> None:
    """Write a package of two objects, the parent with more fields than it needs."""
    text = {"type": "string", "length": 80, "nillable": True, "createable": True, "updateable": True}
    lookup = {"type": "reference", "referenceTo": ["Parent__c"], "relationshipName": "Parent__r", "nillable": True}
    fields: dict[str, list[dict[str, Any]]] = {
        "Parent__c": [{"name": name, **text} for name in ("Name", *more)],
        "Child__c": [{"name": "Parent__c", **lookup}, *({"name": name, **text} for name in ("Name", *more))],
    }
    describes = [read_object({"name": name, "fields": listed})[0] for name, listed in fields.items()]
    for path, source in build_package(describes, Options(PACKAGE)).files.items():
        target = folder / PACKAGE / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(source, encoding="utf-8")
    importlib.invalidate_caches()


def use() -> type[Any]:
    """Import a model and use it, so that whatever is cached of the package is there; return the model."""
    child: type[Any] = importlib.import_module(f"{PACKAGE}.child__c").Child__c
    assert importlib.import_module(PACKAGE).Child__c is child
    assert repr(child.Parent__r.Name) == "<column Parent__r.Name of Child__c>"
    assert child(Name="x").Name == "x"
    return child


def forget() -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == PACKAGE]:
        del sys.modules[name]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield tmp_path
    forget()


def reload_the_package() -> None:
    importlib.reload(sys.modules[PACKAGE])


@pytest.mark.parametrize("again", [forget, reload_the_package])
def test_what_is_imported_afterwards_is_the_new_package(folder: Path, again: Any) -> None:
    generate(folder)
    old = use()
    with pytest.raises(AttributeError, match="has no field 'New__c'"):
        old.Parent__r.New__c
    generate(folder, "New__c")
    again()
    new = use()
    assert new is not old
    assert new(New__c="x").New__c == "x"
    assert repr(new.Parent__r.New__c) == "<column Parent__r.New__c of Child__c>"
    assert model_for(PACKAGE, "Child__c") is new
    assert not hasattr(old, "New__c")
    with pytest.raises(InvalidRecord, match="no such field"):
        old(New__c="x")


def test_one_module_that_is_reloaded_has_its_new_table(folder: Path) -> None:
    generate(folder)
    old = use()
    generate(folder, "New__c")
    new = importlib.reload(sys.modules[f"{PACKAGE}.child__c"]).Child__c
    assert new(New__c="x").New__c == "x"
    assert model_for(PACKAGE, "Child__c") is new
    assert "New__c" not in table_of(old).fields


def test_a_star_import_gives_what_type_checkers_see(folder: Path) -> None:
    generate(folder)
    seen = {
        alias.asname
        for node in ast.walk(ast.parse((folder / PACKAGE / "__init__.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level
        for alias in node.names
    }
    names: dict[str, Any] = {}
    exec(f"from {PACKAGE} import *", names)
    assert seen == names.keys() - {"__builtins__"}
    assert {"Salesforce", "Child__c", "Child__cCreate"} <= seen
