"""Schemas as they are found in the wild: odd names, cycles, unions without a tag, types that say little."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sfgen.apex.generate import build_apex
from sfgen.apex.reading import DocumentError


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def json_body(schema: Any) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def an_object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


TEXT = {"type": "string"}
DAY = {"type": "string", "format": "date"}
ODD: dict[str, Any] = {
    "Pet": {"oneOf": [ref("Cat"), ref("Dog")], "discriminator": {"propertyName": "petType"}},
    "Cat": an_object(petType=TEXT, name=TEXT) | {"required": ["petType"]},
    "Dog": an_object(petType=TEXT, bark=TEXT) | {"required": ["petType"]},
    "Base": an_object(kind=TEXT) | {"discriminator": {"propertyName": "kind"}},
    "Child": {"allOf": [ref("Base")], "properties": {"x": {"type": "integer"}}, "required": ["x"]},
    "Ints": {"type": "integer", "enum": [1, 2]},
    "MaybeEnum": {"type": "string", "nullable": True, "enum": ["a", "b"]},
    "Tree": {"type": "array", "items": ref("Tree")},
    "Node": an_object(kids={"type": "array", "items": ref("Node")}, next=ref("Node")),
    "Alias": ref("Node"),
    "Inner": {"$ref": "#/components/schemas/List/items"},
    "List": {"type": "array", "items": an_object(Node=ref("Node"), List=ref("List"))},
    "foo-bar": an_object(a=TEXT),
    "FooBar": an_object(b=TEXT),
    "Field": an_object(**{"a-b": TEXT, "A_b": TEXT, "_x": TEXT, "model_x": TEXT, "copy": TEXT, "self": TEXT}),
    "BaseModel": {"type": "object"},
    "date": {"type": "string", "format": "date"},
    "datetime": an_object(datetime={"type": "string", "format": "date-time"}),
    "str": an_object(str=TEXT, int={"type": "integer"}, x=TEXT),
    "Empty": {},
    "Map": {"type": "object", "additionalProperties": ref("Node")},
    "Mixed": {"anyOf": [TEXT, {"type": "integer"}, {"type": "array", "items": TEXT}, an_object(z=TEXT)]},
    "Odd values": {"enum": ["a b", "1", "", " ", "None"]},
    "Mail": {"type": "string", "format": "email", "pattern": "(?<=x)y"},
    "Money": {"type": "number", "format": "decimal", "minimum": 0, "multipleOf": 0.01},
}
ODD_PATHS = {
    "/p/{body}/{self}": {
        "get": {
            "parameters": [
                {"name": "body", "in": "path", "required": True, "schema": ref("Ints")},
                {"name": "self", "in": "path", "required": True, "schema": TEXT},
                {"name": "text", "in": "query", "schema": ref("MaybeEnum")},
                {"name": "list", "in": "query", "schema": {"type": "array", "items": ref("MaybeEnum")}},
                {"name": "int", "in": "query", "required": True, "schema": {"type": "integer"}},
            ],
            "responses": {"default": json_body({"type": "array", "items": an_object(q=TEXT)})},
        },
    },
    "/str": {
        "put": {"operationId": "str", "responses": {"200": {"content": {"*/*": {}}}}},
        "delete": {"responses": {"204": {}, "200": {"content": {"application/octet-stream": {}}}}},
    },
}
CHECK = """
import apex.d, apex.d_models as m
from pydantic import TypeAdapter
for name, value in vars(apex.d).items():
    if name.endswith("_body"):
        value._adapter
for value in list(vars(m).values()):
    if getattr(value, "__module__", "") == "apex.d_models":
        TypeAdapter(value)
print(repr(TypeAdapter(m.Pet).validate_python({"petType": "Dog", "bark": "x"})))
"""


def written(tmp_path: Path, version: str, paths: Any, schemas: Any) -> Path:
    file = tmp_path / "d.json"
    document = {"openapi": version, "paths": paths, "components": {"schemas": schemas}}
    file.write_text(json.dumps(document), encoding="utf-8")
    for path, text in build_apex({"d": file}).items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("version", ["3.0.0", "3.1.0"])
def test_odd_schemas_make_clients_that_import_and_type_check(version: str, tmp_path: Path) -> None:
    bodies = {}
    for name in ODD:
        body = json_body(ref(name))
        bodies[f"/s/{name}"] = {"post": {"requestBody": body, "responses": {"200": body}}}
    folder = written(tmp_path, version, bodies | ODD_PATHS, ODD)
    (folder / "check.py").write_text(CHECK, encoding="utf-8")
    run = subprocess.run([sys.executable, "check.py"], cwd=folder, capture_output=True, text=True)
    assert run.stdout == "Dog(petType='Dog', bark='x')\n", run.stderr
    for checker in (["mypy", "--strict", "--config-file", ""], ["pyright", "--pythonpath", sys.executable]):
        found = subprocess.run([sys.executable, "-m", *checker, "apex"], cwd=folder, capture_output=True, text=True)
        assert found.returncode == 0, found.stdout


NAMES = [
    *("client", "_call", "text", "binary", "nothing", "JsonBody", "Answers", "ApexCall", "as_json", "spread", "flat"),
    *("_m", "_dt", "TYPE_CHECKING", "Timeout", "Literal", "__init__", "None", "self", "import", "print", "list", "str"),
    *("int", "object", "Any", "type", "DResponse", "D"),
]


@pytest.mark.slow
def test_names_of_python_and_of_the_client_itself_hide_nothing(tmp_path: Path) -> None:
    paths, schemas = {}, {}
    for name in NAMES:
        parameters = [
            {"name": name, "in": "query", "explode": False, "schema": {"type": "array", "items": DAY}},
            {"name": "o", "in": "query", "explode": False, "schema": {"type": "object"}},
        ]
        schemas[name] = an_object(a=TEXT, **{name: ref(name)})
        answers = {"200": json_body(ref(name)), "201": {"content": {"text/plain": {}}}, "202": {"content": {"a/b": {}}}}
        body = json_body(an_object(**{name: {"type": "string", "format": "date-time"}}))
        paths[f"/{name}"] = {
            "post": {"operationId": name, "parameters": parameters, "requestBody": body, "responses": answers}
        }
    folder = written(tmp_path, "3.0.0", paths, schemas)
    check = """
import apex.d
client = apex.d.D("the client")
assert client.client == "the client"
assert all(callable(getattr(client, name)) for name in vars(apex.d.D) if not name.startswith("__"))
"""
    subprocess.run([sys.executable, "-c", check], cwd=folder, check=True)
    for checker in (["mypy", "--strict", "--config-file", ""], ["pyright", "--pythonpath", sys.executable]):
        found = subprocess.run([sys.executable, "-m", *checker, "apex"], cwd=folder, capture_output=True, text=True)
        assert found.returncode == 0, found.stdout


@pytest.mark.parametrize(
    "schemas",
    [
        {"A": ref("B"), "B": ref("A")},
        {"A": ref("A")},
        {"A": {"allOf": [ref("A")]}},
        {"A": {"type": "array", "items": {"$ref": "#/components/schemas/A/items"}}},
        {"A": an_object(x={"$ref": "#/components/schemas/A/properties/x"})},
    ],
)
def test_a_schema_that_is_only_itself_is_a_fault(schemas: Any, tmp_path: Path) -> None:
    paths = {"/a": {"get": {"responses": {"200": json_body(ref("A"))}}}}
    with pytest.raises(DocumentError, match=re.escape(str(tmp_path / "d.json"))):
        written(tmp_path, "3.0.0", paths, schemas)
