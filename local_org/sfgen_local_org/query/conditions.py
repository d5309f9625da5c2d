"""WHERE and HAVING as SQL.

Null follows SOQL, not SQL: `!=` and NOT IN find null too, a comparison with null is false and its NOT true, and empty
text is null. Every value is a bound parameter.

Salesforce document: SOQL and SOSL Reference, "Comparison Operators", "Logical Operators", "fieldExpression".
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from sfgen.soql import ast

from ..dates import relative_range
from ..ids import to_18
from ..schema import COMPOUND_TYPES, ID_TYPES, NUMBER_TYPES
from ..values import write_moment, write_time
from .errors import QueryError, invalid_field, malformed
from .expressions import Value, compile_expression
from .grouping import Groups, name_of
from .scope import Node, Sql

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sfgen.describe import FieldDescribe

    from ..store import SqlValue
    from .scope import Column, Scope

_RANGE_OPERATORS = ("<", "<=", ">", ">=")
_TYPE_NAMES = {"datetime": "dateTime", "id": "ID", "reference": "ID"}


@dataclass(frozen=True, slots=True)
class Conditions:
    """Compiles the conditions of one scope. `subquery` compiles a semi-join to a list of ids."""

    scope: Scope
    now: dt.datetime
    subquery: Callable[[ast.Query], Sql]
    # For HAVING: what may stand there besides aggregates.
    groups: Groups | None = None
    # Whether null must come out as false, since a NOT is around it.
    negated: bool = False

    def compile(self, condition: ast.Condition) -> Sql:
        """Return the condition in SQL.

        Raises:
            QueryError: a field that can't be filtered, or a value that doesn't fit its field.
        """
        match condition:
            case ast.And(items):
                return _balanced([self.compile(item) for item in items], "AND")
            case ast.Or(items):
                return _balanced([self.compile(item) for item in items], "OR")
            case ast.Not(item):
                inner = replace(self, negated=True).compile(item)
                return Sql(f"(NOT {inner.text})", inner.parameters)
        leaf = self._leaf(condition)
        return Sql(f"COALESCE({leaf.text}, 0)" if self.negated else f"({leaf.text})", leaf.parameters)

    def _leaf(self, condition: ast.Comparison | ast.InValues | ast.InQuery | ast.Includes) -> Sql:
        left = self._left(condition.left)
        match condition:
            case ast.Comparison(_, "LIKE", value):
                return _like(left, value, condition.left)
            case ast.Comparison(_, operator, value):
                return self._compare(left, operator, value)
            case ast.InValues(_, values, negated):
                return self._in_values(left, values, negated=negated)
            case ast.InQuery(_, query, negated):
                if left.type not in ID_TYPES:
                    raise malformed("The left operand of a semi-join must be an ID or a reference", condition.left.at)
                inner = self.subquery(query)
                if negated:
                    text = f"({left.sql} NOT IN ({inner.text}) OR {left.sql} IS NULL)"
                    return Sql(text, (*left.parameters, *inner.parameters, *left.parameters))
                return Sql(f"{left.sql} IN ({inner.text})", (*left.parameters, *inner.parameters))
            case ast.Includes(_, values, negated):
                return _includes(left, values, condition.left, negated=negated)

    def _left(self, expression: ast.Expression) -> Value:
        left = compile_expression(self.scope, expression)
        if self.groups is not None:
            self.groups.require(left, name_of(expression), expression.at)
        elif left.aggregate:
            raise malformed("aggregate functions are only valid in the HAVING clause", expression.at)
        described = left.field
        if not left.aggregate and described is not None and not described.filterable:
            raise invalid_field(f"field '{described.name}' can not be filtered in a query call", expression.at)
        if left.column is not None and described is not None and _is_looked_up(described):
            self._index(left.column)
        if left.type in COMPOUND_TYPES:
            name = described.name if described is not None else str(expression)
            raise invalid_field(f"field '{name}' can not be filtered in a query call", expression.at)
        if left.presentation == "tolabel":
            return _by_label(left)
        return left

    def _index(self, column: Column) -> None:
        if isinstance(column.owner, Node):
            self.scope.names.store.index(column.owner.sobject, column.field.name)

    def _compare(self, left: Value, operator: str, value: ast.Literal) -> Sql:
        if isinstance(value, ast.RelativeDate):
            return self._in_range(left, operator, value)
        bound = bind(left, value)
        own = left.parameters
        if bound is None:
            if operator in ("=", "!="):
                return Sql(f"{left.sql} IS {'NOT ' if operator == '!=' else ''}NULL", own)
            return Sql("0")
        # IS NOT is SQL's "different, counting null".
        return Sql(f"{left.sql} {'IS NOT' if operator == '!=' else operator} ?", (*own, bound))

    def _in_range(self, left: Value, operator: str, value: ast.RelativeDate) -> Sql:
        if left.type not in ("date", "datetime"):
            raise _wrong_type(left, value)
        try:
            start, end = relative_range(value.name, value.count, self.now.date())
        except OverflowError as error:
            raise malformed(str(error), value.at) from None
        first, after = start.isoformat(), end.isoformat()
        own, sql = left.parameters, left.sql
        # "2024-01-02" sorts before every moment of that day, so days bound moments too.
        match operator:
            case "=":
                return Sql(f"({sql} >= ? AND {sql} < ?)", (*own, first, *own, after))
            case "!=":
                return Sql(f"({sql} < ? OR {sql} >= ? OR {sql} IS NULL)", (*own, first, *own, after, *own))
            case "<" | ">=":
                return Sql(f"{sql} {operator} ?", (*own, first))
            case _:
                return Sql(f"{sql} {'<' if operator == '<=' else '>='} ?", (*own, after))

    def _in_values(self, left: Value, values: Sequence[ast.Literal], *, negated: bool) -> Sql:
        if any(isinstance(value, ast.RelativeDate) for value in values):
            pieces = [self._compare(left, "!=" if negated else "=", value) for value in values]
            return _balanced(pieces, "AND" if negated else "OR")
        bound = [bind(left, value) for value in values]
        present = tuple(value for value in bound if value is not None)
        own = left.parameters
        marks = ", ".join("?" * len(present))
        if negated:
            if None in bound:
                return Sql(f"({left.sql} NOT IN ({marks}) AND {left.sql} IS NOT NULL)", (*own, *present, *own))
            return Sql(f"({left.sql} NOT IN ({marks}) OR {left.sql} IS NULL)", (*own, *present, *own))
        if None in bound:
            return Sql(f"({left.sql} IN ({marks}) OR {left.sql} IS NULL)", (*own, *present, *own))
        return Sql(f"{left.sql} IN ({marks})", (*own, *present))


def _balanced(pieces: Sequence[Sql], word: str) -> Sql:
    """Join pieces as a tree of low height: SQLite refuses expressions that are deeper than 1,000."""
    if len(pieces) == 1:
        return pieces[0]
    middle = len(pieces) // 2
    left, right = _balanced(pieces[:middle], word), _balanced(pieces[middle:], word)
    return Sql(f"({left.text} {word} {right.text})", left.parameters + right.parameters)


def _is_looked_up(field: FieldDescribe) -> bool:
    return field.type == "reference" or (field.id_lookup and field.type != "id")


def _by_label(left: Value) -> Value:
    """Turn `toLabel(Status)` into the label, by which it is then compared."""
    described = left.field
    items = described.picklist_values if described is not None else ()
    if not items:
        return left
    whens = " WHEN ? THEN ?" * len(items)
    labels = tuple(text for item in items for text in (item.value, item.label))
    sql = f"(CASE {left.sql}{whens} ELSE {left.sql} END COLLATE SOQL)"
    return replace(left, sql=sql, parameters=(*left.parameters, *labels, *left.parameters))


def _like(left: Value, value: ast.Literal, expression: ast.Expression) -> Sql:
    if left.type in NUMBER_TYPES | {"boolean", "date", "datetime", "time", "multipicklist", *ID_TYPES}:
        raise QueryError("INVALID_QUERY_FILTER_OPERATOR", "invalid operator on the field: LIKE", expression.at)
    if not isinstance(value, ast.StringLiteral):
        raise _wrong_type(left, value)
    return Sql(f"soql_like({left.sql}, ?)", (*left.parameters, value.pattern))


def _includes(left: Value, values: Sequence[ast.Literal], expression: ast.Expression, *, negated: bool) -> Sql:
    if left.type != "multipicklist":
        message = "includes/excludes are only valid on a multi-select picklist"
        raise QueryError("INVALID_QUERY_FILTER_OPERATOR", message, expression.at)
    pieces: list[Sql] = []
    for value in values:
        if isinstance(value, ast.StringLiteral) and value.value:
            pieces.append(Sql(f"COALESCE(soql_includes({left.sql}, ?), 0)", (*left.parameters, value.value)))
        elif isinstance(value, ast.StringLiteral) or value == ast.Constant(None):
            pieces.append(Sql(f"{left.sql} IS NULL", left.parameters))
        else:
            raise _wrong_type(left, value)
    joined = _balanced(pieces, "OR")
    return Sql(f"NOT ({joined.text})" if negated else joined.text, joined.parameters)


def bind(left: Value, value: ast.Literal) -> SqlValue:
    """Return the parameter for a literal that is compared with `left`; None for null, but false for a checkbox.

    Raises:
        QueryError: the literal is of another type than the field.
    """
    kind = left.type
    if isinstance(value, ast.Constant) and value.value is None:
        return 0 if kind == "boolean" else None
    match value:
        case ast.Constant(flag) if kind == "boolean":
            return int(bool(flag))
        case ast.NumberLiteral(number) | ast.CurrencyLiteral(_, number) if kind in NUMBER_TYPES:
            return _number(number)
        case ast.DateLiteral(day) if kind == "date":
            return day.isoformat()
        case ast.DateTimeLiteral(moment) if kind == "datetime":
            try:
                # Stored moments have whole seconds; a literal may have more.
                return f"{write_moment(moment)[:20]}{moment.microsecond // 1000:03}+0000"
            except OverflowError:
                raise malformed("invalid dateTime", value.at) from None
        case ast.TimeLiteral(time) if kind == "time":
            return write_time(time)
        case ast.StringLiteral() if kind in ID_TYPES:
            return _id(value)
        case ast.StringLiteral() if kind not in NUMBER_TYPES | {"boolean", "date", "datetime", "time"}:
            return value.value or None
    raise _wrong_type(left, value)


def _number(value: int | Decimal) -> int | float:
    # SQLite's integers have 64 bits; what is beyond is compared as a float.
    return value if isinstance(value, int) and -(2**63) <= value < 2**63 else float(value)


def _id(value: ast.StringLiteral) -> str | None:
    if not value.value:
        return None
    full = to_18(value.value)
    if full is None:
        raise QueryError("INVALID_QUERY_FILTER_OPERATOR", f"invalid ID field: {value.value}", value.at)
    return full


def _wrong_type(left: Value, value: ast.Literal) -> QueryError:
    kind = _TYPE_NAMES.get(
        left.type, left.type if left.type in NUMBER_TYPES | {"boolean", "date", "time"} else "string"
    )
    quoted = kind in ("string", "ID")
    name = left.field.name if left.field is not None else "expression"
    message = f"value of filter criterion for field '{name}' must be of type {kind} and should "
    return invalid_field(message + ("be enclosed in quotes" if quoted else "not be enclosed in quotes"), value.at)
