"""The short cut for loads of many records: what is surely fine needs no more than a look.

Most values of most records are texts that fit, bools and dates. A record of such values alone goes up as it is; any
other takes the way of `sfgen_runtime.model.writing`, where the rules are. So this may only ever say yes to what those
accept unchanged; a test holds the two against each other.
"""

from __future__ import annotations

import datetime as _dt
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .registry import table_of

if TYPE_CHECKING:
    from .sobject import SObject
    from .table import FieldRow

Sure = Callable[[Any], bool]
_ANY_LENGTH = 1 << 62
_TEXTS = frozenset({"string", "textarea", "phone", "email", "url", "encryptedstring"})


def sure_records(
    model: type[SObject], writable: Callable[[FieldRow], bool], *, whole: bool
) -> Callable[[Mapping[str, Any]], bool]:
    """Return what tells whether a record surely passes. `whole` asks for the fields that a create requires."""
    table = table_of(model)
    controllers = {row.controller for row in table.fields.values() if row.controller}
    sure = {
        row.name: check
        for row in table.fields.values()
        if writable(row)
        and row.name == row.attribute
        and not row.controller
        and row.name not in controllers
        and (check := _sure(row)) is not None
    }
    required = frozenset(row.name for row in table.fields.values() if row.required) if whole else frozenset()

    # Texts are most of what there is: they are looked at without a call for each.
    room = {
        row.name: row.length or _ANY_LENGTH
        for row in table.fields.values()
        if row.name in sure and row.type in _TEXTS and row.nillable
    }.get

    def passes(record: Mapping[str, Any]) -> bool:
        try:
            for name, value in record.items():
                if not (type(value) is str and len(value) <= room(name, -1)) and not sure[name](value):
                    return False
        except KeyError:
            return False
        return required <= record.keys()

    return passes


def _sure(row: FieldRow) -> Sure | None:
    nillable, length = row.nillable, row.length or _ANY_LENGTH
    if row.type in _TEXTS and not nillable:
        return lambda value: type(value) is str and len(value) <= length and not value.isspace() and value != ""
    if row.type in _TEXTS:
        return lambda value: len(value) <= length if type(value) is str else value is None and nillable
    if row.type == "boolean":
        return lambda value: value is True or value is False
    if row.type == "date":
        return lambda value: type(value) is _dt.date or (value is None and nillable)
    if row.type == "picklist" and row.restricted:
        active = (choice.value for choice in row.choices if choice.active and len(choice.value) <= length)
        values = frozenset(value for value in active if nillable or value.strip())
        return lambda value: value in values if type(value) is str else value is None and nillable
    return None
