"""Describes written by an attacker: no text of theirs becomes code, and no file leaves the package."""

from __future__ import annotations

import ast
import re
from typing import Any

import pytest
from hostile import describes
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sfgen.describe import ObjectDescribe, read_object
from sfgen.generate import Options, Package, build_package
from sfgen_runtime.model.table import Choice, ObjectTable
from shapes import foreign

_FILE = re.compile(r"((_tables|picklists)/)?([a-z][a-z0-9_]*\.py|__init__\.py|_index\.py|py\.typed|sfgen\.lock)")

hostile = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=100,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


def build(found: list[dict[str, Any]]) -> tuple[dict[str, ObjectDescribe], Package]:
    objects = {str(describe["name"]): read_object(describe)[0] for describe in found}
    return objects, build_package(list(objects.values()), Options("hostile"))


@hostile
@given(st.lists(describes, min_size=1, max_size=3))
def test_no_text_becomes_code(found: list[dict[str, Any]]) -> None:
    _, package = build(found)
    for path, text in package.files.items():
        assert _FILE.fullmatch(path), path
        assert text.isprintable() or set(text) - {"\n"} <= {char for char in text if char.isprintable()}
        text.encode()
        if path.endswith(".py"):
            strangers = [ast.unparse(node) for node in foreign(ast.parse(text))]
            assert strangers == [], path
    for problem in package.problems:
        str(problem).encode()


@hostile
@given(st.lists(describes, min_size=1, max_size=3))
def test_the_modules_import(found: list[dict[str, Any]]) -> None:
    _, package = build(found)
    for path, text in package.files.items():
        if path.endswith(".py") and path not in ("client.py", "__init__.py"):
            # What a module imports of its package is for type checkers alone.
            exec(compile(text, path, "exec"), {"__name__": f"hostile.{path}"})


@hostile
@given(st.lists(describes, min_size=1, max_size=3))
def test_the_tables_hold_exactly_the_text(found: list[dict[str, Any]]) -> None:
    objects, package = build(found)
    models = read_constant(package.files["_index.py"], "MODELS") if package.files else {}
    for api_name, (module, _) in models.items():
        described = objects[api_name]
        table = ObjectTable.from_lines(read_constant(package.files[f"_tables/{module}.py"], "TABLE"))
        assert (table.name, table.label, table.key_prefix) == (api_name, described.label, described.key_prefix)
        assert table.record_types == {one.developer_name: one.id for one in sorted_types(described)}
        for row in table.fields.values():
            field = described.field(row.name)
            assert field is not None
            assert (row.type, row.label, row.reference_to) == (field.type, field.label, field.reference_to)
            assert row.relationship == field.relationship_name
            assert row.choices == tuple(
                Choice(value.value, value.label, value.active, value.default, value.valid_for)
                for value in field.picklist_values
            )


def sorted_types(described: ObjectDescribe) -> list[Any]:
    return sorted(described.record_types, key=lambda one: (one.developer_name, one.id))


def read_constant(source: str, name: str) -> Any:
    """Return a constant of a module without running it."""
    (node,) = (
        node.value
        for node in ast.parse(source).body
        if isinstance(node, ast.AnnAssign) and node.value and ast.unparse(node.target) == name
    )
    return ast.literal_eval(node)


@pytest.mark.parametrize(
    "code",
    [
        "import os",
        "from os import path",
        "from ... import x",
        "x = 1",
        "f()",
        "class A(B): pass",
        "class A(SObject, metaclass=M): pass",
        "class A(SObject):\n    x: f() = 1",
        "class A(SObject):\n    x: Literal[f()]",
        "class A(SObject):\n    x: os.path.join",
        "class A(SObject):\n    def x(self): pass",
        "class A(SObject):\n    @classmethod\n    def by_key(cls, **key: Unpack[AKey]) -> ByKey[A]: import os",
        "class A(SObject):\n    def __init__(self, **fields: Unpack[ACreate]) -> None: import os",
        "if True: pass",
        "if TYPE_CHECKING:\n    print()",
        "TABLE: tuple[str, ...] = (f(),)",
        "@f\nclass A(SObject): pass",
        "while True: pass",
        "f'{x}'",
        "lambda: 0",
    ],
)
def test_the_allow_list_refuses_code(code: str) -> None:
    assert list(foreign(ast.parse(code)))
