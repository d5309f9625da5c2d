"""Making records of values that are already validated: the hot path of every query.

A record is filled through the slots of pydantic's BaseModel, bound once for each model, in place of four calls of
``object.__setattr__``: measured in ``benchmarks/read.py``, a sixth of what reading a page costs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from itertools import repeat
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from .sobject import SObject

    # Whoever type-checks a generated client reads all that this imports, and pydantic brings 220 modules along.
    BaseModel: Any = object
else:
    from pydantic import BaseModel

M = TypeVar("M", bound="SObject")

_values, _changed, _extra, _private = (
    BaseModel.__dict__[slot].__set__
    for slot in ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")
)
# What was changed since a record was read is a frozenset; what was set on a new record is a set. Both survive copying
# and pickling, so a record knows which of the two it is without an attribute of its own.
UNCHANGED: frozenset[str] = frozenset()


def maker(model: type[M]) -> Callable[[dict[str, Any]], M]:
    """Return what makes a record of `model` of its values by attribute, as read from an org: nothing has changed."""
    new = model.__new__

    def make(row: dict[str, Any]) -> M:
        record = new(model)
        _values(record, row)
        _changed(record, UNCHANGED)
        _extra(record, None)
        _private(record, None)
        return record

    return make


def many_maker(model: type[M]) -> Callable[[list[dict[str, Any]]], list[M]]:
    """Return what makes many records at once, as `maker` makes one."""
    new = model.__new__
    slots = ((_changed, UNCHANGED), (_extra, None), (_private, None))

    def make(rows: list[dict[str, Any]]) -> list[M]:
        records = list(map(new, repeat(model, len(rows))))
        # These loops are the interpreter's own: `deque` runs one and keeps nothing.
        deque(map(_values, records, rows), maxlen=0)
        for slot, value in slots:
            deque(map(slot, records, repeat(value)), maxlen=0)
        return records

    return make
