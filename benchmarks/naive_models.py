"""What most people would generate: a pydantic class an object, each field optional, with title and description.

It is the yardstick of the benchmarks. It holds the same objects and fields as a package of sfgen's and the same
facade, and nothing else: no relationships, no picklist values, no types for writing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sfgen.describe import FieldDescribe, ObjectDescribe

_TYPES = {
    "boolean": "bool",
    "int": "int",
    "double": "float",
    "percent": "float",
    "currency": "decimal.Decimal",
    "date": "datetime.date",
    "datetime": "datetime.datetime",
}


def naive_package(describes: Sequence[ObjectDescribe]) -> dict[str, str]:
    """Return the files of a package of naive models, by path relative to it."""
    files = {f"{module_of(one)}.py": _module(one) for one in describes}
    return {**files, "client.py": _client(describes), "__init__.py": "", "py.typed": ""}


def module_of(described: ObjectDescribe) -> str:
    """Return the name of an object's module."""
    return described.name.lower()


def _module(described: ObjectDescribe) -> str:
    fields = "\n".join(_field(field) for field in described.fields)
    imports = "from __future__ import annotations\n\nimport datetime\nimport decimal\n\nimport pydantic\n"
    return f'{imports}\n\nclass {described.name}(pydantic.BaseModel):\n    """{described.label}"""\n\n{fields}\n'


def _field(field: FieldDescribe) -> str:
    description = field.help_text or field.label
    right = f"pydantic.Field(default=None, title={field.label!r}, description={description!r})"
    return f"    {field.name}: {_TYPES.get(field.type, 'str')} | None = {right}"


def _client(describes: Sequence[ObjectDescribe]) -> str:
    return "\n".join(_client_lines(describes))


def _client_lines(describes: Sequence[ObjectDescribe]) -> Iterator[str]:
    yield "from __future__ import annotations\n\nfrom . import ("
    yield from (f"    {module_of(one)} as _{module_of(one)}," for one in describes)
    yield ")\n\n\nclass Salesforce:"
    yield from (f"    {one.name}: _{module_of(one)}.{one.name}" for one in describes)
    yield ""
