"""Type aliases that contain themselves, such as JSON's, in a form that every type checker reads.

pyright takes ``Json = TypeAliasType("Json", "str | list[Json]")`` for a variable when another module's use of it is
what it looks at first. The plain form of an alias has no such trouble, but pydantic can't follow it at run time.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

_IMPORT = "import typing as _t"
_OF_A_NAME = re.compile(r"""^(\w+) = TypeAliasType\("\1", (\w+)\)$""", re.ASCII | re.MULTILINE)


def with_plain_recursion(source: str) -> str:
    """Return a module whose recursive aliases have a plain form for type checkers besides their own."""
    statements = ast.parse(source).body
    aliases = {found[0]: (node, found[1]) for node in statements if (found := _alias(node))}
    used = {name: set(_names(value)) & aliases.keys() for name, (_, value) in aliases.items()}
    recursive = [name for name in aliases if name in _reached(name, used)]
    if not recursive:
        return source
    lines = source.split("\n")
    for name in reversed(recursive):
        node, value = aliases[name]
        start, end = node.lineno - 1, node.end_lineno or node.lineno
        plain = ast.unparse(_Plain().visit(value))
        own = [f"    {line}" for line in lines[start:end]]
        lines[start:end] = ["if _t.TYPE_CHECKING:", f"    {name}: _t.TypeAlias = {plain!r}", "else:", *own]
    first = next(node for node in statements if isinstance(node, ast.ImportFrom) and node.module != "__future__")
    lines.insert(first.lineno - 1, _IMPORT)
    return "\n".join(lines)


def with_plain_second_names(source: str) -> str:
    """Return a module in which a second name of a class is just that: ``Node_ = Node``.

    pydantic follows a `TypeAliasType` of a class whose fields lead back to it in circles.
    """
    classes = {node.name for node in ast.parse(source).body if isinstance(node, ast.ClassDef)}
    return _OF_A_NAME.sub(lambda found: f"{found[1]} = {found[2]}" if found[2] in classes else found[0], source)


def _alias(node: ast.stmt) -> tuple[str, ast.expr] | None:
    match node:
        case ast.Assign(
            targets=[ast.Name(name)], value=ast.Call(func=ast.Name("TypeAliasType"), args=[ast.Constant(), value])
        ):
            return name, _Unquoted().visit(value)
    return None


def _reached(name: str, used: Mapping[str, set[str]]) -> set[str]:
    """Return the aliases that an alias contains, at any depth."""
    found: set[str] = set()
    left = [name]
    while left:
        left += (new := used[left.pop()] - found)
        found |= new
    return found


def _names(node: ast.AST) -> Iterator[str]:
    return (inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name))


class _Unquoted(ast.NodeTransformer):
    """Takes types that stand in quotes out of them; the texts of a Literal and of what is called stay."""

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if not isinstance(node.value, str):
            return node
        inner: ast.expr = self.visit(ast.parse(node.value, mode="eval").body)
        return inner

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        if isinstance(node.value, ast.Name) and node.value.id.removesuffix("_aliased") == "Literal":
            return node
        self.generic_visit(node)
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        return node


class _Plain(ast.NodeTransformer):
    """Leaves of ``Annotated[T, Field(...)]`` the type."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Subscript(value=ast.Name("Annotated" | "Annotated_aliased"), slice=ast.Tuple(elts=[kind, *_])):
                return kind
        return node
