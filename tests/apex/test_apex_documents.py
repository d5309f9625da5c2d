"""Documents that are broken or hostile: each fault with its place, and no text that becomes code."""

from __future__ import annotations

import ast
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sfgen.__main__ import main
from sfgen.apex.document import read_document
from sfgen.apex.generate import build_apex
from sfgen.apex.reading import DocumentError

DOCUMENTS = Path(__file__).parent / "documents"
Change = Callable[[dict[str, Any]], None]


def orders() -> dict[str, Any]:
    data: dict[str, Any] = json.loads((DOCUMENTS / "orders.json").read_text(encoding="utf-8"))
    return data


def build(tmp_path: Path, data: Any) -> dict[str, str]:
    file = tmp_path / "orders.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    return build_apex({"orders": file})


def at(data: Any, *keys: Any) -> Any:
    for key in keys:
        data = data[key]
    return data


POST = ("paths", "/orders", "post")
GET = ("paths", "/orders/{number}", "get")
BROKEN: list[tuple[Change, str]] = [
    (lambda d: d.update(openapi="2.0"), "/openapi: it must say 3.0.x or 3.1.x"),
    (lambda d: d.update(paths=[]), "/paths: must be an object, not a list"),
    (lambda d: d.update(paths={}), "/paths: has no operation"),
    (
        lambda d: at(d, "components", "schemas", "Order-Line", "properties").update(parts={"$ref": "#/components/x"}),
        "/components/schemas/Order-Line/properties/parts/$ref: '#/components/x' names nothing in the document",
    ),
    (
        lambda d: at(d, "components", "schemas", "Card").update({"$ref": "https://evil.example/x.json"}),
        "/components/schemas/Card/$ref: 'https://evil.example/x.json' leaves the document",
    ),
    (
        lambda d: at(d, "components", "schemas", "Card", "properties", "digits").update(type="text"),
        "/components/schemas/Card/properties/digits/type: 'text' is no type; known are",
    ),
    (
        lambda d: at(d, "components", "schemas", "Card").update(properties=["kind"]),
        "/components/schemas/Card/properties: must be an object, not a list",
    ),
    (
        lambda d: at(d, "components", "schemas", "Card").update(required="kind"),
        "/components/schemas/Card/required: must be a list, not text",
    ),
    (
        lambda d: at(d, *POST, "requestBody", "content", "application/json", "schema", "properties").update(
            note={"type": "string", "maxLength": "5"}
        ),
        "/paths/~1orders/post/requestBody/content/application~1json/schema/properties/note/maxLength: must be a number",
    ),
    (
        lambda d: at(d, *GET).pop("parameters"),
        "/paths/~1orders~1{number}/get: the path has {number}, which no parameter",
    ),
    (
        lambda d: at(d, *GET)["parameters"].append({"name": "x", "in": "body", "schema": {}}),
        "/paths/~1orders~1{number}/get/parameters/3/in: must be path, query, header or cookie",
    ),
    (
        lambda d: at(d, *GET)["parameters"].append({"name": "x", "in": "query"}),
        "/paths/~1orders~1{number}/get/parameters/3: a parameter needs a schema",
    ),
    (
        lambda d: at(d, *GET)["parameters"].append({"name": "number", "in": "path", "schema": {"type": "string"}}),
        "/paths/~1orders~1{number}/get/parameters/3: the parameter 'number' in: path is there twice",
    ),
    (
        lambda d: d["paths"].update({"/o/{number}/{number}": d["paths"].pop("/orders/{number}")}),
        "/paths/~1o~1{number}~1{number}/get: the path has {number} twice",
    ),
    (
        lambda d: (
            at(d, "components", "schemas", "Card").update(allOf=[{"$ref": "#/components/schemas/Order"}])
            or at(d, "components", "schemas", "Order")["allOf"].append({"$ref": "#/components/schemas/Card"})
        ),
        "takes over itself",
    ),
    (
        lambda d: at(d, "components", "schemas", "Card", "properties").update(x={"enum": ["a", "\ud800"]}),
        "/components/schemas/Card/properties/x/enum/1: holds half a surrogate pair",
    ),
    (lambda d: at(d, *GET).pop("responses"), "/paths/~1orders~1{number}/get/responses: an operation needs"),
    (
        lambda d: at(d, *GET)["responses"].update({"ok": {}}),
        "/paths/~1orders~1{number}/get/responses/ok: must be a status such as 200",
    ),
    (
        lambda d: at(d, *POST).update(requestBody={"$ref": "#/paths/~1orders/post/requestBody"}),
        "leads back to itself",
    ),
    (
        lambda d: at(d, *POST).update(requestBody={"content": {"multipart/form-data": {}}}),
        "/paths/~1orders/post/requestBody/content/multipart~1form-data: is not taken",
    ),
    (lambda d: d["paths"].update({"/../x": d["paths"].pop("/orders")}), "/paths/~1..~1x/post: the path must be plain"),
    (
        lambda d: at(d, "components", "schemas", "Card").update({"$ref": "#/servers/" + "1" * 5000}),
        "/components/schemas/Card/$ref: '#/servers/111",
    ),
    (
        lambda d: at(d, "components", "schemas").update(X={"type": "integer", "maximum": 10**4000}),
        "X/maximum: is a number that JSON can't carry",
    ),
    (
        lambda d: at(d, "paths").update({"/\ud800": at(d, *POST)}),
        "a path begins with a slash, and has whole characters",
    ),
    (lambda d: at(d, "paths").update({"/a/%2e%2E/b": {"get": at(d, *POST)}}), "the path must be plain"),
    (lambda d: at(d, *GET).update(parameters=[{"name": "\ud800", "in": "query"}]), "needs a name, of whole characters"),
    (lambda d: d.update(servers=[{"url": "//[x/{v}"}]), "/servers/0/url: the path must be plain"),
    (
        lambda d: d["paths"].update(
            {path: {"get": {"operationId": "same", "responses": {"200": {}}}} for path in ("/a", "/b")}
        ),
        "/paths/~1b/get/operationId: 'same' is the id of /paths/~1a/get too",
    ),
    (
        lambda d: d["paths"].update(
            {
                f"/a/{{{name}}}": {
                    "get": {
                        "parameters": [{"name": name, "in": "path", "schema": {"type": "string"}}],
                        "responses": {"200": {}},
                    }
                }
                for name in ("x", "y")
            }
        ),
        "/paths/~1a~1{y}/get: is the same address as /paths/~1a~1{x}/get",
    ),
    (
        lambda d: at(d, "components", "schemas").update(X={"type": "string", "maxLength": 1.5}),
        "/components/schemas/X/maxLength: must be a whole number",
    ),
    (
        lambda d: at(d, "components", "schemas").update(X={"type": "array", "minItems": -1}),
        "/components/schemas/X/minItems: must be a whole number",
    ),
]


