"""A query's rows as the cells of a CSV table, a batch at a time.

Salesforce document: Bulk API 2.0 and Bulk API Developer Guide, "Understanding Bulk API 2.0 Query", "SOQL
Considerations".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sfgen.soql import ast

from ..errors import OrgError
from ..query.shape import Aggregate, Context, Leaf, Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ..query import Queries
    from ..query.plan import Plan
    from ..schema import Schema
    from ..store import Store


@dataclass(frozen=True, slots=True)
class _Cell:
    """A column of the table: its place in a row of the database, and how a value that isn't null is shown."""

    index: int
    show: Callable[[Any], Any] | None


class CsvQuery:
    """A query whose answer is a table: `header` and batches of rows.

    Raises:
        OrgError: the query is wrong, or selects what no cell can hold.
    """

    def __init__(
        self,
        schema: Schema,
        queries: Queries,
        store: Store,
        soql: str,
        *,
        include_deleted: bool,
        ids: tuple[str, str | None] | None = None,
    ) -> None:
        query, plan = queries.compile(soql, include_deleted=include_deleted, ids=ids)
        self._schema = schema
        self._store = store
        self._plan = plan
        self.sobject = plan.sobject
        self.query = query
        columns = _columns(query, plan)
        self.header = list(columns)
        self._cells = list(columns.values())

    def batches(self, size: int) -> Iterator[list[Sequence[str]]]:
        """Run the query and yield the columns of its rows, up to `size` rows at a time; null is an empty cell."""
        for rows in self._store.stream(self._plan.sql, self._plan.parameters, size):
            stored = list(zip(*rows, strict=True))
            yield [_texts(stored[cell.index], cell.show) for cell in self._cells]

    def records(self, size: int, version: str) -> Iterator[list[dict[str, Any]]]:
        """Run the query and yield its rows as records with attributes, up to `size` at a time."""
        context = Context(self._schema, version, {})
        for rows in self._store.stream(self._plan.sql, self._plan.parameters, size):
            yield [self._plan.shape.build(row, context) for row in rows]

    def chunks(self, size: int) -> list[tuple[str, str | None]]:
        """Return the bounds of chunks that have up to `size` records of the object each, by their ids."""
        table = self._store.ensure(self.sobject)
        numbered = f'SELECT "Id", ROW_NUMBER() OVER (ORDER BY "Id") - 1 AS number FROM {table}'
        starts = [row[0] for row in self._store.fetch(f"SELECT Id FROM ({numbered}) WHERE number % ? = 0", (size,))]
        return list(zip(starts, [*starts[1:], None], strict=True))


def _columns(query: ast.Query, plan: Plan) -> dict[str, _Cell]:
    """Return the cells by their column's name, in the order of the SELECT list."""
    if plan.counts or isinstance(plan.shape, Aggregate):
        raise _unsupported("Aggregate Relationships not supported in Bulk Query")
    if query.offset is not None:
        raise _unsupported("OFFSET not supported in Bulk Query")
    if plan.children:
        raise _unsupported("Nested queries not supported in Bulk Query")
    found = dict(_flat(plan.shape, ""))
    by_name = {name.lower(): name for name in found}
    selected = [
        by_name.get(".".join(item.expression.parts).lower())
        for item in query.select
        if isinstance(item, ast.SelectExpression) and isinstance(item.expression, ast.FieldPath)
    ]
    ordered = {name: found[name] for name in selected if name is not None}
    return ordered if len(ordered) == len(found) else found


def _flat(record: Record, prefix: str) -> Iterator[tuple[str, _Cell]]:
    for name, item in record.items.items():
        match item:
            case Record():
                yield from _flat(item, f"{prefix}{name}.")
            case Leaf():
                yield prefix + name, _Cell(item.index, _shown(item))
            case _:
                raise _unsupported(f"Selecting compound data not supported in Bulk Query: {prefix}{name}")


def _shown(leaf: Leaf) -> Callable[[Any], Any] | None:
    if leaf.decode is bool:
        return {0: "false", 1: "true"}.__getitem__
    if leaf.type == "datetime" and leaf.decode is None:
        return _as_utc
    return leaf.decode


def _texts(values: Sequence[Any], show: Callable[[Any], Any] | None) -> Sequence[str]:
    if show is not None:
        values = [None if value is None else show(value) for value in values]
    if set(map(type, values)) == {str}:
        return values
    return ["" if value is None else str(value) for value in values]


def _as_utc(moment: str) -> str:
    # Where the REST API writes `+0000`, the Bulk APIs write `Z`.
    return f"{moment[:23]}Z"


def _unsupported(message: str) -> OrgError:
    return OrgError(400, "FUNCTIONALITY_NOT_ENABLED", message)
