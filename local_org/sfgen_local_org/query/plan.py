"""A SOQL query as one SQL statement and the shape of its rows.

Salesforce document: SOQL and SOSL Reference, "SOQL SELECT Syntax".
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sfgen.soql import ast

from ..schema import COMPOUND_TYPES, ID_TYPES
from .children import ChildPlan
from .conditions import Conditions
from .errors import QueryError, invalid_field, malformed
from .expressions import Value, compile_expression
from .grouping import Groups, compile_groups, name_of
from .scope import Names, Scope, Sql
from .select import Selection
from .shape import Aggregate, Record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sfgen.describe import ChildRelationship

    from ..schema import Schema, SObject
    from ..store import SqlValue, Store

MAX_OFFSET = 2000


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run and how to read it. `counts` is set for `SELECT COUNT()`, whose answer has no records."""

    sql: str
    parameters: tuple[SqlValue, ...]
    sobject: SObject
    shape: Record | Aggregate
    children: tuple[ChildPlan, ...]
    counts: bool = False


@dataclass(slots=True)
class Compiler:
    """Compiles queries against one org at one moment."""

    schema: Schema
    store: Store
    now: dt.datetime
    include_deleted: bool
    user_id: str
    names: Names = field(init=False)

    def __post_init__(self) -> None:
        self.names = Names(self.schema, self.store)

    def compile(self, query: ast.Query, among: str | None = None) -> Plan:
        """Return the plan of a whole query; `among`, a JSON array of ids, narrows a query for records to these.

        Raises:
            QueryError: whatever the org would refuse.
        """
        source = query.sources[0]
        sobject = self.schema.get(str(source.path)) if len(source.path.parts) == 1 else None
        if sobject is None or not sobject.described.queryable:
            message = (
                f"sObject type '{source.path}' is not supported. If you are attempting to use a custom object, be "
            )
            message += (
                "sure to append the '__c' after the entity name. Please reference your WSDL or the describe call "
            )
            message += "for the appropriate names."
            raise QueryError("INVALID_TYPE", message, source.path.at)
        if query.all_rows:
            raise malformed("ALL ROWS not allowed in this context", query.at)
        scope = self._scope(query, sobject)
        if _is_count(query):
            return self._count(query, scope)
        if _is_grouped(query):
            return self._grouped(query, scope)
        return self._records(query, scope, among)

    def record(self, sobject: SObject, names: Iterable[str]) -> Plan:
        """Return the plan that reads these fields of the record whose id is its one parameter."""
        scope = Scope(self.names, sobject)
        selection = Selection(scope, self)
        selection.add_items([ast.SelectExpression(ast.FieldPath((name,))) for name in names])
        sql = f"SELECT {selection.sql} FROM {scope.from_clause()} WHERE {scope.root.column('Id')} = ?"
        return Plan(sql, (), sobject, selection.shape, ())

    def children(self, query: ast.Query, parent: SObject) -> ChildPlan:
        """Return the plan of a subquery in the SELECT list of `parent`."""
        path = query.sources[0].path
        relationship = parent.children.get(path.parts[-1].lower())
        child = self.schema.get(relationship.child) if relationship is not None else None
        lookup = child.field(relationship.field) if child is not None and relationship is not None else None
        if relationship is None or child is None or lookup is None:
            message = (
                f"Didn't understand relationship '{path}' in FROM part of query call. If you are attempting to use a "
            )
            message += "custom relationship, be sure to append the '__r' after the custom relationship name. Please "
            message += "reference your WSDL or the describe call for the appropriate names."
            raise QueryError("INVALID_TYPE", message, path.at)
        return self._child_plan(query, relationship, child, lookup.name)

    def _child_plan(self, query: ast.Query, relationship: ChildRelationship, child: SObject, lookup: str) -> ChildPlan:
        if _is_count(query) or _is_grouped(query) or query.offset:
            raise malformed("a subquery selects records: no aggregates, no GROUP BY, no OFFSET", query.at)
        scope = self._scope(query, child)
        selection = Selection(scope, self)
        selection.add_items(query.select)
        key = scope.root.column(lookup)
        key_index = selection.add_column(key)
        body, parameters = self._body(query, scope, f"{key} IN (SELECT value FROM json_each(?))")
        order = self._order_by(query, scope)
        sql = f"SELECT {selection.sql} FROM {scope.from_clause()} {body} {order.text}"
        return ChildPlan(
            name=relationship.name or "",
            sql=sql,
            before=selection.parameters,
            after=(*parameters, *order.parameters),
            key_index=key_index,
            limit=query.limit,
            shape=selection.shape,
            children=tuple(selection.children),
        )

    def semi_join(self, query: ast.Query) -> Sql:
        """Return the ids that the subquery of `IN (SELECT ...)` selects, as SQL."""
        match query.select:
            case (ast.SelectExpression(ast.FieldPath() as path, None),) if len(query.sources) == 1:
                pass
            case _:
                raise malformed(
                    "The inner select of a semi-join must select exactly one ID or reference field", query.at
                )
        sobject = self.schema.get(str(query.sources[0].path))
        if sobject is None:
            raise QueryError("INVALID_TYPE", f"sObject type '{query.sources[0].path}' is not supported.", path.at)
        if query.limit is not None or query.order_by or query.group_by is not None:
            raise malformed("Semi-joins take no ORDER BY, GROUP BY or LIMIT", query.at)
        scope = self._scope(query, sobject)
        value = compile_expression(scope, path)
        if value.type not in ID_TYPES:
            raise malformed("The inner select of a semi-join must select exactly one ID or reference field", path.at)
        body, parameters = self._body(query, scope, f"{value.sql} IS NOT NULL")
        return Sql(f"SELECT {value.sql} FROM {scope.from_clause()} {body}", parameters)

    def conditions(self, scope: Scope) -> Conditions:
        """Return the compiler of one scope's conditions."""
        return Conditions(scope, self.now, self.semi_join)

    def _scope(self, query: ast.Query, sobject: SObject) -> Scope:
        scope = Scope(self.names, sobject, query.sources[0].alias)
        for source in query.sources[1:]:
            scope.add_alias(source)
        return scope

    def _body(self, query: ast.Query, scope: Scope, *more: str) -> tuple[str, tuple[SqlValue, ...]]:
        """Return WHERE and its parameters; those of `more` come first."""
        pieces = list(more)
        parameters: tuple[SqlValue, ...] = ()
        if not self.include_deleted:
            pieces.append(f'{scope.root.alias}."_deleted" = 0')
        if query.scope is not None and query.scope.lower() == "mine" and scope.root.sobject.field("OwnerId"):
            pieces.append(f"{scope.root.column('OwnerId')} = ?")
            parameters += (self.user_id,)
        if query.where is not None:
            compiled = self.conditions(scope).compile(query.where)
            pieces.append(compiled.text)
            parameters += compiled.parameters
        return (f"WHERE {' AND '.join(pieces)}" if pieces else ""), parameters

    def _order_by(self, query: ast.Query, scope: Scope, groups: Groups | None = None) -> Sql:
        pieces: list[str] = []
        parameters: tuple[SqlValue, ...] = ()
        for key in query.order_by:
            value = compile_expression(scope, key.expression)
            described = value.field
            unsortable = described is not None and (not described.sortable or value.type in COMPOUND_TYPES)
            if described is not None and unsortable and not value.aggregate:
                raise invalid_field(f"field '{described.name}' can not be sorted in a query call", key.expression.at)
            if groups is not None:
                groups.require(value, name_of(key.expression), key.expression.at)
            elif value.aggregate:
                raise malformed("aggregate functions can't sort a query without GROUP BY", key.expression.at)
            value = _in_list_order(value)
            # The platform puts null first in both directions.
            nulls = "LAST" if key.nulls == "LAST" else "FIRST"
            pieces.append(f"{value.sql} {'DESC' if key.descending else 'ASC'} NULLS {nulls}")
            parameters += value.parameters
        if groups is None:
            pieces.append(f"{scope.root.alias}.rowid")  # the order of creation decides between equals
        return Sql(f"ORDER BY {', '.join(pieces)}" if pieces else "", parameters)

    def _window(self, query: ast.Query) -> Sql:
        if query.offset is not None and query.offset > MAX_OFFSET:
            raise QueryError("NUMBER_OUTSIDE_VALID_RANGE", f"Maximum SOQL offset allowed is {MAX_OFFSET}")
        if query.limit is None and query.offset is None:
            return Sql("")
        limit = -1 if query.limit is None else query.limit
        return Sql("LIMIT ? OFFSET ?", (limit, query.offset or 0))

    def _records(self, query: ast.Query, scope: Scope, among: str | None) -> Plan:
        selection = Selection(scope, self)
        if any(_is_fields_all(item) for item in query.select) and (query.limit is None or query.limit > 200):
            raise malformed("The SOQL FIELDS function must have a LIMIT of at most 200", query.at)
        selection.add_items(query.select)
        if among is None:
            body, parameters = self._body(query, scope)
        else:
            body, parameters = self._body(
                query, scope, f"{scope.root.column('Id')} IN (SELECT value FROM json_each(?))"
            )
            parameters = (among, *parameters)
        order, window = self._order_by(query, scope), self._window(query)
        sql = f"SELECT {selection.sql} FROM {scope.from_clause()} {body} {order.text} {window.text}"
        parameters = (*selection.parameters, *parameters, *order.parameters, *window.parameters)
        return Plan(sql, parameters, scope.root.sobject, selection.shape, tuple(selection.children))

    def _count(self, query: ast.Query, scope: Scope) -> Plan:
        if query.order_by:
            raise malformed("COUNT() takes no ORDER BY", query.at)
        body, parameters = self._body(query, scope)
        window = self._window(query)
        inner = f"SELECT 1 FROM {scope.from_clause()} {body} {window.text}"
        parameters = (*parameters, *window.parameters)
        return Plan(f"SELECT COUNT(*) FROM ({inner})", parameters, scope.root.sobject, Aggregate(), (), counts=True)

    def _grouped(self, query: ast.Query, scope: Scope) -> Plan:
        groups = compile_groups(query, scope)
        body, parameters = self._body(query, scope)
        having = Sql("")
        if query.having is not None:
            compiled = replace(self.conditions(scope), groups=groups).compile(query.having)
            having = Sql(f"HAVING {compiled.text}", compiled.parameters)
        order, window = self._order_by(query, scope, groups), self._window(query)
        statement = groups.statement(scope.from_clause(), Sql(body, parameters), having, order)
        sql = f"{statement.text} {window.text}"
        return Plan(sql, (*statement.parameters, *window.parameters), scope.root.sobject, groups.shape, ())


