"""Reading bulk results: converters of cells, put together once for each query, that make records of CSV.

An empty cell is null. Of a parent the CSV says nothing but its fields, so its id is asked for as well: only that tells
a parent whose selected fields are null from one that isn't there. A polymorphic parent is asked for its type too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from ..bulk.query import BulkQuery, Reader
from ..ids import Id
from .expressions import AnyExpr, Expr
from .grouped import is_grouped
from .making import maker
from .name_table import NAME_FIELDS
from .reading import Selection, untyped_record
from .registry import table_of
from .selecting import select_columns
from .table import FieldRow, ObjectTable
from .typeof import TypeOf
from .values import MultiPicklist

if TYPE_CHECKING:
    from ..client import SalesforceClient
    from .sobject import SObject

Convert = Callable[[str], Any]
Cells = list[str]
_ID = FieldRow("Id", "Id", "id", "")
_TYPE = FieldRow("Type", "Type", "picklist", "")


def _integer(cell: str) -> int:
    try:
        return int(cell)
    except ValueError:
        number = Decimal(cell)
        if number != number.to_integral_value():
            raise
        return int(number)


def _time(cell: str) -> time:
    # A time of day has no zone in Salesforce; the Z that the API writes means nothing.
    return time.fromisoformat(cell).replace(tzinfo=None)


# None: the text itself, which needs no call.
_CONVERTERS: dict[str, Convert | None] = {
    "id": Id,
    "reference": Id,
    "int": _integer,
    "long": _integer,
    "double": float,
    "percent": float,
    "currency": Decimal,
    "boolean": {"true": True, "false": False}.__getitem__,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": _time,
    "multipicklist": MultiPicklist.parse,
}
_NOT_IN_BULK = frozenset({"address", "location", "base64"})


def converter(row: FieldRow) -> Convert | None:
    """Return what reads a cell of a field that isn't empty; None where the text is the value."""
    return _CONVERTERS.get(row.type)


def check_bulk(columns: tuple[AnyExpr, ...], *, children: bool, offset: bool, grouped: bool) -> None:
    """Refuse what the Bulk API can't query.

    Raises:
        TypeError: the query has child records, groups or aggregates, an offset, TYPEOF, or a column without a cell.
    """
    reasons = {
        "include(): child records come by the REST API only": children,
        "group_by() and aggregates": grouped or is_grouped(columns),
        "offset()": offset,
        "TYPEOF": any(isinstance(column, TypeOf) for column in columns),
    }
    for what, there in reasons.items():
        if there:
            raise TypeError(f"the Bulk API doesn't take {what}; iterate the query itself, without .bulk()")
    for column in columns:
        if column.row.type in _NOT_IN_BULK:
            instead = "its parts" if column.row.type != "base64" else "the record and get_base64()"
            raise TypeError(
                f"the Bulk API doesn't return {column.soql}, a field of type {column.row.type}: use {instead}"
            )


def bulk_query(
    client: SalesforceClient,
    model: type[SObject],
    own: tuple[AnyExpr, ...],
    soql_of: Callable[[tuple[AnyExpr, ...]], str],
    *,
    tuples: bool,
    include_deleted: bool,
) -> BulkQuery[Any]:
    """Return the query of the columns `own` for the Bulk API; `soql_of` writes it with more columns."""
    columns = own if tuples else with_parent_ids(model, own)
    read: Reader[Any] = tuple_reader(columns) if tuples else record_reader(model, own, columns)
    return BulkQuery(
        client,
        soql_of(columns),
        read,
        include_deleted=include_deleted,
        fields=fields_of(columns),
        own_columns=len(own),
    )


def with_parent_ids(model: type[SObject], columns: tuple[AnyExpr, ...]) -> tuple[AnyExpr, ...]:
    """Return the columns, and after them those that tell whether each parent is there, and which it is."""
    have = {column.path for column in columns}
    more: dict[tuple[str, ...], AnyExpr] = {}
    selection = select_columns(model, columns)
    for prefix, polymorphic in _parents(selection, ()):
        for name, row in (("Id", _ID), ("Type", _TYPE)):
            path = (*prefix, name)
            if path not in have and (name == "Id" or polymorphic):
                more[path] = Expr(model, path, row)
    return (*columns, *more.values())


def _parents(selection: Selection, prefix: tuple[str, ...]) -> list[tuple[tuple[str, ...], bool]]:
    table = table_of(selection.model)
    found: dict[tuple[str, ...], bool] = {}
    for attribute, targets in selection.parents:
        row = table.parents[attribute]
        path = (*prefix, row.name)
        found[path] = len(row.targets) > 1
        for _, inner in targets:
            found.update(dict(_parents(inner, path)))
    return list(found.items())


