"""Writing SOQL: `ast.Query` to the text that reads as the same query.

Salesforce document: SOQL and SOSL Reference, "SOQL SELECT Syntax".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import ast
from .literals import write_datetime, write_number, write_string, write_time

if TYPE_CHECKING:
    from collections.abc import Iterable


def unparse(query: ast.Query) -> str:
    """Return the query as one line of SOQL."""
    return " ".join(_clauses(query))


def _clauses(query: ast.Query) -> Iterable[str]:
    yield "SELECT " + ", ".join(_select_item(item) for item in query.select)
    yield "FROM " + ", ".join(_source(source) for source in query.sources)
    if query.scope is not None:
        yield f"USING SCOPE {query.scope}"
    if query.where is not None:
        yield f"WHERE {condition(query.where)}"
    for clause in query.with_:
        yield f"WITH {clause.mode or _categories(clause.categories)}"
    if query.group_by is not None:
        items = _list(query.group_by.items)
        yield f"GROUP BY {query.group_by.kind}({items})" if query.group_by.kind else f"GROUP BY {items}"
    if query.having is not None:
        yield f"HAVING {condition(query.having)}"
    if query.order_by:
        yield "ORDER BY " + ", ".join(_order_key(key) for key in query.order_by)
    if query.limit is not None:
        yield f"LIMIT {query.limit}"
    if query.offset is not None:
        yield f"OFFSET {query.offset}"
    for lock in query.locks:
        yield f"FOR {lock}"
    if query.tracking:
        yield "UPDATE " + ", ".join(query.tracking)
    if query.all_rows:
        yield "ALL ROWS"


def _select_item(item: ast.SelectItem) -> str:
    match item:
        case ast.SelectExpression(inner, alias):
            return f"{expression(inner)} {alias}" if alias else expression(inner)
        case ast.SubQuery(query):
            return f"({unparse(query)})"
        case ast.TypeOf(relationship, whens, otherwise):
            branches = "".join(f" WHEN {target} THEN {_list(paths)}" for target, paths in whens)
            rest = f" ELSE {_list(otherwise)}" if otherwise else ""
            return f"TYPEOF {relationship}{branches}{rest} END"


def _source(source: ast.Source) -> str:
    return f"{source.path} {source.alias}" if source.alias else str(source.path)


def _categories(categories: Iterable[ast.DataCategory]) -> str:
    return "DATA CATEGORY " + " AND ".join(
        f"{category.group} {category.operator} ({', '.join(category.categories)})" for category in categories
    )


def _order_key(key: ast.OrderBy) -> str:
    nulls = f" NULLS {key.nulls}" if key.nulls else ""
    return f"{expression(key.expression)}{' DESC' if key.descending else ''}{nulls}"


def expression(node: ast.Expression | ast.Literal) -> str:
    """Return a field, function or literal as SOQL."""
    match node:
        case ast.FieldPath():
            return str(node)
        case ast.FunctionCall(name, arguments):
            return f"{name}({_list(arguments)})"
        case _:
            return literal(node)


def _list(items: Iterable[ast.Expression | ast.Literal]) -> str:
    return ", ".join(expression(item) for item in items)


def condition(node: ast.Condition) -> str:
    """Return a condition as SOQL, with parentheses where SOQL demands them."""
    match node:
        case ast.And(items):
            return " AND ".join(_operand(item) for item in items)
        case ast.Or(items):
            return " OR ".join(_operand(item) for item in items)
        case ast.Not(item):
            return f"NOT {_operand(item)}"
        case ast.Comparison(left, operator, value):
            return f"{expression(left)} {operator} {literal(value)}"
        case ast.InValues(left, values, negated):
            return f"{expression(left)} {'NOT ' if negated else ''}IN ({_list(values)})"
        case ast.InQuery(left, query, negated):
            return f"{expression(left)} {'NOT ' if negated else ''}IN ({unparse(query)})"
        case ast.Includes(left, values, negated):
            return f"{expression(left)} {'EXCLUDES' if negated else 'INCLUDES'} ({_list(values)})"


def _operand(node: ast.Condition) -> str:
    text = condition(node)
    return f"({text})" if isinstance(node, ast.And | ast.Or | ast.Not) else text


def literal(node: ast.Literal) -> str:
    """Return a literal as SOQL."""
    match node:
        case ast.StringLiteral(pattern):
            return write_string(pattern)
        case ast.NumberLiteral(value):
            return write_number(value)
        case ast.CurrencyLiteral(code, value):
            return f"{code}{write_number(value)}"
        case ast.DateLiteral(value):
            return value.isoformat()
        case ast.DateTimeLiteral(value):
            return write_datetime(value)
        case ast.TimeLiteral(value):
            return write_time(value)
        case ast.RelativeDate(name, count):
            return name if count is None else f"{name}:{count}"
        case ast.Constant(value):
            return {True: "TRUE", False: "FALSE", None: "NULL"}[value]
