"""Completing child lists: the org pages the records of a subquery on their own, apart from their parents' pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, MutableMapping
from typing import Any

from .results import next_records_url


def complete_children(record: Any, more: Callable[[str], Iterable[Any]]) -> None:
    """Fetch what is missing of every child list in a record, at every depth, and mark the lists done.

    `more` yields the records of a ``nextRecordsUrl`` and of the pages after it. Records of a caller's own type are left
    as they are.
    """
    if not isinstance(record, MutableMapping):
        return
    for value in record.values():
        if not isinstance(value, MutableMapping):
            continue
        children = value.get("records")
        if not isinstance(children, list):
            # A parent record, which may have child lists too.
            complete_children(value, more)
            continue
        if (url := next_records_url(value)) is not None:
            children.extend(more(url))
            value["done"] = True
            del value["nextRecordsUrl"]
        for child in children:
            complete_children(child, more)
