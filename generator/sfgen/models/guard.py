"""What a model generator wrote, held to be declarations: imports of a few modules, classes of fields, type aliases.

Names, values and patterns in a document come from strangers and pass through code that isn't ours. So its output is not
trusted: anything that could run other code than declaring types is an error here, before it reaches the disk.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

_MODULES = frozenset(
    {
        "__future__",
        "collections.abc",
        "dataclasses",
        "datetime",
        "decimal",
        "msgspec",
        "pydantic",
        "typing",
        "typing_extensions",
        "uuid",
    }
)
_BUILTIN_TYPES = frozenset({"bool", "bytes", "dict", "float", "int", "list", "object", "set", "str", "tuple"})
_CALLED = frozenset({"ConfigDict", "Discriminator", "Field", "Meta", "Tag", "TypeAliasType", "TypedDict", "field"})
_DECORATORS = frozenset({"dataclass"})
_CLASS_ARGUMENTS = frozenset({"kw_only", "tag", "tag_field", "total", "closed"})


class UnsafeOutput(AssertionError):
    """The generator wrote something else than declarations: a fault of sfgen's or its, never the user's."""


def check_declarations(source: str, what: str) -> None:
    """Check that a module does nothing but declare types.

    Raises:
        UnsafeOutput: it does, or isn't Python; the text says where.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError) as error:
        raise UnsafeOutput(f"the models of {what} are no valid Python: {error}") from error
    for node in tree.body:
        if not _is_declaration(node):
            raise UnsafeOutput(f"the models of {what} do more than declare types, at line {node.lineno}")


def _is_declaration(node: ast.stmt) -> bool:
    match node:
        case ast.ImportFrom(module="builtins", names=names, level=0):
            # Where a field hides the type: `from builtins import str as str_aliased`.
            return all(name.name in _BUILTIN_TYPES for name in names)
        case ast.ImportFrom(module=module, level=level):
            return (level == 0 and module in _MODULES) or level == 1
        case ast.Import(names=[ast.alias("typing", "_t")]):
            return True
        # What type checkers see in place of what runs: `codegen` and `aliases` write such.
        case ast.If(test=ast.Name("TYPE_CHECKING") | ast.Attribute(ast.Name("_t"), "TYPE_CHECKING")):
            return all(map(_is_declaration, [*node.body, *node.orelse]))
        case ast.Try(handlers=[ast.ExceptHandler(ast.Name("ImportError"), None)], orelse=[], finalbody=[]):
            return all(map(_is_declaration, [*node.body, *node.handlers[0].body]))
        case ast.ClassDef():
            return _is_model(node)
        case ast.Assign(targets=[ast.Name()], value=value):
            return _is_value(value)
        case ast.AnnAssign(target=ast.Name(), annotation=annotation, value=value):
            return _is_value(annotation) and (value is None or _is_value(value))
        case ast.Expr(value=ast.Constant()):
            return True
        # X.model_rebuild(): pydantic's own, where models refer to each other.
        case ast.Expr(value=ast.Call(func=ast.Attribute(ast.Name(), "model_rebuild"), args=[], keywords=[])):
            return True
        case _:
            return False


def _is_model(node: ast.ClassDef) -> bool:
    if not all(_is_decorator(decorator) for decorator in node.decorator_list):
        return False
    if not _are_values(node.bases) or not all(key.arg in _CLASS_ARGUMENTS for key in node.keywords):
        return False
    if not _are_values(key.value for key in node.keywords):
        return False
    return all(isinstance(line, ast.Pass) or _is_field(line) for line in node.body)


def _is_field(node: ast.stmt) -> bool:
    fields = isinstance(node, (ast.AnnAssign, ast.Assign))
    return (fields or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))) and _is_declaration(node)


def _is_decorator(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        named = all(isinstance(key.value, ast.Constant) for key in node.keywords)
        return not node.args and named and _is_decorator(node.func)
    return isinstance(node, ast.Name) and node.id in _DECORATORS


def _are_values(nodes: Iterable[ast.expr | None]) -> bool:
    return all(node is None or _is_value(node) for node in nodes)


def _is_value(node: ast.expr) -> bool:
    """Tell whether an expression names types, holds constants, or calls what declares a field."""
    match node:
        case ast.Constant() | ast.Name():
            return True
        case ast.Attribute(value=value) | ast.Starred(value=value):
            return _is_value(value)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant()):
            return True
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _is_value(left) and _is_value(right)
        case ast.Subscript(value=value, slice=inner):
            return _is_value(value) and _is_value(inner)
        case ast.Tuple(elts=items) | ast.List(elts=items):
            return _are_values(items)
        case ast.Dict(keys=keys, values=values):
            return _are_values(keys) and _are_values(values)
        case ast.Lambda(args=ast.arguments(args=[], kwonlyargs=[], vararg=None, kwarg=None), body=body):
            return _is_value(body) or _is_validation(body)
        case ast.Call(func=ast.Name(name), args=args, keywords=keywords):
            # An import that a field would hide has another name: `Field as Field_aliased`.
            known = name.removesuffix("_aliased") in _CALLED
            return known and _are_values(args) and _are_values(key.value for key in keywords)
        case _:
            return False


def _is_validation(node: ast.expr) -> bool:
    """Tell whether this is a default that pydantic makes of constants: ``Model.model_validate({...})``."""
    match node:
        case ast.Call(func=ast.Attribute(ast.Name(), "model_validate"), args=args, keywords=[]):
            return _are_values(args)
        case _:
            return False
