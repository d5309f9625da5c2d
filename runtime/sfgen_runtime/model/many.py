"""Many records of one object, typed: checked before the first request, read as models."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..composite.collections import MOST_RETRIEVED, RetrieveMany, chunks
from .errors import InvalidRecord
from .reading import list_parser
from .registry import table_of
from .selecting import select_columns
from .sobject import SObject

if TYPE_CHECKING:
    from ..client import SalesforceClient
    from ..http import CallOptions, Response
    from .expressions import Expr

M = TypeVar("M", bound=SObject)
R = TypeVar("R")


def prepared(records: Iterable[R], check: Callable[[R], dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the records as the API takes them.

    Raises:
        InvalidRecord: the org would refuse one; a note says which.
    """
    rows: list[dict[str, Any]] = []
    for index, record in enumerate(records):
        try:
            rows.append(check(record))
        except InvalidRecord as error:
            error.add_note(f"It is record {index} of the list, counted from 0; nothing was sent.")
            raise
    return rows


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
            raise TypeError("update_many takes models whose Id was read, or pairs: (id, {field: value})")
    return {**changes(data), "Id": record_id}


def get_many(
    client: SalesforceClient,
    model: type[M],
    record_ids: Sequence[Any],
    columns: tuple[Expr[M, Any], ...],
    call: CallOptions,
) -> list[M | None]:
    """Return records with the given columns in the order of the ids, None for one that isn't there."""
    selection = select_columns(model, columns)
    if selection.parents:
        raise TypeError("get_many() reads the object's own fields; select() reads those of its parents too")
    parse = cast("Callable[[Response], list[M | None]]", list_parser(selection))
    names = [column.soql for column in columns]
    found: list[M | None] = []
    for ids in chunks(record_ids, MOST_RETRIEVED):
        found += client.execute(RetrieveMany(table_of(model).name, names, ids, parse=parse), **call)
    return found
