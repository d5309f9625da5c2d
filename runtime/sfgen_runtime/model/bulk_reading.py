"""Reading bulk results: converters of cells, put together once for each query, that make records of CSV.

An empty cell is null. Of a parent the CSV says nothing but its fields, so its id is asked for as well: only that tells
a parent whose selected fields are null from one that isn't there. A polymorphic parent is asked for its type too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import compress, repeat
from typing import TYPE_CHECKING, Any

from ..bulk.query import BulkQuery, Reader
from ..ids import Id
from .expressions import AnyExpr, Expr
from .grouped import is_grouped
from .making import many_maker
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
Rows = list[list[str]]
Column = Sequence[str]
Columns = Sequence[Column]
ReadColumns = Callable[[Columns], list[Any]]
_INTEGER_DIGITS = 19
_ID = FieldRow("Id", "Id", "id", "")
_TYPE = FieldRow("Type", "Type", "picklist", "")


def _integer(cell: str) -> int:
    try:
        return int(cell)
    except ValueError:
        number = Decimal(cell)
        # The largest field has 64 bits; 1e9999999 would take minutes to become an int.
        if not number.is_finite() or number.adjusted() > _INTEGER_DIGITS or number != number.to_integral_value():
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

    def reader(names: list[str]) -> Callable[[Rows], list[tuple[Any, ...]]]:
        _check_names(columns, names)
        return lambda rows: list(zip(*_converted(_columns(rows, len(columns)), converters), strict=True))

    return reader


def record_reader(model: type[SObject], own: tuple[AnyExpr, ...], columns: tuple[AnyExpr, ...]) -> Reader[Any]:
    """Return what makes records of rows: they hold the columns `own`, and rows those of `with_parent_ids`."""
    at = {column.path: index for index, column in enumerate(columns)}
    read = _records(select_columns(model, own), (), at)

    def reader(names: list[str]) -> Callable[[Rows], list[Any]]:
        _check_names(columns, names)
        return lambda rows: read(_columns(rows, len(columns)))

    return reader


def _columns(rows: Rows, count: int) -> Columns:
    """Turn rows into columns.

    Raises:
        ValueError: a row has too many or too few cells.
    """
    widths = set(map(len, rows)) - {count}
    if widths:
        raise ValueError(f"it has {widths.pop()} cells, and not {count}")
    return list(zip(*rows, strict=True))


def _converted(columns: Iterable[Column], converters: Iterable[Convert | None]) -> list[Sequence[Any]]:
    # A column at a time, for then the interpreter's own loops do what is done for every cell: there are millions.
    return [
        ([cell or None for cell in column] if convert is None else [convert(cell) if cell else None for cell in column])
        if "" in column
        else column
        if convert is None
        else list(map(convert, column))
        for column, convert in zip(columns, converters, strict=True)
    ]


def _records(selection: Selection, prefix: tuple[str, ...], at: Mapping[tuple[str, ...], int]) -> ReadColumns:
    """Return what makes records of an object, `prefix` away from the query's own, of all columns of the query."""
    model, table = selection.model, table_of(selection.model)
    rows = [table.fields.get(attribute) or NAME_FIELDS[attribute] for attribute in selection.fields]
    places, converters = [at[*prefix, row.name] for row in rows], [converter(row) for row in rows]
    parents = [_parents_of(table, attribute, targets, prefix, at) for attribute, targets in selection.parents]
    names = [*selection.fields, *(attribute for attribute, _ in selection.parents)]
    make = many_maker(model)

    def read(columns: Columns) -> list[Any]:
        values = _converted([columns[place] for place in places], converters)
        values += [read_parents(columns) for read_parents in parents]
        return make(list(map(dict, map(zip, repeat(names), zip(*values, strict=True)))))

    return read


def _parents_of(
    table: ObjectTable,
    attribute: str,
    targets: tuple[tuple[str, Selection], ...],
    prefix: tuple[str, ...],
    at: Mapping[tuple[str, ...], int],
) -> ReadColumns:
    """Return what makes the parents of records: None for a record that has none."""
    row = table.parents[attribute]
    path = (*prefix, row.name)
    there = at[*path, "Id"]
    readers = {name: _records(selection, path, at) for name, selection in targets}
    if len(row.targets) == 1:
        (read,) = readers.values()
        return lambda columns: _where(columns, list(map(bool, columns[there])), read)
    kind = at[*path, "Type"]
    plain = {inner[-1]: index for inner, index in at.items() if inner[:-1] == path}

    def untyped(columns: Columns) -> list[Any]:
        cells = zip(*(columns[index] for index in plain.values()), strict=True)
        return [untyped_record({name: cell or None for name, cell in zip(plain, row, strict=True)}) for row in cells]

    def read_any(columns: Columns) -> list[Any]:
        kinds = [name if id_cell else None for id_cell, name in zip(columns[there], columns[kind], strict=True)]
        found: list[Any] = [None] * len(kinds)
        for name in set(kinds) - {None}:
            some = _where(columns, [one == name for one in kinds], readers.get(name or "", untyped))
            found = [new or old for new, old in zip(some, found, strict=True)]
        return found

    return read_any


def _where(columns: Columns, mask: list[bool], read: ReadColumns) -> list[Any]:
    """Make records of the rows that the mask has; None stands for the others."""
    if all(mask):
        return read(columns)
    if not any(mask):
        return [None] * len(mask)
    records = iter(read([tuple(compress(column, mask)) for column in columns]))
    return [next(records) if there else None for there in mask]


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

    def reader(names: list[str]) -> Callable[[Rows], list[dict[str, Any]]]:
        converters = [converter(row) if (row := rows.get(name.lower())) else None for name in names]

        def read(rows: Rows) -> list[dict[str, Any]]:
            values = _converted(_columns(rows, len(names)), converters)
            return list(map(dict, map(zip, repeat(names), zip(*values, strict=True))))

        return read

    return BulkQuery(client, soql, reader, include_deleted=include_deleted, fields=lambda name: rows.get(name.lower()))