def tuple_reader(columns: tuple[AnyExpr, ...]) -> Reader[tuple[Any, ...]]:
    """Return what makes tuples of rows."""
    converters = [converter(column.row) for column in columns]

    def reader(names: list[str]) -> Callable[[Cells], tuple[Any, ...]]:
        _check_names(columns, names)
        return lambda cells: tuple(
            [
                None if not cell else cell if convert is None else convert(cell)
                for convert, cell in zip(converters, cells, strict=True)
            ]
        )

    return reader


def record_reader(model: type[SObject], own: tuple[AnyExpr, ...], columns: tuple[AnyExpr, ...]) -> Reader[Any]:
    """Return what makes records of rows: they hold the columns `own`, and rows those of `with_parent_ids`."""
    at = {column.path: index for index, column in enumerate(columns)}

    def reader(names: list[str]) -> Callable[[Cells], Any]:
        _check_names(columns, names)
        return whole

    def whole(cells: Cells) -> Any:
        if len(cells) != len(columns):
            raise ValueError(f"it has {len(cells)} cells, and not {len(columns)}")
        return read(cells)

    read = _record(select_columns(model, own), (), at)
    return reader


class _Field(NamedTuple):
    attribute: str
    at: int
    convert: Convert | None


def _record(selection: Selection, prefix: tuple[str, ...], at: Mapping[tuple[str, ...], int]) -> Callable[[Cells], Any]:
    model, table = selection.model, table_of(selection.model)
    fields = []
    for attribute in selection.fields:
        row = table.fields.get(attribute) or NAME_FIELDS[attribute]
        fields.append(_Field(attribute, at[*prefix, row.name], converter(row)))
    names = [field.attribute for field in fields]
    converting = [(field.attribute, field.convert) for field in fields if field.convert is not None]
    # Mostly the object's own columns come first, in their order.
    in_order = [field.at for field in fields] == list(range(len(fields)))
    take: Callable[[Cells], Sequence[str]] = _as_they_are if in_order else _taker([field.at for field in fields])
    make = maker(model)
    parents = [(attribute, _parent(table, attribute, targets, prefix, at)) for attribute, targets in selection.parents]

    def read(cells: Cells) -> Any:
        # What is done for every cell is done by the interpreter's own loops: there are millions of them.
        values: dict[str, Any] = dict(zip(names, take(cells), strict=False))
        if "" in cells:
            values = {attribute: cell or None for attribute, cell in values.items()}
        for attribute, convert in converting:
            if (cell := values[attribute]) is not None:
                values[attribute] = convert(cell)
        for attribute, read_parent in parents:
            values[attribute] = read_parent(cells)
        return make(values)

    return read


def _as_they_are(cells: Cells) -> Sequence[str]:
    return cells


def _taker(at: list[int]) -> Callable[[Cells], Sequence[str]]:
    if len(at) < 2:
        return lambda cells: [cells[index] for index in at]
    return itemgetter(*at)


def _parent(
    table: ObjectTable,
    attribute: str,
    targets: tuple[tuple[str, Selection], ...],
    prefix: tuple[str, ...],
    at: Mapping[tuple[str, ...], int],
) -> Callable[[Cells], Any]:
    row = table.parents[attribute]
    path = (*prefix, row.name)
    there = at[*path, "Id"]
    readers = {name: _record(selection, path, at) for name, selection in targets}
    if len(row.targets) == 1:
        (read,) = readers.values()
        return lambda cells: read(cells) if cells[there] else None
    kind = at[*path, "Type"]
    plain = {inner[-1]: index for inner, index in at.items() if inner[:-1] == path}

    def read_any(cells: Cells) -> Any:
        if not cells[there]:
            return None
        known = readers.get(cells[kind])
        return known(cells) if known else untyped_record({name: cells[index] or None for name, index in plain.items()})

    return read_any


def _check_names(columns: tuple[AnyExpr, ...], names: list[str]) -> None:
    wanted = [column.soql.lower() for column in columns]
    if [name.lower() for name in names] != wanted:
        raise ValueError(f"its columns are {', '.join(names)}, and not {', '.join(wanted)}")


def fields_of(columns: tuple[AnyExpr, ...]) -> Callable[[str], FieldRow | None]:
    """Return what finds a column's field by the name that the CSV has for it."""
    rows = {column.soql.lower(): column.row for column in columns}
    return lambda name: rows.get(name.lower())


def by_describe(
    client: SalesforceClient, table: ObjectTable, soql: str, *, include_deleted: bool
) -> BulkQuery[dict[str, Any]]:
    """Return a query given as SOQL, whose rows are dicts with the types of the object's own fields."""
    rows = {row.name.lower(): row for row in table.fields.values()}

    def reader(names: list[str]) -> Callable[[Cells], dict[str, Any]]:
        kinds = [converter(row) if (row := rows.get(name.lower())) else None for name in names]
        return lambda cells: {
            name: None if not cell else cell if convert is None else convert(cell)
            for name, convert, cell in zip(names, kinds, cells, strict=True)
        }

    return BulkQuery(client, soql, reader, include_deleted=include_deleted, fields=lambda name: rows.get(name.lower()))