def _is_count(query: ast.Query) -> bool:
    match query.select:
        case (ast.SelectExpression(ast.FunctionCall(name, ()), None),):
            return name.lower() == "count"
    return False


def _is_grouped(query: ast.Query) -> bool:
    return query.group_by is not None or any(
        isinstance(item, ast.SelectExpression)
        and isinstance(item.expression, ast.FunctionCall)
        and item.expression.name.lower() in ("count", "count_distinct", "sum", "avg", "min", "max")
        for item in query.select
    )


def _is_fields_all(item: ast.SelectItem) -> bool:
    match item:
        case ast.SelectExpression(ast.FunctionCall(name, (ast.FieldPath((which,)),))):
            return name.lower() == "fields" and which.lower() in ("all", "custom")
    return False


def _in_list_order(value: Value) -> Value:
    """Make a picklist sort as its values are listed and not by the alphabet, as the platform does."""
    described = value.field
    if value.type != "picklist" or value.aggregate or described is None or not described.picklist_values:
        return value
    whens = " ".join(f"WHEN ? THEN {rank}" for rank in range(len(described.picklist_values)))
    values = tuple(item.value for item in described.picklist_values)
    rank = f"CASE {value.sql} {whens} ELSE {len(values)} END"
    sql = f"(CASE WHEN {value.sql} IS NULL THEN NULL ELSE {rank} END)"
    return replace(value, sql=sql, parameters=(*value.parameters, *value.parameters, *values))
