"""The models of real orgs: they import and read records, in all four kinds."""

from __future__ import annotations

import dataclasses
import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec
import pytest
from model_records import REAL_FOLDERS, empty_record_of, needs_real, objects_of, raw_describes, record_of
from pydantic import TypeAdapter
from sfgen.describe import ObjectDescribe, read_object
from sfgen.models.codegen import ModelKind
from sfgen.models.json_schema import Relationships, SchemaOptions
from sfgen_local_org import demo
from sfgen_local_org.server import LocalOrg
from sfgen_runtime import Salesforce

WritePackage = Callable[[list[ObjectDescribe], ModelKind, SchemaOptions], str]


def read_as(kind: ModelKind, model: Any, record: dict[str, Any]) -> dict[str, Any]:
    """Read a record from JSON as users of this kind do, and return its values by their names in Python."""
    match kind:
        case ModelKind.PYDANTIC:
            return dict(model.model_validate_json(json.dumps(record)))
        case ModelKind.MSGSPEC:
            read = msgspec.json.decode(json.dumps(record), type=model)
            return {name: getattr(read, name) for name in read.__struct_fields__}
        case ModelKind.DATACLASS:
            # A dataclass checks nothing: as it is, and through a library that reads into dataclasses.
            assert dataclasses.asdict(model(**record)).items() >= record.items()
            found = TypeAdapter(model).validate_json(json.dumps(record))
            return {field.name: getattr(found, field.name) for field in dataclasses.fields(found)}
        case ModelKind.TYPEDDICT:
            # It says what json.loads returns; these two hold a record to what it says.
            assert TypeAdapter(model).validate_json(json.dumps(record)) == record
            read_dict: dict[str, Any] = msgspec.json.decode(json.dumps(record), type=model)
            assert read_dict == record
            return read_dict


def model_in(package: str, api_name: str, folder: Path) -> Any:
    """Find the class by its name, in whichever module says it or gives it that name."""
    said = re.compile(rf"^(?:class {api_name}\b|{api_name}: TypeAlias = )", re.MULTILINE)
    module = next(
        file.stem for file in sorted((folder / package).glob("*.py")) if said.search(file.read_text(encoding="utf-8"))
    )
    return getattr(import_module(f"{package}.{module}"), api_name)


@needs_real
@pytest.mark.parametrize("kind", list(ModelKind))
@pytest.mark.parametrize("folder", REAL_FOLDERS)
@pytest.mark.parametrize("relationships", list(Relationships))
def test_models_of_an_org_import_and_read_records(
    folder: str, kind: ModelKind, relationships: Relationships, package_of: WritePackage, tmp_path: Path
) -> None:
    objects = objects_of(folder)
    package = package_of(objects, kind, SchemaOptions(relationships=relationships))
    for described in objects:
        model = model_in(package, described.name, tmp_path)
        record = record_of(described)
        read = read_as(kind, model, record)
        for field in described.fields:
            value = read[field.name]
            match field.type if kind is not ModelKind.TYPEDDICT else "as in JSON":
                case "currency":
                    assert value == Decimal("1234.5")
                    assert isinstance(value, Decimal)
                case "datetime":
                    assert value == datetime(2024, 2, 29, 10, 20, 30, tzinfo=UTC)
                case "date":
                    assert value == date(2024, 2, 29)
                case "address" | "location" | "time":
                    assert value is not None
                case _:
                    assert value == record[field.name]
        read_as(kind, model, empty_record_of(described))


@needs_real
@pytest.mark.parametrize("kind", list(ModelKind))
def test_records_of_an_org_of_the_snapshot_are_read(kind: ModelKind, package_of: WritePackage, tmp_path: Path) -> None:
    package = package_of(objects_of("nonprofit"), kind, SchemaOptions(relationships=Relationships.PARENTS))
    with LocalOrg(raw_describes("nonprofit")) as server:
        sf = Salesforce(instance_url=server.url, session_id=server.session_id, object_pairs_hook=dict)
        account = sf.Account.create({"Name": "Acme"})["id"]
        stage = next(value["value"] for value in picklist(sf, "Opportunity", "StageName") if value["active"])
        made = {"Name": "A", "StageName": stage, "CloseDate": "2026-01-31", "AccountId": account, "Amount": 1.5}
        opportunity = sf.Opportunity.create(made)["id"]
        read_as(kind, model_in(package, "Account", tmp_path), sf.Account.get(account))
        read_as(kind, model_in(package, "Opportunity", tmp_path), sf.Opportunity.get(opportunity))
        (found,) = sf.query("SELECT Name, Account.Name, CreatedDate FROM Opportunity")["records"]
        read = read_as(kind, model_in(package, "Opportunity", tmp_path), found)
    assert read["Name"] == "A"


def picklist(sf: Salesforce, name: str, field: str) -> list[dict[str, Any]]:
    """Return the values of a picklist."""
    return next(one["picklistValues"] for one in sf.sobject(name).describe()["fields"] if one["name"] == field)


def test_typed_dicts_depend_on_nothing_and_pydantic_reads_them(package_of: WritePackage, tmp_path: Path) -> None:
    described, _ = read_object(demo.describes()["Contact"])
    package = package_of([described], ModelKind.TYPEDDICT, SchemaOptions())
    model = model_in(package, "Contact", tmp_path)
    assert TypeAdapter(model).validate_python({"LastName": "Smith"}) == {"LastName": "Smith"}
    code = (
        f"import sys; sys.modules['typing_extensions'] = None; import {package}.contact as m; print(m.Contact(Id='1'))"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.stdout == "{'Id': '1'}\n", ran.stderr


@needs_real
def test_parents_and_children_are_models_themselves(package_of: WritePackage, tmp_path: Path) -> None:
    package = package_of(objects_of("nonprofit"), ModelKind.PYDANTIC, SchemaOptions(relationships=Relationships.ALL))
    account = model_in(package, "Account", tmp_path)
    contact = model_in(package, "Contact", tmp_path)
    read = contact.model_validate({"LastName": "Smith", "Account": {"Name": "Acme", "Parent": {"Name": "Holding"}}})
    assert isinstance(read.Account, account)
    assert read.Account.Parent.Name == "Holding"
    page = {"totalSize": 1, "done": True, "records": [{"LastName": "Smith"}]}
    assert isinstance(account.model_validate({"Contacts": page}).Contacts.records[0], contact)


@needs_real
def test_a_wrong_value_is_refused(package_of: WritePackage, tmp_path: Path) -> None:
    objects = objects_of("nonprofit")
    for kind in (ModelKind.PYDANTIC, ModelKind.MSGSPEC):
        contact = model_in(package_of(objects, kind, SchemaOptions()), "Contact", tmp_path)
        with pytest.raises((ValueError, msgspec.ValidationError)):
            read_as(kind, contact, {"LastName": 5})


@needs_real
@pytest.mark.slow
@pytest.mark.parametrize("kind", list(ModelKind))
def test_models_of_a_whole_org(kind: ModelKind, package_of: WritePackage, tmp_path: Path) -> None:
    objects = objects_of("whole_org_712.tar.gz")
    package = package_of(objects, kind, SchemaOptions())
    for described in objects:
        model = model_in(package, described.name, tmp_path)
        read_as(kind, model, record_of(described))
