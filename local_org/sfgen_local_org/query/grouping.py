"""GROUP BY, aggregates, ROLLUP and CUBE.

SQLite has no grouping sets: ROLLUP and CUBE become one SELECT a set, in which the fields left out are null.

Salesforce document: SOQL and SOSL Reference, "GROUP BY", "GROUP BY ROLLUP", "GROUP BY CUBE".
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from sfgen.soql import ast

from ..schema import COMPOUND_TYPES
from .errors import invalid_field, malformed
from .expressions import Value, compile_expression
from .scope import Sql
from .shape import Aggregate, Leaf, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sfgen.soql.ast import Position

    from ..store import SqlValue
    from .scope import Scope

MAX_SETS_FIELDS = 3


@dataclass(frozen=True, slots=True)
class Groups:
    """The columns of a grouped query and the sets of fields that it groups by."""

    values: tuple[Value, ...]
    sets: tuple[tuple[Value, ...], ...]
    shape: Aggregate

    def require(self, value: Value, name: str, at: Position | None) -> None:
        """Refuse a field outside of the groups, in ORDER BY and HAVING."""
        if not value.aggregate and all(value.sql != key.sql for key in self.sets[0]):
            raise malformed(f"Field must be grouped or aggregated: {name}", at)

    def statement(self, source: str, body: Sql, having: Sql, order: Sql) -> Sql:
        """Return the whole SELECT."""
        if len(self.sets) == 1:
            one = self._select(self.sets[0], source, body, having)
            return Sql(f"{one.text} {order.text}", one.parameters + order.parameters)
        selects = [self._select(group, source, body, having) for group in self.sets]
        text = " UNION ALL ".join(select.text for select in selects)
        keys = ", ".join(
            f"{index + 1} NULLS LAST" for index in range(len(self.values)) if not self._is_aggregate(index)
        )
        ordered = f"{text} ORDER BY {keys}" if keys else text
        return Sql(ordered, tuple(value for select in selects for value in select.parameters))

    def _is_aggregate(self, index: int) -> bool:
        return self.values[index].aggregate

    def _select(self, group: tuple[Value, ...], source: str, body: Sql, having: Sql) -> Sql:
        columns: list[str] = []
        parameters: tuple[SqlValue, ...] = ()
        grouped = {value.sql for value in group}
        everything = {value.sql for values in self.sets for value in values}
        for value in self.values:
            if value.grouping and value.column is not None:
                columns.append("0" if value.column.sql in grouped else "1")
            elif value.sql in everything - grouped:
                columns.append("NULL")
            else:
                columns.append(value.sql)
                parameters += value.parameters
        keys = ", ".join(value.sql for value in group)
        # The grand total of ROLLUP and CUBE is a group too, so that HAVING may follow.
        by = f"GROUP BY {keys or 'NULL'}" if len(self.sets) > 1 or keys else ""
        key_parameters = tuple(parameter for value in group for parameter in value.parameters)
        text = f"SELECT {', '.join(columns)} FROM {source} {body.text} {by} {having.text}"
        return Sql(text, (*parameters, *body.parameters, *key_parameters, *having.parameters))


def compile_groups(query: ast.Query, scope: Scope) -> Groups:
    """Resolve GROUP BY and the SELECT list against each other.

    Raises:
        QueryError: a selected field is neither grouped nor aggregated, or can't be grouped.
    """
    keys = [_key(scope, item) for item in query.group_by.items] if query.group_by is not None else []
    grouped = {value.sql for value in keys}
    shape = Aggregate()
    values: list[Value] = []
    unnamed = 0
    for item in query.select:
        if not isinstance(item, ast.SelectExpression):
            raise malformed("subqueries and TYPEOF can't be selected with GROUP BY or aggregates", query.at)
        value = compile_expression(scope, item.expression)
        if not value.aggregate and value.sql not in grouped:
            shown_name = name_of(item.expression)
            raise malformed(f"Field must be grouped or aggregated: {shown_name}", item.expression.at)
        name = item.alias
        if name is None and isinstance(item.expression, ast.FieldPath) and value.column is not None:
            name = value.column.name
        if name is None:
            name, unnamed = f"expr{unnamed}", unnamed + 1
        if name in shape.items:
            raise malformed(f"duplicate alias: {name}", item.expression.at)
        is_function = isinstance(item.expression, ast.FunctionCall)
        shape.items[name] = Leaf(len(values), shown(value.field, value.type, value.presentation), is_function)
        values.append(value)
    kind = query.group_by.kind if query.group_by is not None else None
    return Groups(tuple(values), tuple(_sets(tuple(keys), kind)), shape)


def _key(scope: Scope, expression: ast.Expression) -> Value:
    value = compile_expression(scope, expression)
    described = value.field
    if value.aggregate:
        raise malformed("GROUP BY takes no aggregate function", expression.at)
    ungroupable = described is not None and (not described.groupable or value.type in COMPOUND_TYPES)
    if isinstance(expression, ast.FieldPath) and described is not None and ungroupable:
        raise invalid_field(f"field '{described.name}' can not be grouped in a query call", expression.at)
    return value


def _sets(keys: tuple[Value, ...], kind: str | None) -> Iterable[tuple[Value, ...]]:
    if kind is None:
        yield keys
        return
    if len(keys) > MAX_SETS_FIELDS:
        raise malformed(f"GROUP BY {kind} takes at most {MAX_SETS_FIELDS} fields")
    for size in range(len(keys), -1, -1):
        yield from [keys[:size]] if kind == "ROLLUP" else combinations(keys, size)


def name_of(expression: ast.Expression) -> str:
    """Return how an error names a field or function."""
    return str(expression) if isinstance(expression, ast.FieldPath) else expression.name