@pytest.mark.parametrize(("change", "told"), BROKEN, ids=[told[:50] for _, told in BROKEN])
def test_a_fault_is_told_with_file_and_place(change: Change, told: str, tmp_path: Path) -> None:
    data = orders()
    change(data)
    with pytest.raises(DocumentError) as caught:
        build(tmp_path, data)
    assert told in str(caught.value)
    assert str(tmp_path / "orders.json") in str(caught.value)


def test_all_faults_of_all_documents_are_told_at_once(tmp_path: Path) -> None:
    data = orders()
    data["components"]["schemas"]["Card"]["type"] = "x"
    data["components"]["schemas"]["Invoice"]["type"] = "y"
    (tmp_path / "one.json").write_text(json.dumps(data), encoding="utf-8")
    (tmp_path / "two.yaml").write_text("openapi: 3.0.0\npaths:\n  /a:\n    get: 5\n", encoding="utf-8")
    with pytest.raises(DocumentError) as caught:
        build_apex({"one": tmp_path / "one.json", "two": tmp_path / "two.yaml", "three": tmp_path / "none.yaml"})
    for told in (
        "schemas/Card/type",
        "schemas/Invoice/type",
        "/paths/~1a/get: must be an object, not a number",
        "none",
    ):
        assert told in str(caught.value)


