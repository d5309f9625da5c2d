"""From Python values to the cells of a Bulk 2.0 CSV.

Salesforce document: Bulk API 2.0 and Bulk API Developer Guide, "Valid Date Format in Records" and "Prepare Data".
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from math import isfinite
from typing import Any

NULL = "#N/A"
"""What Bulk 2.0 takes for null; a cell that is empty leaves the field as it is."""
# Values can be long texts; the limit of Python's reader is 128 KB.
csv.field_size_limit(max(csv.field_size_limit(), 1 << 28))


def cell(value: Any) -> str:
    """Write one value.

    Raises:
        ValueError: a naive datetime, a number that isn't finite, or text that the CSV would give another meaning.
        TypeError: a value that no cell can hold.
    """
    write = _BY_TYPE.get(type(value))
    return write(value) if write is not None else _by_kind(value)


def _text(value: str) -> str:
    if value == NULL:
        raise ValueError(
            f"the text {NULL!r} means null to the Bulk API 2.0; give None for null, or save this record with create() "
            "or update() if it is really to hold this text"
        )
    # In the REST API an empty text makes a field empty; in a CSV it would leave the field as it is.
    return value or NULL


def _float(value: float) -> str:
    if not isfinite(value):
        raise ValueError(f"{value} is no number that a field can hold; give None for an empty field")
    # Not repr: a subclass, such as numpy's, may write itself another way.
    return float.__repr__(value)


def _decimal(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError(f"{value} is no number that a field can hold; give None for an empty field")
    return format(value, "f")


def _moment(value: datetime) -> str:
    if value.utcoffset() is None:
        raise ValueError(
            f"{value.isoformat()} has no UTC offset, so the moment it means is unknown; "
            "make it aware, for example with .replace(tzinfo=timezone.utc) or .astimezone()"
        )
    try:
        moment = value.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{value.isoformat()} is in UTC before the year 1 or after 9999") from None
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _time(value: time) -> str:
    return value.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


_BY_TYPE: dict[type, Callable[[Any], str]] = {
    str: _text,
    type(None): lambda value: NULL,
    bool: lambda value: "true" if value else "false",
    int: int.__repr__,
    float: _float,
    Decimal: _decimal,
    # Before date, which a datetime is one of: the first that a subclass is an instance of writes it.
    datetime: _moment,
    date: date.isoformat,
    time: _time,
}

# numpy's letters for truth values, integers and floats.
_NUMPY_KINDS = frozenset("biuf")
_ABSENT = frozenset({"NAType", "NaTType"})


def _by_kind(value: Any) -> str:
    match value:
        case Enum():
            return cell(value.value)
        case tuple() | list():
            return cell(";".join(map(_choice, value)))
        case set() | frozenset():
            return cell(";".join(sorted(map(_choice, value))))
    if (absent := type(value).__name__) in _ABSENT:
        raise ValueError(f"{absent} is how pandas says that there is no value; give None for an empty field")
    if (plain := unboxed(value)) is not value:
        return cell(plain)
    for kind, write in _BY_TYPE.items():
        if isinstance(value, kind):
            # As its base writes it: subclasses of str, int and datetime may have a text of their own.
            return write(str.__str__(value)) if kind is str else write(value)
    raise TypeError(f"a value of type {type(value).__name__} can't be a cell of a CSV; convert it first")


def _choice(value: Any) -> str:
    """Return one of the values of a multi-select picklist, which semicolons part."""
    text = value.value if isinstance(value, Enum) else value
    if not isinstance(text, str) or ";" in text:
        raise ValueError(f"{value!r:.80} is no value of a multi-select picklist: those are texts without a semicolon")
    return str.__str__(text)


def unboxed(value: Any) -> Any:
    """Return a number, truth value or list of numpy's as Python's own, anything else as it is.

    Its moments are none of these: what numpy makes of one that counts nanoseconds is a number.
    """
    dtype, dimensions = getattr(value, "dtype", None), getattr(value, "ndim", None)
    if dtype is None:
        return value
    if dimensions == 1:
        return value.tolist()
    return value.item() if dimensions == 0 and dtype.kind in _NUMPY_KINDS else value


def flattened(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the record with ``{"Account": {"ERP_Id__c": "x"}}`` as the column ``Account.ERP_Id__c``.

    ``attributes``, which records of the REST API carry, is left out.
    """
    for value in record.values():
        if type(value) not in _BY_TYPE and isinstance(value, Mapping):
            break
    else:
        return record
    flat: dict[str, Any] = {}
    for name, value in record.items():
        if not isinstance(value, Mapping):
            flat[name] = value
        elif name != "attributes":
            # A polymorphic lookup must be told what it points to.
            told = value.get("attributes")
            kind = f"{told['type']}:" if isinstance(told, Mapping) and "type" in told else ""
            flat.update({f"{kind}{name}.{inner}": part for inner, part in value.items() if inner != "attributes"})
    return flat
