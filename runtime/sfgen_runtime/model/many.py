"""Many records of one object, typed: checked before the first request, read as models."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..composite.collections import retrieve
from ..composite.tree import Node
from ..ids import Reference, checked_ids
from . import writing
from .errors import FieldProblem, InvalidRecord
from .expressions import Column
from .reading import list_parser
from .registry import model_for, package_of, table_of
from .selecting import select_columns
from .sobject import SObject

if TYPE_CHECKING:
    from ..client import SalesforceClient
    from ..http import CallOptions, Response
    from .table import ChildRow

M = TypeVar("M", bound=SObject)
R = TypeVar("R")
P = TypeVar("P")
# Stands for the parent's id while a child of a tree is checked: the org fills it in.
_PARENT = Reference[Any]("@{parent}")


def prepared(records: Iterable[R], check: Callable[[R], P]) -> list[P]:
    """Return the records as the API takes them.

    Raises:
        InvalidRecord: the org would refuse one; a note says which.
    """
    rows: list[P] = []
    for index, record in enumerate(records):
        try:
            rows.append(check(record))
        except InvalidRecord as error:
            error.add_note(f"It is record {index} of the list, counted from 0; nothing was sent.")
            raise
    return rows


def ids_of(model: type[SObject], record_ids: Iterable[Any]) -> list[str]:
    """Return the ids of a model's records as a list.

    Raises:
        ValueError: one is no id.
        InvalidRecord: one is of another object's record, which a collection would take all the same.
    """
    ids = checked_ids(record_ids)
    prepared(ids, partial(writing.check_id, model))
    return ids


def with_id(record: Any, changes: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """Return the changes of a record with its id: of a model that was read, or of a pair of id and changes.

    Raises:
        TypeError: a model without its id.
    """
    if isinstance(record, tuple):
        record_id, data = record
    else:
        record_id, data = record.__dict__.get("Id") if isinstance(record, SObject) else None, record
        if record_id is None:
            raise TypeError("to update takes models whose Id was read, or pairs: (id, {field: value})")
    return {**changes(data), "Id": record_id}


def keyed(model: type[SObject], field: str, encode: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
    """Return what encodes records for an upsert by `field`, with a key each: of one that was read nothing changed it.

    It raises `InvalidRecord` for a record without a key.
    """
    table = table_of(model)
    attribute = next((attribute for attribute, row in table.fields.items() if row.name == field), field)

    def encoded(record: Any) -> dict[str, Any]:
        if field == "Id" and isinstance(record, Mapping):
            # No field of the record: it says which one it is.
            row = {**encode({name: value for name, value in record.items() if name != "Id"}), "Id": record.get("Id")}
        else:
            row = encode(record)
        if isinstance(record, SObject):
            row.setdefault(field, record.__dict__.get(attribute))
        if row.get(field) in (None, ""):
            problem = FieldProblem("MISSING_ARGUMENT", field, "it says which record is meant; give it a value")
            raise InvalidRecord(table.name, (problem,))
        return row

    return encoded


def get_many(
    client: SalesforceClient,
    model: type[M],
    record_ids: Iterable[Any],
    columns: tuple[Column[M, Any], ...],
    call: CallOptions,
) -> list[M | None]:
    """Return records with the given columns in the order of the ids, None for one that isn't there."""
    for column in columns:
        if not isinstance(column, Column):
            raise TypeError(f"{column!r} is not a column: get_many(ids, {model.__name__}.Id, ...) takes one by one")
    selection = select_columns(model, columns)
    if selection.parents:
        raise TypeError("get_many() reads the object's own fields; select() reads those of its parents too")
    parse = cast("Callable[[Response], list[M | None]]", list_parser(selection))
    names = [column.soql for column in columns]
    return retrieve(client, table_of(model).name, names, ids_of(model, record_ids), parse, call)


def tree_node(model: type[SObject], record: Mapping[str, Any], lookup: str | None = None) -> Node:
    """Return a record with its children as a tree, each checked as its object has it; `lookup` leads to its parent.

    Raises:
        InvalidRecord: the org would refuse one.
        TypeError: children of an object that was not generated.
    """
    table = table_of(model)
    given = {name: value for name, value in record.items() if name not in table.children and name != "attributes"}
    values = writing.validate_create(model, {**given, lookup: _PARENT} if lookup is not None else given)
    fields = writing.to_wire(model, values)
    if lookup is not None:
        del fields[lookup]
    lists = [(table.children[name], value) for name, value in record.items() if name in table.children]
    return Node(table.name, fields, tuple((row.name, tuple(_child_nodes(model, row, value))) for row, value in lists))


def _child_nodes(model: type[SObject], row: ChildRow, value: Any) -> Iterator[Node]:
    child = model_for(package_of(model), row.child)
    if child is None:
        raise TypeError(f"{row.child} was not generated; add it to the objects of the configuration")
    for record in value.get("records", ()) if isinstance(value, Mapping) else value:
        yield tree_node(child, record, row.field)