# Ten lists of ten times the list before.
LAUGHS = "\n".join(f"a{at}: &a{at} [{', '.join(['*a' + str(at - 1) if at else 'x'] * 10)}]" for at in range(10))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("openapi: 3.0.0\n  paths: {", "broken YAML at line 2, column 8"),
        ("a: &x [*x]", "an alias stands for what it is a part of"),
        ("a: &x {b: {<<: *x}}", "an alias stands for what it is a part of"),
        ("a: *x", "found undefined alias"),
        (LAUGHS, "more than 500,000 values"),
        ("a: 1\na: 2", "the key 'a' is there twice"),
        ("a: !!python/object/apply:os.system ['echo hurt']", "could not determine a constructor"),
        ("[1, 2]", "it holds no object"),
        ('{"openapi": ', "broken JSON at line 1"),
        ("a: \x00", "broken YAML"),
        ('a: !!int ""', "line 1, column 4: this is no value of the tag"),
        ("a: !!float ''", "this is no value of the tag"),
        ("a: !!timestamp soon", "this is no value of the tag"),
        ("a: !!bool perhaps", "this is no value of the tag"),
        ("swagger: '2.0'", "Swagger 2.0 must be converted first"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_document_is_told(text: str, told: str, tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError) as caught:
        read_document(file)
    assert told in str(caught.value)
    assert str(file) in str(caught.value)


def test_a_key_that_is_there_twice_hides_nothing(tmp_path: Path) -> None:
    (tmp_path / "twice.json").write_text('{"openapi": "3.0.3", "paths": {"/a": {"get": 1}, "/a": {"post": 2}}}')
    with pytest.raises(DocumentError, match=r"twice\.json: the key '/a' is there twice\."):
        build_apex({"twice": tmp_path / "twice.json"})


def test_numbers_that_json_lacks_are_told(tmp_path: Path) -> None:
    file = tmp_path / "numbers.yaml"
    schemas = "{A: {const: .nan}, B: {enum: [1, -.inf]}, C: {type: number, minimum: 1.0e+999}}"
    get = "{/a: {get: {responses: {200: {description: Done}}}}}"
    file.write_text(f"openapi: 3.0.0\npaths: {get}\ncomponents: {{schemas: {schemas}}}\n", encoding="utf-8")
    with pytest.raises(DocumentError) as caught:
        build_apex({"numbers": file})
    for place in ("A/const", "B/enum/1", "C/minimum"):
        assert f"/components/schemas/{place}: is a number that JSON can't carry" in str(caught.value)


def ladder(rung: Callable[[dict[str, str]], dict[str, Any]]) -> dict[str, Any]:
    """Forty definitions, each made of the next in two ways: of the last, the first is a million millions."""
    rungs = {f"S{number}": rung({"$ref": f"#/components/schemas/S{number + 1}"}) for number in range(40)}
    return {**rungs, "S40": {"type": "object", "properties": {"last": {"type": "string"}}}}


def test_what_is_taken_over_twice_is_there_once(tmp_path: Path) -> None:
    data = orders()
    data["components"]["schemas"] |= ladder(lambda below: {"allOf": [below, below], "properties": {"own": {}}})
    made = build(tmp_path, data)["apex/orders_models.py"]
    first = next(node for node in ast.parse(made).body if isinstance(node, ast.ClassDef) and node.name == "S0")
    fields = [
        node.target.id for node in first.body if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    ]
    assert sorted(fields) == ["last", "own"]


def test_unions_of_unions_of_a_parameter_are_written_out_once(tmp_path: Path) -> None:
    data = orders()
    data["components"]["schemas"] |= ladder(lambda below: {"anyOf": [below, {"anyOf": [below]}]})
    data["components"]["schemas"]["S40"] = {"type": "string"}
    parameter = {"name": "wanted", "in": "query", "schema": {"$ref": "#/components/schemas/S0"}}
    at(data, *GET).setdefault("parameters", []).append(parameter)
    assert "wanted: str | None = None," in build(tmp_path, data)["apex/orders.py"]


def test_lists_of_unions_of_a_parameter_come_to_an_end(tmp_path: Path) -> None:
    data = orders()
    data["components"]["schemas"] |= ladder(lambda below: {"anyOf": [below, {"type": "array", "items": below}]})
    data["components"]["schemas"]["S40"] = {"type": "string"}
    parameter = {"name": "wanted", "in": "query", "schema": {"$ref": "#/components/schemas/S0"}}
    at(data, *GET).setdefault("parameters", []).append(parameter)
    with pytest.raises(DocumentError, match="has too many alternatives for a parameter"):
        build(tmp_path, data)


def test_variables_of_a_server_are_filled_in_once(tmp_path: Path) -> None:
    data = orders()
    names = [f"v{number}" for number in range(40)]
    variables = {name: {"default": f"{{{below}}}{{{below}}}"} for name, below in itertools.pairwise(names)}
    data["servers"] = [{"url": "/" + "".join(f"{{{name}}}" for name in names), "variables": variables}]
    with pytest.raises(DocumentError, match="/servers/0/url: the path must be plain"):
        build(tmp_path, data)


def test_yaml_reads_as_json_does(tmp_path: Path) -> None:
    file = tmp_path / "plain.yaml"
    file.write_text(
        "openapi: 3.1.0\nx: {on: yes, d: 2024-01-01, n: 5, f: 1.5, t: true, z: ~, 200: a}\n", encoding="utf-8"
    )
    expected = {"on": "yes", "d": "2024-01-01", "n": 5, "f": 1.5, "t": True, "z": None, "200": "a"}
    assert read_document(file).data["x"] == expected


HOSTILE = [
    '"""\nimport os\nos.system("echo hurt")\n"""',
    "'); import os; ('",
    "\\",
    "{{ 7 * 7 }}{% raw %}",
    "\u202e\x00\ud800",
    "class",
    "__class__",
    "model_config",
    "self",
    "",
    "../../x",
    "\r\nimport os",
]
texts = st.sampled_from(HOSTILE) | st.text(max_size=12)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(texts, min_size=8, max_size=8))
def test_text_of_a_document_never_becomes_code(tmp_path: Path, words: list[str]) -> None:
    a, b, c, d, e, f, g, h = words
    data = orders()
    data["info"] = {"title": a, "description": b, "x-python-import": {"module": "os", "name": "system"}}
    data["components"]["schemas"][c or "x"] = {
        "type": "object",
        "title": d,
        "description": e,
        "customTypePath": "os.system",
        "customBasePath": "os.system",
        "x-python-type": "os.system",
        "properties": {
            f or "x": {"type": "string", "enum": [g, h], "description": a, "default": b, "pattern": c},
            b or "y": {"type": "object", "properties": {d or "z": {"const": e}}},
        },
        "required": [f, b],
    }
    operation = data["paths"]["/orders"]["post"]
    operation |= {"summary": f, "description": g, "operationId": h}
    operation["parameters"] = [{"name": e or "p", "in": "query", "description": d, "schema": {"enum": [a, "x"]}}]
    operation["responses"]["400"] = {"description": c, "content": {"application/json": {"schema": {"title": g}}}}
    data["paths"]["/orders"]["delete"] = {"operationId": h, "responses": {"204": {}}}
    try:
        files = build(tmp_path, data)
    except DocumentError:
        return
    for path, text in files.items():
        assert path.startswith("apex/orders") or path == "apex/__init__.py"
        tree = ast.parse(text)
        imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not any(isinstance(node, ast.Import) and node.names[0].name != "datetime" for node in ast.walk(tree))
        assert "os" not in imported
        called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and hasattr(node.func, "id")}
        assert not called & {"eval", "exec", "__import__", "system"}
        assert "\u202e" not in text
        compile(text, path, "exec")


