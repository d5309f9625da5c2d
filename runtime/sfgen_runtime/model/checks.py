"""What a value must be to be written to a field, by describe type.

Each check returns the value as it is kept, or raises `Refused` with the code that the org would answer. What the org
lets one see coming is said in describe: SOAP API Developer Guide, "Field Types"; Object Reference, "Field Properties".
"""

from __future__ import annotations

import base64
import datetime as _dt
import re
from collections.abc import Callable, Collection
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from ..ids import Id, Reference, is_record_id
from .keys import ByKey
from .table import FieldRow
from .values import MultiPicklist

_HALF_PAIR = re.compile("[\ud800-\udfff]")


class Refused(Exception):
    """A value that the org would refuse: its code, and what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code, self.message = code, message


def nearest(name: str, names: Collection[str]) -> str:
    """Return the end of a message that offers the most similar name, or nothing."""
    near = get_close_matches(name, list(names), 1)
    return f"; did you mean {near[0]!r}?" if near else ""


def checked(row: FieldRow, value: Any) -> Any:
    """Return the value as a record keeps it.

    Raises:
        Refused: the org would refuse it.
    """
    if value is None:
        if not row.nillable:
            raise Refused("REQUIRED_FIELD_MISSING", "it can't be null; give it a value or leave it out")
        return None
    return _CHECKS.get(row.type, _as_it_is)(row, value)


def _as_it_is(row: FieldRow, value: Any) -> Any:
    return value


def _wrong_type(row: FieldRow, value: Any, wanted: str) -> Refused:
    return Refused("INVALID_TYPE_ON_FIELD_IN_RECORD", f"it takes {wanted}, not {type(value).__name__}")


def _text(row: FieldRow, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong_type(row, value, "a str")
    if not row.nillable and not value.strip():
        raise Refused("REQUIRED_FIELD_MISSING", "it can't be blank; give it a value or leave it out")
    if row.length and len(value) > row.length:
        raise Refused("STRING_TOO_LONG", f"{len(value)} characters, and it holds at most {row.length}")
    if not value.isascii() and _HALF_PAIR.search(value):
        raise Refused("INVALID_TYPE_ON_FIELD_IN_RECORD", "it holds half a surrogate pair, which UTF-8 can't carry")
    return value


def _picklist(row: FieldRow, value: Any) -> str:
    text = _text(row, getattr(value, "value", value))
    if row.restricted and text and not any(choice.value == text and choice.active for choice in row.choices):
        allowed = [choice.value for choice in row.choices if choice.active]
        shown = ", ".join(map(repr, allowed[:10])) + (", ..." if len(allowed) > 10 else "")
        raise Refused(
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            f"{text!r} is not one of its values{nearest(text, allowed)}; it has {shown or 'no active value'}",
        )
    return text


def _multipicklist(row: FieldRow, value: Any) -> MultiPicklist[str]:
    if not isinstance(value, str | Collection):
        raise _wrong_type(row, value, "a collection of str")
    chosen = MultiPicklist.of(value)
    for one in chosen:
        if ";" in _picklist(row, one):
            raise Refused("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", f"{one!r} holds the semicolon that parts values")
    return chosen


def _boolean(row: FieldRow, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _wrong_type(row, value, "a bool")
    return value


def _integer(row: FieldRow, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong_type(row, value, "an int")
    if row.type == "int" and not -(2**31) <= value < 2**31:
        raise Refused("NUMBER_OUTSIDE_VALID_RANGE", f"{value} doesn't fit in 32 bits")
    return value


def _number(row: FieldRow, value: Any) -> float | Decimal:
    if not isinstance(value, int | float | Decimal) or isinstance(value, bool):
        raise _wrong_type(row, value, "a number")
    if value != value or value in (float("inf"), float("-inf")):
        raise Refused("NUMBER_OUTSIDE_VALID_RANGE", f"{value} is not a finite number; use None for no value")
    if row.precision and abs(value) >= 10 ** (row.precision - row.scale):
        raise Refused(
            "NUMBER_OUTSIDE_VALID_RANGE",
            f"{value} has more than {row.precision - row.scale} digits before the decimal point",
        )
    if row.precision and _is_finer(value, row.scale):
        unit = f'value.quantize(Decimal("{Decimal(1).scaleb(-row.scale)}"))'
        raise Refused(
            "NUMBER_OUTSIDE_VALID_RANGE",
            f"{value} has more than {row.scale} digits after the decimal point, which the org would round away;"
            f" round it yourself: {unit if isinstance(value, Decimal) else f'round(value, {row.scale})'}",
        )
    return value


def _is_finer(value: float | Decimal, scale: int) -> bool:
    """Tell whether a number has more digits after the decimal point than `scale`.

    A Decimal says how exact it is meant to be. A float has digits that nobody meant, as 0.1 + 0.2 has: what is less
    than a thousandth of the last digit, or than floats can tell apart, doesn't count.
    """
    if isinstance(value, Decimal):
        return _places(value) > scale
    return abs(value - round(value, scale)) > max(10.0 ** -(scale + 3), abs(value) * 1e-14)


def _places(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _currency(row: FieldRow, value: Any) -> Decimal:
    number = _number(row, value)
    # By way of repr, so that 0.1 is the tenth that was meant; a subclass may write itself another way.
    return Decimal(float.__repr__(number)) if isinstance(number, float) else Decimal(number)


def _date(row: FieldRow, value: Any) -> _dt.date:
    if isinstance(value, str):
        try:
            return _dt.date.fromisoformat(value)
        except ValueError:
            raise Refused("INVALID_TYPE_ON_FIELD_IN_RECORD", f"{value!r} is no date like 2026-01-31") from None
    if not isinstance(value, _dt.date) or isinstance(value, _dt.datetime):
        raise _wrong_type(row, value, "a datetime.date")
    return value


def _datetime(row: FieldRow, value: Any) -> _dt.datetime:
    if isinstance(value, str):
        try:
            value = _dt.datetime.fromisoformat(value)
        except ValueError:
            raise Refused(
                "INVALID_TYPE_ON_FIELD_IN_RECORD", f"{value!r} is no date-time like 2026-01-31T12:00:00+00:00"
            ) from None
    if not isinstance(value, _dt.datetime):
        raise _wrong_type(row, value, "a datetime.datetime")
    if value.utcoffset() is None:
        raise Refused(
            "INVALID_TYPE_ON_FIELD_IN_RECORD",
            "the date-time has no offset, and sfgen doesn't guess one; add tzinfo=datetime.timezone.utc, for instance",
        )
    return value


def _time(row: FieldRow, value: Any) -> _dt.time:
    if isinstance(value, str):
        try:
            value = _dt.time.fromisoformat(value.removesuffix("Z"))
        except ValueError:
            raise Refused("INVALID_TYPE_ON_FIELD_IN_RECORD", f"{value!r} is no time like 12:30:00.000Z") from None
    if not isinstance(value, _dt.time):
        raise _wrong_type(row, value, "a datetime.time")
    return value


def _reference_id(row: FieldRow, value: Any) -> Id[Any] | ByKey[Any]:
    if isinstance(value, ByKey | Reference):
        return value
    if not isinstance(value, str):
        raise _wrong_type(row, value, "a record id")
    if value and not is_record_id(value):
        raise Refused("MALFORMED_ID", f"{value!r} is no record id: it takes 15 characters, or 18 with their checksum")
    return Id(value)


def _base64(row: FieldRow, value: Any) -> bytes:
    if isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except ValueError:
            raise Refused("INVALID_TYPE_ON_FIELD_IN_RECORD", "the text is not base64; give bytes instead") from None
    if not isinstance(value, bytes | bytearray | memoryview):
        raise _wrong_type(row, value, "bytes")
    return bytes(value)


_CHECKS: dict[str, Callable[[FieldRow, Any], Any]] = {
    **dict.fromkeys(("string", "textarea", "phone", "email", "url", "encryptedstring", "combobox"), _text),
    "picklist": _picklist,
    "multipicklist": _multipicklist,
    "boolean": _boolean,
    "int": _integer,
    "long": _integer,
    "double": _number,
    "percent": _number,
    "currency": _currency,
    "date": _date,
    "datetime": _datetime,
    "time": _time,
    "reference": _reference_id,
    "id": _reference_id,
    "base64": _base64,
}
