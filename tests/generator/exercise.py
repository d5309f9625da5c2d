"""Run by test_traps in a process of its own: asks every model of the packages it is given for all that it has.

``python exercise.py FOLDER PACKAGE...`` prints how many models and attributes answered.
"""

from __future__ import annotations

import datetime as dt
import importlib
import json
import sys
from types import ModuleType
from typing import Any

from sfgen_runtime.model import SObject
from sfgen_runtime.model.columns import Expr
from sfgen_runtime.model.paths import Path
from sfgen_runtime.model.query import ChildRelationship
from sfgen_runtime.model.registry import model_for, package_of, table_of
from sfgen_runtime.model.table import FieldRow

_SAMPLES: dict[str, Any] = {
    "boolean": True,
    **dict.fromkeys(("int", "long"), 1),
    **dict.fromkeys(("double", "percent", "currency"), 0.0),
    "date": dt.date(2026, 1, 31),
    "datetime": dt.datetime(2026, 1, 31, 12, tzinfo=dt.UTC),
    "time": dt.time(12, 30),
    "base64": b"bytes",
    **dict.fromkeys(("multipicklist", "address", "location"), None),
}


def sample(model: type[SObject], row: FieldRow) -> Any:
    """Return a value that the field takes, or None."""
    if row.type == "reference":
        targets = [model_for(package_of(model), name) for name in row.reference_to]
        prefixes = [table_of(target).key_prefix for target in targets if target is not None]
        return f"{next((prefix for prefix in prefixes if prefix), '001')}000000000001"
    if row.type == "picklist" and row.restricted:
        # Half of a surrogate pair is a text that nothing can carry.
        active = (choice.value for choice in row.choices if choice.active)
        return next((value for value in active if value and value.encode(errors="ignore").decode() == value), None)
    return _SAMPLES.get(row.type, "text")


def exercise(package_name: str) -> tuple[int, int]:
    package = importlib.import_module(package_name)
    index = importlib.import_module(f"{package_name}._index")
    client = package.Salesforce(instance_url="https://acme.my.salesforce.com", session_id="x")
    attributes = 0
    for client_attribute, api_name in index.CLIENT.items():
        module, class_name = index.MODELS[api_name]
        model = getattr(importlib.import_module(f"{package_name}.{module}"), class_name)
        assert model_for(package_name, api_name) is model
        assert model.__sobject__ == api_name
        assert type(getattr(client, client_attribute)).__name__ == f"{class_name}Type"
        assert_exported(package, class_name, model, {*index.MODELS.values()})
        attributes += ask_for_everything(model)
        make_and_read(model)
    assert len(index.CLIENT) == len(index.MODELS)
    return len(index.MODELS), attributes


def assert_exported(
    package: ModuleType, class_name: str, model: type[SObject], all_models: set[tuple[str, str]]
) -> None:
    if class_name == "Salesforce":
        return  # the package's own is the client
    if class_name in {"client", *(module for module, _ in all_models)}:
        assert isinstance(getattr(package, class_name), ModuleType)
    else:
        assert getattr(package, class_name) is model
        assert class_name in dir(package)


def ask_for_everything(model: type[SObject]) -> int:
    table = table_of(model)
    assert {*model.__annotations__} == {*table.fields, *table.parents, *table.children}
    for attribute, field in table.fields.items():
        column = getattr(model, attribute)
        assert isinstance(column, Expr)
        assert column.soql == field.name
    for attribute, parent in table.parents.items():
        path = getattr(model, attribute)
        assert isinstance(path, Path)
        # Every object has an Id, but for the one that has no field at all.
        assert parent.targets == ("Empty__c",) or path.Id.soql == f"{parent.name}.Id"
    for attribute in table.children:
        assert isinstance(getattr(model, attribute), ChildRelationship)
    return len(model.__annotations__)


def make_and_read(model: type[SObject]) -> None:
    fields = table_of(model).fields
    values = {
        name: value for name, row in fields.items() if row.createable and (value := sample(model, row)) is not None
    }
    record = model(**values)
    assert {name: getattr(record, name) for name in values}.keys() == values.keys()
    assert record.model_dump().keys() == values.keys()
    assert json.loads(record.model_dump_json()).keys() == values.keys()
    read = model.model_validate({row.name: None for row in fields.values()})
    assert all(getattr(read, attribute) is None for attribute in fields)
    assert not hasattr(model.model_validate({}), next(iter(fields), "Id"))


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    counts = [exercise(name) for name in sys.argv[2:]]
    print(f"{sum(models for models, _ in counts)} models, {sum(found for _, found in counts)} attributes")
