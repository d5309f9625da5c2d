"""Docstrings for models that a generator wrote without them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sfgen.text import docstring

# How the kinds of models call a field that has another name in JSON.
_ALIASES = ("alias", "validation_alias", "name")


@dataclass(frozen=True, slots=True)
class Docs:
    """The paragraphs of one class, and of its fields by their names in JSON."""

    of_class: list[str]
    of_fields: Mapping[str, list[str]]


def with_docstrings(source: str, docs: Mapping[str, Docs]) -> str:
    """Return the source with a docstring below each class and each field that has something to say."""
    lines = source.split("\n")
    inserts: dict[int, str] = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef) and node.name in docs:
            inserts |= dict(_of_class(node, docs[node.name]))
    for after in sorted(inserts, reverse=True):
        lines.insert(after, inserts[after])
    return "\n".join(lines)


def _of_class(node: ast.ClassDef, docs: Docs) -> Iterator[tuple[int, str]]:
    if docs.of_class:
        # The body may begin on a later line than the one after the head, but never on the head's own.
        yield node.body[0].lineno - 1, f"    {docstring(docs.of_class, '    ')}\n"
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            paragraphs = docs.of_fields.get(_json_name(statement))
            if paragraphs and statement.end_lineno is not None:
                yield statement.end_lineno, f"    {docstring(paragraphs, '    ')}"


def _json_name(statement: ast.AnnAssign) -> str:
    for node in ast.walk(statement):
        if isinstance(node, ast.keyword) and node.arg in _ALIASES and isinstance(node.value, ast.Constant):
            return str(node.value.value)
    assert isinstance(statement.target, ast.Name)  # noqa: S101
    return statement.target.id
