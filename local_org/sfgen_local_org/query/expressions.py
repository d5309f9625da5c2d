"""Fields and functions of a query as SQL: aggregates, date functions, toLabel, FORMAT, DISTANCE.

Salesforce document: SOQL and SOSL Reference, "Aggregate Functions", "Date Functions", "Location-Based SOQL Queries".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sfgen.soql import ast

from ..schema import COMPOUND_TYPES, NUMBER_TYPES
from .errors import QueryError, invalid_field, malformed
from .scope import AnyParent, Column

if TYPE_CHECKING:
    from sfgen.describe import FieldDescribe

    from ..store import SqlValue
    from .scope import Scope

AGGREGATES = frozenset({"count", "count_distinct", "sum", "avg", "min", "max", "grouping"})
# Functions that change only how a value is shown: the row keeps the field's own key.
PRESENTATION = frozenset({"tolabel", "format", "convertcurrency"})

# `{0}` is the column; a stored moment's first 19 characters are what SQLite's date functions read.
_MONTH = "CAST(substr({0}, 6, 2) AS INTEGER)"
_DATE_FUNCTIONS = {
    "calendar_year": "CAST(substr({0}, 1, 4) AS INTEGER)",
    "calendar_quarter": f"({_MONTH} + 2) / 3",
    "calendar_month": _MONTH,
    "day_in_month": "CAST(substr({0}, 9, 2) AS INTEGER)",
    "day_in_week": "CAST(strftime('%w', substr({0}, 1, 19)) AS INTEGER) + 1",
    "day_in_year": "CAST(strftime('%j', substr({0}, 1, 19)) AS INTEGER)",
    "day_only": "substr({0}, 1, 10)",
    "hour_in_day": "CAST(substr({0}, 12, 2) AS INTEGER)",
    "week_in_month": "(CAST(substr({0}, 9, 2) AS INTEGER) + 6) / 7",
    "week_in_year": "(CAST(strftime('%j', substr({0}, 1, 19)) AS INTEGER) + 6) / 7",
}
_DATE_FUNCTIONS |= {f"fiscal_{unit}": _DATE_FUNCTIONS[f"calendar_{unit}"] for unit in ("year", "quarter", "month")}


@dataclass(frozen=True, slots=True)
class Value:
    """An expression in SQL. `type` is the describe type of its result, `column` the field under it, if there is one.

    `grouping` marks GROUPING(field), which is a constant in each of the sets that ROLLUP and CUBE make.
    """

    sql: str
    type: str
    parameters: tuple[SqlValue, ...] = ()
    column: Column | None = None
    aggregate: bool = False
    presentation: str | None = None
    grouping: bool = False

    @property
    def field(self) -> FieldDescribe | None:
        """The describe of the field under the expression."""
        return self.column.field if self.column is not None else None


def compile_expression(scope: Scope, expression: ast.Expression) -> Value:
    """Resolve a field or function.

    Raises:
        QueryError: an unknown field or function, or one that doesn't go with the other.
    """
    if isinstance(expression, ast.FieldPath):
        column = scope.column(expression)
        kind = "id" if isinstance(column.owner, AnyParent) and column.name == "Id" else column.field.type
        return Value(column.sql, kind, column=column)
    name = expression.name.lower()
    if name in AGGREGATES:
        return _aggregate(scope, name, expression)
    if name in _DATE_FUNCTIONS:
        return _date_function(scope, name, expression)
    if name == "distance":
        return _distance(scope, expression)
    if name == "converttimezone":
        return compile_expression(scope, _only_argument(expression))
    if name in PRESENTATION:
        inner = compile_expression(scope, _only_argument(expression))
        return replace(inner, presentation=_presentation(name, inner, expression))
    raise malformed(f"Unknown function: {expression.name}", expression.at)


def _only_argument(call: ast.FunctionCall) -> ast.Expression:
    if len(call.arguments) != 1 or not isinstance(call.arguments[0], ast.FieldPath | ast.FunctionCall):
        raise malformed(f"unexpected arguments of {call.name}", call.at)
    return call.arguments[0]


def _presentation(name: str, inner: Value, call: ast.FunctionCall) -> str:
    if name == "tolabel" and inner.type not in ("picklist", "multipicklist", "combobox"):
        if inner.field is not None and inner.field.name in ("Type", "Name", "RecordTypeId"):
            return name
        raise invalid_field("toLabel(): only valid for picklist fields", call.at)
    return name


def _aggregate(scope: Scope, name: str, call: ast.FunctionCall) -> Value:
    if name == "count" and not call.arguments:
        raise malformed("COUNT() must be the only element of the SELECT list", call.at)
    inner = compile_expression(scope, _only_argument(call))
    if inner.aggregate or inner.type in COMPOUND_TYPES:
        raise malformed(f"unexpected arguments of {call.name}", call.at)
    described = inner.field
    if name == "grouping":
        # Not a bare number: in ORDER BY that would be the number of a column.
        return Value("(0 + 0)", "int", column=inner.column, aggregate=True, grouping=True)
    if described is not None and inner.type == described.type and not described.aggregatable and name != "count":
        raise malformed(f"field {described.name} does not support aggregate operator {name.upper()}", call.at)
    if name in ("sum", "avg") and inner.type not in NUMBER_TYPES:
        shown = described.name if described is not None else call.name
        raise malformed(f"field {shown} does not support aggregate operator {name.upper()}", call.at)
    sql = f"COUNT(DISTINCT {inner.sql})" if name == "count_distinct" else f"{name.upper()}({inner.sql})"
    if name in ("count", "count_distinct"):
        return Value(sql, "int", inner.parameters, aggregate=True)
    if name in ("sum", "avg"):
        # A sum of cents is cents: rounding takes away what binary fractions add.
        digits = (described.scale if described is not None else 0) + (0 if name == "sum" else 6)
        return Value(f"ROUND({sql}, {min(digits, 15)})", "double", inner.parameters, aggregate=True)
    return Value(sql, inner.type, inner.parameters, inner.column, aggregate=True)


def _date_function(scope: Scope, name: str, call: ast.FunctionCall) -> Value:
    inner = compile_expression(scope, _only_argument(call))
    if inner.type not in ("date", "datetime") or (inner.type == "date" and name in ("hour_in_day", "day_only")):
        shown = inner.field.name if inner.field is not None else call.name
        raise invalid_field(f"{call.name}: field '{shown}' is not of a type that this function takes", call.at)
    kind = "date" if name == "day_only" else "int"
    return Value(f"({_DATE_FUNCTIONS[name].format(inner.sql)})", kind, inner.parameters, inner.column, inner.aggregate)


def _distance(scope: Scope, call: ast.FunctionCall) -> Value:
    match call.arguments:
        case (
            ast.FieldPath() as path,
            ast.FunctionCall(name, (ast.NumberLiteral(latitude), ast.NumberLiteral(longitude))),
            ast.StringLiteral() as unit,
        ) if name.lower() == "geolocation" and unit.value in ("mi", "km"):
            column = scope.column(path)
        case _:
            raise malformed(
                "DISTANCE takes a location field, GEOLOCATION(latitude, longitude) and 'mi' or 'km'", call.at
            )
    if column.field.type not in COMPOUND_TYPES or isinstance(column.owner, AnyParent):
        raise invalid_field(f"field '{column.name}' is no geolocation", call.at)
    parts = {part.name.removesuffix("__s").lower(): part for part in column.owner.sobject.parts[column.name.lower()]}
    ends = [next((p for name, p in parts.items() if name.endswith(end)), None) for end in ("latitude", "longitude")]
    if ends[0] is None or ends[1] is None:
        raise QueryError("INVALID_FIELD", f"field '{column.name}' has no latitude and longitude", call.at)
    own = ", ".join(column.owner.column(part.name) for part in ends if part is not None)
    there = (float(latitude), float(longitude), unit.value)
    return Value(f"soql_distance({own}, ?, ?, ?)", "double", there)
