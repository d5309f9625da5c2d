"""The SELECT list of a query for records: columns to fetch, and the nested shape that they fill.

Salesforce document: SOQL and SOSL Reference, "SELECT", "FIELDS()", "TYPEOF".
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sfgen.soql import ast

from ..schema import COMPOUND_TYPES
from .errors import invalid_field, malformed
from .expressions import compile_expression
from .scope import AnyParent, Node
from .shape import Blob, Children, Compound, Leaf, OneOf, Record, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sfgen.describe import FieldDescribe
    from sfgen.soql.ast import Position

    from ..store import SqlValue
    from .children import ChildPlan
    from .expressions import Value
    from .plan import Compiler
    from .scope import Column, Scope


class Selection:
    """Collects columns, each once, and builds the shape of the root's records."""

    def __init__(self, scope: Scope, compiler: Compiler) -> None:
        self.scope = scope
        self._compiler = compiler
        self._columns: dict[str, int] = {}
        self._unnamed = 0
        self.parameters: tuple[SqlValue, ...] = ()
        self.children: list[ChildPlan] = []
        self.shape = Record(scope.root.sobject, self.add_column(scope.root.column("Id")))
        self._parents: dict[tuple[str, ...], Record] = {(): self.shape}

    @property
    def sql(self) -> str:
        """The columns, as SQL."""
        return ", ".join(self._columns)

    def add_column(self, sql: str, parameters: tuple[SqlValue, ...] = ()) -> int:
        """Return the place of a column in the row; adds it if it is new."""
        key = sql if not parameters else f"{sql} AS c{len(self._columns)}"
        if key not in self._columns:
            self._columns[key] = len(self._columns)
            self.parameters += parameters
        return self._columns[key]

    def add_items(self, items: Iterable[ast.SelectItem]) -> None:
        """Add the items of a SELECT list, in order."""
        for item in items:
            match item:
                case ast.SelectExpression(ast.FunctionCall() as call, None) if call.name.lower() == "fields":
                    self._add_fields(call)
                case ast.SelectExpression():
                    self._add_expression(item)
                case ast.TypeOf():
                    self._add_type_of(item)
                case ast.SubQuery(query):
                    self._add_children(query)

    def _add_expression(self, item: ast.SelectExpression) -> None:
        value = compile_expression(self.scope, item.expression)
        if item.alias is not None and isinstance(item.expression, ast.FieldPath):
            raise malformed("only aggregate expressions use field aliasing", item.expression.at)
        column = value.column
        if column is None or (isinstance(item.expression, ast.FunctionCall) and value.presentation is None):
            if item.alias is None:
                self._unnamed += 1
            key = item.alias or f"expr{self._unnamed - 1}"
            self.shape.items[key] = self._leaf(replace(value, column=None), is_function=True)
        elif item.alias is not None:
            self.shape.items[item.alias] = self._leaf(value, is_function=True)
        else:
            self._place(column, value, self.scope, self.shape, self._parents)

    def _place(
        self, column: Column, value: Value, scope: Scope, root: Record, parents: dict[tuple[str, ...], Record]
    ) -> None:
        record = self._record_of(column, root, parents)
        if column.name in record.items:
            raise invalid_field(f"duplicate field selected: {'.'.join(column.path)}", column.at)
        record.items[column.name] = self._item(column, value)

    def _item(self, column: Column, value: Value) -> Leaf | Compound | Blob:
        described, owner = column.field, column.owner
        if isinstance(owner, Node):
            if described.type in COMPOUND_TYPES:
                return self._compound(owner, described)
            if described.type == "base64":
                id_index = self.add_column(owner.column("Id"))
                return Blob(described.name, owner.sobject.name, id_index, self.add_column(value.sql))
        return self._leaf(value)

    def _leaf(self, value: Value, *, is_function: bool = False) -> Leaf:
        index = self.add_column(value.sql, value.parameters)
        return Leaf(index, shown(value.field, value.type, value.presentation), is_function, value.type)

    def _compound(self, node: Node, described: FieldDescribe) -> Compound:
        parts = node.sobject.parts[described.name.lower()]
        return Compound(described, tuple((part, self.add_column(node.column(part.name))) for part in parts))

    def _record_of(self, column: Column, root: Record, parents: dict[tuple[str, ...], Record]) -> Record:
        """Return the nested record that a column goes into; makes the parents on the way."""
        record, path = root, column.owner.path
        base = len(next(iter(parents)))
        for depth in range(base + 1, len(path) + 1):
            key = path[:depth]
            if key not in parents:
                parents[key] = self._parent(record, key, column.at)
            record = parents[key]
        return record

    def _parent(self, record: Record, key: tuple[str, ...], at: Position | None) -> Record:
        """Make the record of a parent, as an item of its child."""
        name = key[-1].partition(":")[0]
        existing = record.items.get(name)
        if isinstance(existing, Record):
            # `Owner.Name` beside `Owner:User.Email` is one parent, whose id tells its type.
            owner = self.scope.parent((*key[:-1], name), at)
            if isinstance(owner, AnyParent):
                existing.sobject, existing.id_index = None, self.add_column(owner.key)
            return existing
        owner = self.scope.parent(key, at)
        if isinstance(owner, AnyParent):
            made = Record(None, self.add_column(owner.key))
        else:
            made = Record(owner.sobject, self.add_column(owner.column("Id")))
        record.items[name] = made
        return made

    def _add_fields(self, call: ast.FunctionCall) -> None:
        match call.arguments:
            case (ast.FieldPath((which,)),) if which.lower() in ("all", "standard", "custom"):
                wanted = which.lower()
            case _:
                raise malformed("FIELDS takes ALL, STANDARD or CUSTOM", call.at)
        for described in self.scope.root.sobject.fields.values():
            if wanted == "all" or described.custom == (wanted == "custom"):
                path = ast.FieldPath((described.name,), call.at)
                column = self.scope.column(path)
                if described.name not in self.shape.items:
                    self._place(column, compile_expression(self.scope, path), self.scope, self.shape, self._parents)

    def _add_type_of(self, item: ast.TypeOf) -> None:
        at = item.relationship.at
        owner = self.scope.parent(item.relationship.parts, at)
        if not isinstance(owner, AnyParent) or len(item.relationship.parts) != 1:
            raise malformed("TYPEOF takes a polymorphic relationship of the object in FROM", at)
        whens: list[Record] = []
        for name, paths in item.whens:
            sobject = next((target for target in owner.targets if target.name.lower() == name.lower()), None)
            if sobject is None:
                raise malformed(f"'{name}' is not a type that '{item.relationship}' may refer to", at)
            node = self.scope.target(owner, sobject)
            record = Record(sobject, self.add_column(node.column("Id")))
            self._add_paths(record, node.path, paths)
            whens.append(record)
        otherwise = Record(None, self.add_column(owner.key))
        self._add_paths(otherwise, owner.path, item.otherwise)
        self.shape.items[owner.path[-1]] = OneOf(tuple(whens), otherwise)

    def _add_paths(self, root: Record, prefix: tuple[str, ...], paths: Iterable[ast.FieldPath]) -> None:
        parents = {prefix: root}
        for path in paths:
            full = ast.FieldPath((*prefix, *path.parts), path.at)
            value = compile_expression(self.scope, full)
            if value.column is not None:
                self._place(value.column, value, self.scope, root, parents)

    def _add_children(self, query: ast.Query) -> None:
        plan = self._compiler.children(query, self.scope.root.sobject)
        if plan.name in self.shape.items:
            raise malformed(f"duplicate subquery: {plan.name}", query.at)
        self.shape.items[plan.name] = Children(plan, len(self.children), self.shape.id_index)
        self.children.append(plan)
