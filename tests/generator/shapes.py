"""The statements that the templates write. Whatever else is in generated code came out of a string literal.

`foreign` yields every node of a module that no template makes. Text of the org may only be in string constants, in
names that are API names, and nowhere that Python would run it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

_LIBRARY = {
    *("typing", "datetime", "decimal", "collections.abc", "builtins"),
    *("sfgen_runtime.model", "sfgen_runtime.model.client"),
    *("sfgen_runtime.model.package", "sfgen_runtime.model.picklists"),
}
_LOCAL_MODULE = re.compile(r"[a-z][a-z0-9_]*")
_IDENTIFIER = re.compile(r"_?[A-Za-z][A-Za-z0-9_]*")
_BASES = re.compile(r"_?(SObject|ViaParent|TypedDict|SFType|Reads|Creates|Updates|Upserts|Deletes|ModelType|OrgClient)")
_INIT = re.compile(r"def __init__\(self, \*\*fields: _?Unpack\[\w+Create\]\) -> None:\s+\.\.\.")
_BY_KEY = re.compile(r"@classmethod\ndef by_key\(cls, \*\*key: _?Unpack\[\w+Key\]\) -> _?ByKey\[[\w.]+\]:\s+\.\.\.")
_LAZY = re.compile(r"__getattr__, __dir__ = lazy_(attributes|picklists)\(__name__\)")


def foreign(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield what no template writes."""
    classes = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    for statement in tree.body:
        yield from _statement(statement, classes)


def _statement(node: ast.stmt, classes: set[str]) -> Iterator[ast.AST]:
    match node:
        case ast.Expr(value=ast.Constant(value=str())) | ast.Pass():
            pass
        case ast.ImportFrom(module="__future__", names=[ast.alias(name="annotations", asname=None)], level=0):
            pass
        case ast.Import() | ast.ImportFrom():
            if not _is_import(node):
                yield node
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            for inner in (*node.body, *node.orelse):
                yield from _statement(inner, classes)
        case ast.ClassDef(decorator_list=[]):
            yield from (base for base in node.bases if not _is_base(base, classes))
            yield from (keyword for keyword in node.keywords if ast.unparse(keyword) != "total=False")
            for inner in node.body:
                yield from _statement(inner, classes)
        case ast.AnnAssign(target=ast.Name(id=target)) if _IDENTIFIER.fullmatch(target):
            if not (_is_type(node.annotation) and (node.value is None or _is_data(node.value))):
                yield node
        case ast.Assign(targets=[ast.Name(id="__sobject__" | "default_version")], value=ast.Constant(value=str())):
            pass
        case ast.FunctionDef(name="__init__", decorator_list=[]):
            if not _INIT.fullmatch(ast.unparse(node)):
                yield node
        case ast.FunctionDef(name="by_key"):
            if not _BY_KEY.fullmatch(ast.unparse(node)):
                yield node
        case _ if _LAZY.fullmatch(ast.unparse(node)):
            pass
        case _:
            yield node


def _is_import(node: ast.Import | ast.ImportFrom) -> bool:
    if not all(
        _IDENTIFIER.fullmatch(part) for alias in node.names for part in (alias.name, alias.asname or alias.name)
    ):
        return False
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names] == ["datetime"]
    if node.level == 0:
        return node.module in _LIBRARY
    return node.level <= 2 and (node.module is None or bool(_LOCAL_MODULE.fullmatch(node.module)))


def _is_base(node: ast.expr, classes: set[str]) -> bool:
    match node:
        case ast.Name(id=name):
            return name in classes or bool(_BASES.fullmatch(name))
        case ast.Subscript(value=ast.Name(id=name)):
            return (name in classes or bool(_BASES.fullmatch(name))) and _is_type(node.slice)
        case _:
            return False


def _is_type(node: ast.expr) -> bool:
    match node:
        case ast.Name():
            return True
        case ast.Attribute(value=ast.Name(id=module)):
            return module.startswith("_")
        case ast.Constant(value=None):
            return True
        case ast.Constant(value=ellipsis) if ellipsis is ...:
            return True
        case ast.Subscript(value=ast.Name(id="Literal" | "_Literal")):
            return _is_data(node.slice)
        case ast.Subscript():
            return _is_type(node.value) and _is_type(node.slice)
        case ast.Tuple():
            return all(map(_is_type, node.elts))
        case ast.BinOp(op=ast.BitOr()):
            return _is_type(node.left) and _is_type(node.right)
        case _:
            return False


def _is_data(node: ast.expr) -> bool:
    """Tell whether the expression is text alone: strings, or tuples, dicts and Literals of them."""
    match node:
        case ast.Constant(value=str()):
            return True
        case ast.Tuple():
            return all(map(_is_data, node.elts))
        case ast.Dict():
            return all(key is not None and _is_data(key) for key in node.keys) and all(map(_is_data, node.values))
        case ast.Subscript(value=ast.Name(id="Literal" | "_Literal")):
            return _is_data(node.slice)
        case _:
            return False