def test_the_command_generates_clients_and_tells_faults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "api.yaml").write_bytes((DOCUMENTS / "user_activity.yaml").read_bytes())
    config = 'package = "acme_org"\n[apex.documents]\nuser_activity = "api.yaml"\n'
    (tmp_path / "sfgen.toml").write_text(config, encoding="utf-8")
    arguments = ["generate", "--org", "demo", "--object", "User"]
    assert main(arguments) == 0
    assert (tmp_path / "acme_org" / "apex" / "user_activity.py").is_file()
    assert "apex: _apex.Apex" in (tmp_path / "acme_org" / "client.py").read_text(encoding="utf-8")
    before = {file: file.read_bytes() for file in (tmp_path / "acme_org").rglob("*.py")}
    subprocess.run([sys.executable, "-m", "sfgen", *arguments], env={**os.environ, "PYTHONHASHSEED": "7"}, check=True)
    assert {file: file.read_bytes() for file in (tmp_path / "acme_org").rglob("*.py")} == before
    capsys.readouterr()
    (tmp_path / "api.yaml").write_text("openapi: 3.0.1\npaths: {/a: {get: {}}}\n", encoding="utf-8")
    assert main(arguments) == 2
    assert "/paths/~1a/get/responses: an operation needs at least one response" in capsys.readouterr().err
    assert {file: file.read_bytes() for file in (tmp_path / "acme_org").rglob("*.py")} == before
    (tmp_path / "sfgen.toml").write_text(config.replace("user_activity =", "UserActivity ="), encoding="utf-8")
    assert main(arguments) == 2
    assert "apex.documents" in capsys.readouterr().err
