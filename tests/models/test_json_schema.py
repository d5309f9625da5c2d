"""`sfgen schema`: a valid schema, which records of the demo org fulfil and wrong ones don't."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from model_records import REAL_FOLDERS, empty_record_of, needs_real, objects_of, record_of
from sfgen.__main__ import main
from sfgen.describe import ObjectDescribe, read_object
from sfgen.models.codegen import ModelKind
from sfgen.models.generate import build_models
from sfgen.models.json_schema import Decimals, JsonSchema, Relationships, SchemaOptions, json_schema
from sfgen_local_org import demo
from sfgen_local_org.server import LocalOrg
from sfgen_runtime import SalesforceClient


def demo_objects(*names: str) -> list[ObjectDescribe]:
    describes = demo.describes()
    return [read_object(describes[name])[0] for name in names or describes]


def with_parents(name: str, **parents: str) -> ObjectDescribe:
    """Describe an object by its parents: relationship and object."""
    fields = [
        {"name": f"{relationship}Id", "type": "reference", "relationshipName": relationship, "referenceTo": [parent]}
        for relationship, parent in parents.items()
    ]
    return read_object({"name": name, "fields": fields})[0]


def validator(schema: JsonSchema, name: str) -> Draft202012Validator:
    return Draft202012Validator({"$schema": schema["$schema"], "$ref": f"#/$defs/{name}", "$defs": schema["$defs"]})


def errors(schema: JsonSchema, name: str, record: Any) -> list[str]:
    return [error.message for error in validator(schema, name).iter_errors(record)]


@needs_real
@pytest.mark.parametrize("folder", REAL_FOLDERS)
@pytest.mark.parametrize("relationships", list(Relationships))
def test_schemas_of_real_orgs_are_valid_and_records_fulfil_them(folder: str, relationships: Relationships) -> None:
    objects = objects_of(folder)
    schema = json_schema(objects, SchemaOptions(relationships=relationships))
    Draft202012Validator.check_schema(schema)
    for described in objects:
        assert errors(schema, described.name, record_of(described)) == []
        assert errors(schema, described.name, empty_record_of(described)) == []


def test_records_of_a_served_org_fulfil_the_schema() -> None:
    schema = json_schema(demo_objects(), SchemaOptions(relationships=Relationships.ALL))
    with LocalOrg(demo.describes().values()) as server:
        server.org.seed(demo.records())
        client = SalesforceClient(instance_url=server.url, session_id=server.session_id)
        for name in ("Account", "Contact", "Opportunity", "Site__c"):
            fields = [field["name"] for field in demo.describes()[name]["fields"]]
            records = client.query(f"SELECT {', '.join(fields)} FROM {name}")["records"]
            assert records
            for record in records:
                assert errors(schema, name, json.loads(json.dumps(record))) == []
        nested = client.query("SELECT Name, Parent.Name, (SELECT LastName, Account.Name FROM Contacts) FROM Account")
        assert any(record["Contacts"] for record in nested["records"])
        for record in nested["records"]:
            assert errors(schema, "Account", json.loads(json.dumps(record))) == []


def test_what_describe_forbids_the_schema_forbids() -> None:
    described, _ = read_object(
        {
            "name": "Pet__c",
            "label": "Pet",
            "fields": [
                {"name": "Id", "type": "id", "nillable": False, "createable": False, "updateable": False},
                {"name": "Name", "type": "string", "length": 5, "createable": True, "nillable": True},
                {"name": "Price__c", "type": "currency", "nillable": True, "createable": True},
                {
                    "name": "Kind__c",
                    "type": "picklist",
                    "nillable": True,
                    "restrictedPicklist": True,
                    "picklistValues": [
                        {"value": "Cat", "active": True},
                        {"value": "Dodo", "active": False},
                    ],
                },
            ],
        }
    )
    schema = json_schema([described])
    assert errors(schema, "Pet__c", {"Name": "Rex", "Kind__c": "Dodo", "Price__c": 1.5}) == []
    assert errors(schema, "Pet__c", {"Name": "Bartholomew"}) == ["'Bartholomew' is too long"]
    assert errors(schema, "Pet__c", {"Kind__c": "Dog"}) == ["'Dog' is not one of ['Cat', 'Dodo', None]"]
    assert errors(schema, "Pet__c", {"Id": None}) == ["None is not of type 'string'"]
    assert errors(schema, "Pet__c", {"Price__c": "1.5"}) != []
    properties = schema["$defs"]["Pet__c"]["properties"]
    assert [name for name, field in properties.items() if field.get("readOnly")] == ["attributes", "Id"]
    as_text = json_schema([described], SchemaOptions(decimals=Decimals.STRING))
    assert errors(as_text, "Pet__c", {"Price__c": "1.50"}) == []
    assert as_text["$defs"]["Pet__c"]["properties"]["Price__c"]["format"] == "decimal"


def test_the_command_writes_the_schema(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["schema", "--org", "demo", "--object", "Account", "--object", "Contact"]) == 0
    printed = capsys.readouterr().out
    assert json.loads(printed)["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert (
        main(["schema", "--org", "demo", "--object", "Contact", "--object", "Account", "--out", "a/schema.json"]) == 0
    )
    assert capsys.readouterr().out == "a/schema.json: 2 objects\n"
    assert (tmp_path / "a" / "schema.json").read_text(encoding="utf-8") == printed
    assert main(["schema"]) == 2
    assert "--from-snapshot DIR" in capsys.readouterr().err


@pytest.mark.parametrize("relationships", list(Relationships))
def test_each_object_has_its_module(relationships: Relationships) -> None:
    # Account and Contact refer to each other; Case and Visit refer to them, and nothing to those.
    objects = [
        with_parents("Account", Contact="Contact"),
        with_parents("Contact", Account="Account"),
        with_parents("Case", Account="Account"),
        with_parents("Visit", Case="Case", Contact="Contact"),
    ]
    files = build_models(objects, ModelKind.TYPEDDICT, SchemaOptions(relationships=relationships)).files
    said = re.compile(r"^(?:class (?=\w+\()|(?=\w+: TypeAlias = ))(\w+)", re.MULTILINE)
    for described in objects:
        assert described.name in said.findall(files[f"{described.name.lower()}.py"] + files.get("_internal.py", ""))
    # mypy writes out an alias at each use, which takes it minutes where TypedDicts refer to each other.
    aliases = {name for text in files.values() for name in re.findall(r"^(\w+): TypeAlias", text, re.MULTILINE)}
    assert not any(re.search(rf"NotRequired\[.*\b{name}\b", text) for name in aliases for text in files.values())
    # Nothing is imported from a module that isn't there.
    modules = {path.removesuffix(".py") for path in files}
    for text in files.values():
        for line in re.findall(r"^from \. import (.+)$", text, re.MULTILINE):
            assert set(line.split(", ")) <= modules


def test_so_many_typeddicts_that_mypy_takes_minutes_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sfgen.models.generate._MANY_TYPEDDICTS", 1)
    objects = [with_parents("Account", Contact="Contact"), with_parents("Contact", Account="Account")]
    for kind, relationships, expected in (
        (ModelKind.TYPEDDICT, Relationships.ALL, 1),
        (ModelKind.TYPEDDICT, Relationships.PARENTS, 0),
        (ModelKind.MSGSPEC, Relationships.ALL, 0),
    ):
        problems = build_models(objects, kind, SchemaOptions(relationships=relationships)).problems
        assert ["takes minutes" in problem.message for problem in problems] == [True] * expected
