"""Running queries: SOQL text to pages of records, and the locators that lead from one page to the next.

Salesforce document: REST API Developer Guide, "Query", "Query More", "Query Options Header".
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sfgen.soql import SoqlSyntaxError, ast, parse

from ..errors import OrgError
from ..ids import make_id
from .columns import column_metadata
from .errors import QueryError, malformed
from .plan import Compiler
from .shape import Context, Record

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from ..schema import Schema, SObject
    from ..store import Row, Store
    from .children import ChildPlan
    from .plan import Plan
    from .shape import Aggregate

MAX_BATCH = 2000
MAX_CURSORS = 50  # open results that are kept; the one read longest ago gives way, as the platform's after some days
MAX_PLANS = 500  # remembered ways to read a record, one for each choice of fields
_LOCATOR = re.compile(r"(01g\w{15})-(\d{1,9})", re.ASCII)


# Programs repeat their queries, and a syntax tree never changes.
_parse = lru_cache(maxsize=256)(parse)


@dataclass(frozen=True, slots=True)
class _Cursor:
    """The rows of a query, frozen when it ran, and how to show them."""

    rows: list[Row]
    shape: Record | Aggregate
    children: tuple[ChildPlan, ...]
    batch_size: int
    version: str


class Queries:
    """Answers queries over one org."""

    def __init__(self, schema: Schema, store: Store, clock: Callable[[], dt.datetime], user_id: str) -> None:
        self._schema = schema
        self._store = store
        self._clock = clock
        self._user_id = user_id
        self._cursors: OrderedDict[str, _Cursor] = OrderedDict()
        self._made = 0
        self._record_plans: dict[tuple[str, tuple[str, ...]], Plan] = {}

    def query(
        self, soql: str, *, include_deleted: bool, batch_size: int, columns: bool, version: str
    ) -> dict[str, Any]:
        """Run a query and return its first page.

        Raises:
            OrgError: MALFORMED_QUERY, INVALID_FIELD, INVALID_TYPE, ... with the place in the query.
        """
        with self._store.lock:
            _, plan = self.compile(soql, include_deleted=include_deleted)
            rows = self._store.fetch(plan.sql, plan.parameters)
            if plan.counts:
                answer: dict[str, Any] = {"totalSize": rows[0][0], "done": True, "records": []}
            else:
                size = max(1, min(batch_size, MAX_BATCH))
                answer = self._page(_Cursor(rows, plan.shape, plan.children, size, version), 0, None)
        if columns:
            answer["columnMetadata"] = column_metadata(plan.shape)
        return answer

    def compile(
        self, soql: str, *, include_deleted: bool, ids: tuple[str, str | None] | None = None
    ) -> tuple[ast.Query, Plan]:
        """Return a query's syntax tree and its plan; `ids` narrows it to ids from the first on, before the second.

        Raises:
            OrgError: MALFORMED_QUERY, INVALID_FIELD, INVALID_TYPE, ... with the place in the query.
        """
        try:
            query = _parse(soql) if ids is None else _narrow(_parse(soql), *ids)
            return query, self._compiler(include_deleted=include_deleted).compile(query)
        except SoqlSyntaxError as error:
            raise QueryError("MALFORMED_QUERY", error.message, error.position).as_org_error(soql) from None
        except QueryError as error:
            raise error.as_org_error(soql) from None

    def among(self, query: ast.Query, ids: Sequence[str], *, version: str, most: int) -> list[dict[str, Any]]:
        """Run a query for records over those that have these ids; return at most so many.

        Raises:
            QueryError: MALFORMED_QUERY, INVALID_FIELD, INVALID_TYPE, ...
        """
        plan = self._compiler(include_deleted=False).compile(query, json.dumps(ids))
        if not isinstance(plan.shape, Record):
            raise malformed("aggregate functions are not allowed here", query.at)
        rows = self._store.fetch(plan.sql, plan.parameters)[:most]
        context = self._context(rows, plan.children, version, MAX_BATCH)
        return [plan.shape.build(row, context) for row in rows]

    def record(self, sobject: SObject, names: tuple[str, ...], record_id: str, version: str) -> dict[str, Any]:
        """Return the fields of one record that exists; `record_id` has 18 characters."""
        key = (sobject.name, names)
        plan = self._record_plans.get(key)
        if plan is None:
            if len(self._record_plans) >= MAX_PLANS:
                self._record_plans.clear()
            plan = self._compiler(include_deleted=True).record(sobject, names)
            self._record_plans[key] = plan
        (row,) = self._store.fetch(plan.sql, (record_id,))
        record: dict[str, Any] = plan.shape.build(row, Context(self._schema, version, {}))
        return record

    def _compiler(self, *, include_deleted: bool) -> Compiler:
        return Compiler(self._schema, self._store, self._clock(), include_deleted, self._user_id)

    def query_more(self, locator: str) -> dict[str, Any]:
        """Return the page that a locator names.

        Raises:
            OrgError: INVALID_QUERY_LOCATOR.
        """
        match = _LOCATOR.fullmatch(locator)
        with self._store.lock:
            cursor = self._cursors.get(match[1]) if match is not None else None
            if match is None or cursor is None or int(match[2]) > len(cursor.rows):
                raise OrgError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
            self._cursors.move_to_end(match[1])
            return self._page(cursor, int(match[2]), match[1])

    def _page(self, cursor: _Cursor, start: int, key: str | None) -> dict[str, Any]:
        end = min(start + cursor.batch_size, len(cursor.rows))
        rows = cursor.rows[start:end]
        done = end == len(cursor.rows)
        answer: dict[str, Any] = {"totalSize": len(cursor.rows), "done": done}
        if not done:
            key = key or self._keep(cursor)
            answer["nextRecordsUrl"] = f"/services/data/v{cursor.version}/query/{key}-{end}"
        context = self._context(rows, cursor.children, cursor.version, cursor.batch_size)
        answer["records"] = [cursor.shape.build(row, context) for row in rows]
        return answer

    def _keep(self, cursor: _Cursor) -> str:
        self._made += 1
        key = make_id("01g", self._made)
        self._cursors[key] = cursor
        if len(self._cursors) > MAX_CURSORS:
            self._cursors.popitem(last=False)
        return key

    def _context(self, rows: Sequence[Row], plans: Sequence[ChildPlan], version: str, batch_size: int) -> Context:
        """Fetch the children of these rows; the first column of a row with children is its id."""
        if not plans:
            return Context(self._schema, version, {})
        parents = json.dumps([row[0] for row in rows])
        children = {number: self._children(plan, parents, version, batch_size) for number, plan in enumerate(plans)}
        return Context(self._schema, version, children)

    def _children(self, plan: ChildPlan, parents: str, version: str, batch_size: int) -> dict[str, Any]:
        rows = self._store.fetch(plan.sql, (*plan.before, parents, *plan.after))
        return {
            parent: self._page(_Cursor(list(siblings), plan.shape, plan.children, batch_size, version), 0, None)
            for parent, siblings in plan.by_parent(rows).items()
        }


def _narrow(query: ast.Query, first: str, before: str | None) -> ast.Query:
    """Return the query for the ids of one chunk."""
    path = ast.FieldPath(("Id",))
    bounds: list[ast.Condition] = [ast.Comparison(path, ">=", ast.StringLiteral(first))]
    if before is not None:
        bounds.append(ast.Comparison(path, "<", ast.StringLiteral(before)))
    return replace(query, where=ast.And((*((query.where,) if query.where is not None else ()), *bounds)))
