"""Field values: JSON as clients send it to what the database holds, and back.

Numbers and booleans may come as JSON strings, as several clients send them. Dates and moments are held as the text that
the API answers, in UTC, so that they sort and compare as text.

Salesforce document: REST API Developer Guide, "Valid Date and DateTime Formats"; SOAP API Developer Guide, "Primitive
Data Types" and "Field Types".
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, NoReturn

from sfgen.soql.literals import well_formed

from .errors import OrgError
from .ids import to_18

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sfgen.describe import FieldDescribe

    from .store import SqlValue

EMAIL = re.compile(r"[^\s@<>()\[\],;:\"\\]+@[^\s@.<>()\[\],;:\"\\]+(\.[^\s@.<>()\[\],;:\"\\]+)+")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,6})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:?[0-9]{2})")
_MAX_PRECISION = 18  # digits; the platform has no field with more
_PRIMITIVES = {
    "boolean": "boolean",
    "int": "int",
    "long": "long",
    "date": "date",
    "datetime": "datetime",
    "time": "time",
    "double": "double",
    "currency": "double",
    "percent": "double",
    "base64": "base64",
}


def encode(field: FieldDescribe, value: Any) -> SqlValue:
    """Check one value against its field and return what the database holds; None for null and for empty text.

    Raises:
        OrgError: the value doesn't fit the field.
    """
    if value is None:
        if field.type == "boolean":
            message = f"{field.label}: value not of required type: null"
            raise OrgError(400, "INVALID_TYPE_ON_FIELD_IN_RECORD", message, [field.name])
        return None
    return _ENCODERS.get(field.type, _text)(field, value)


def _mismatch(field: FieldDescribe, value: Any) -> NoReturn:
    kind = _PRIMITIVES.get(field.type, "string")
    match value:
        case bool():
            sent = f"VALUE_{str(value).upper()} value {str(value).lower()}"
        case int():
            sent = f"VALUE_NUMBER_INT value {value}"
        case float() | Decimal():
            sent = f"VALUE_NUMBER_FLOAT value {value}"
        case dict():
            sent = "START_OBJECT value {"
        case list():
            sent = "START_ARRAY value ["
        case _:
            sent = f"VALUE_STRING value {value}"
    message = f"Cannot deserialize instance of {kind} from {sent} or request may be missing a required field"
    raise OrgError(400, "JSON_PARSER_ERROR", f"{message} at [line:1, column:1]")


def _text(field: FieldDescribe, value: Any) -> str | None:
    if not isinstance(value, str):
        _mismatch(field, value)
    # Text areas keep their layout; the platform trims everything else.
    text = well_formed(value if field.type == "textarea" else value.strip())
    if not text.strip():
        return None
    if 0 < field.length < len(text):
        message = f"{field.label}: data value too large: {text} (max length={field.length})"
        raise OrgError(400, "STRING_TOO_LONG", message, [field.name])
    return text


def _email(field: FieldDescribe, value: Any) -> str | None:
    text = _text(field, value)
    if text is not None and not EMAIL.fullmatch(text):
        message = f"{field.label}: invalid email address: {text}"
        raise OrgError(400, "INVALID_EMAIL_ADDRESS", message, [field.name])
    return text


def _picklist(field: FieldDescribe, value: Any) -> str | None:
    text = _text(field, value)
    return None if text is None else _listed(field, text)


def _multipicklist(field: FieldDescribe, value: Any) -> str | None:
    text = _text(field, value)
    if text is None:
        return None
    chosen = {_listed(field, item.strip()) for item in text.split(";") if item.strip()}
    # Answered in the picklist's own order, whatever order they were sent in.
    order = {item.value: index for index, item in enumerate(field.picklist_values)}
    return ";".join(sorted(chosen, key=lambda item: (order.get(item, len(order)), item))) or None


def _listed(field: FieldDescribe, text: str) -> str:
    """Return a picklist's value as it is spelled in the list; refuse one that a restricted list doesn't have."""
    folded = text.casefold()
    active = (item.value for item in field.picklist_values if item.active)
    found = next((value for value in active if value.casefold() == folded), None)
    if found is None and field.restricted_picklist:
        message = f"{field.label}: bad value for restricted picklist field: {text}"
        raise OrgError(400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, [field.name])
    return text if found is None else found


def _reference(field: FieldDescribe, value: Any) -> str | None:
    if not isinstance(value, str):
        _mismatch(field, value)
    if not value.strip():
        return None
    record_id = to_18(value.strip())
    if record_id is None:
        message = f"{field.label}: id value of incorrect type: {value}"
        raise OrgError(400, "MALFORMED_ID", message, [field.name])
    return record_id


def _boolean(field: FieldDescribe, value: Any) -> int:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str) and value.lower() in ("true", "false", "1", "0"):
        return int(value.lower() in ("true", "1"))
    _mismatch(field, value)


def _number(field: FieldDescribe, value: Any) -> Decimal | None:
    if isinstance(value, str) and not value.strip():
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        _mismatch(field, value)
    text = value.strip() if isinstance(value, str) else str(value)
    # Not all that Decimal reads is a number on the wire: NaN, Infinity, 1_000, digits of other scripts.
    if not _NUMBER.fullmatch(text):
        _mismatch(field, value)
    return Decimal(text)


def _out_of_range(field: FieldDescribe, value: Any) -> NoReturn:
    message = f"{field.label}: value outside of valid range on numeric field: {value}"
    raise OrgError(400, "NUMBER_OUTSIDE_VALID_RANGE", message, [field.name])


def _double(field: FieldDescribe, value: Any) -> float | None:
    number = _number(field, value)
    if number is None:
        return None
    # A describe without a precision allows the most.
    precision = min(field.precision, _MAX_PRECISION) or _MAX_PRECISION
    if number and number.adjusted() >= precision - field.scale:
        _out_of_range(field, value)
    if field.precision and 0 <= field.scale <= _MAX_PRECISION:
        number = number.quantize(Decimal(1).scaleb(-field.scale), ROUND_HALF_UP)
    return float(number)


def _int(field: FieldDescribe, value: Any) -> int | None:
    number = _number(field, value)
    if number is None:
        return None
    if number.adjusted() > 20:
        _out_of_range(field, value)
    if number != int(number):
        _mismatch(field, value)
    bits = 63 if field.type == "long" else 31
    if not -(2**bits) <= number < 2**bits or (field.digits and abs(number) >= 10**field.digits):
        _out_of_range(field, value)
    return int(number)


def _date(field: FieldDescribe, value: Any) -> str | None:
    if not isinstance(value, str):
        _mismatch(field, value)
    if not value:
        return None
    try:
        # A moment is taken for its day.
        day = value[:10] if "T" in value else value
        return dt.date.fromisoformat(day).isoformat() if _DAY.fullmatch(day) else _mismatch(field, value)
    except ValueError:
        _mismatch(field, value)


def _datetime(field: FieldDescribe, value: Any) -> str | None:
    if not isinstance(value, str):
        _mismatch(field, value)
    if not value:
        return None
    try:
        # The API guesses no time zone.
        return write_moment(dt.datetime.fromisoformat(value)) if _MOMENT.fullmatch(value) else _mismatch(field, value)
    except (ValueError, OverflowError):
        _mismatch(field, value)


def _time(field: FieldDescribe, value: Any) -> str | None:
    if not isinstance(value, str):
        _mismatch(field, value)
    if not value:
        return None
    try:
        return write_time(dt.time.fromisoformat(value.removesuffix("Z")))
    except ValueError:
        _mismatch(field, value)


def _base64(field: FieldDescribe, value: Any) -> str | None:
    if not isinstance(value, str):
        _mismatch(field, value)
    try:
        base64.b64decode(value, validate=True)
    except ValueError:
        _mismatch(field, value)
    return value


def _json(field: FieldDescribe, value: Any) -> str | None:
    return json.dumps(value)


_ENCODERS: dict[str, Callable[[FieldDescribe, Any], SqlValue]] = {
    "boolean": _boolean,
    "int": _int,
    "long": _int,
    "double": _double,
    "currency": _double,
    "percent": _double,
    "date": _date,
    "datetime": _datetime,
    "time": _time,
    "email": _email,
    "picklist": _picklist,
    "multipicklist": _multipicklist,
    "reference": _reference,
    "id": _reference,
    "base64": _base64,
    "complexvalue": _json,
    "json": _json,
    "anyType": _json,
}


def write_moment(moment: dt.datetime) -> str:
    """Return a moment as the API answers it, in UTC and to the second, which is all that the platform keeps."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000").rjust(28, "0")


def write_time(time: dt.time) -> str:
    """Return a time of day as the API answers it."""
    return f"{time.isoformat('milliseconds')[:12]}Z"


def loader(field: FieldDescribe) -> Callable[[Any], SqlValue] | None:
    """Return the function from a trusted value to what the database holds, without `encode`'s checks; None: as is."""
    if field.type in _STORED_AS_GIVEN:
        return None
    if field.type == "boolean":
        return _load_boolean
    usual = _USUAL_LENGTH.get(field.type)
    if usual is not None:
        # An id of 18 characters or a moment as the API writes it is stored as it is.
        return lambda value: value if value is None or len(value) == usual else encode(field, value)
    return lambda value: None if value is None else encode(field, value)


_STORED_AS_GIVEN = frozenset(
    {"string", "textarea", "email", "phone", "url", "picklist", "combobox", "multipicklist", "encryptedstring", "date"}
    | {"double", "currency", "percent", "int", "long", "base64"}
)
_USUAL_LENGTH = {"reference": 18, "id": 18, "datetime": 28}


def _load_boolean(value: Any) -> int:
    return int(bool(value))


_DECODERS: dict[str, Callable[[Any], Any]] = {
    "boolean": bool,
    "complexvalue": json.loads,
    "json": json.loads,
    "anyType": json.loads,
}


def decoder(kind: str) -> Callable[[Any], Any] | None:
    """Return the function from a stored value (not null) to JSON, or None where they are the same."""
    return _DECODERS.get(kind)


def compound(field: FieldDescribe, parts: Iterable[tuple[FieldDescribe, Any]]) -> dict[str, Any] | None:
    """Put an address or a location together from its component fields; None if all of them are null."""
    values = {part_name(field, part): value for part, value in parts}
    if all(value is None for value in values.values()):
        return None
    if field.type == "location":
        return {"latitude": values.get("latitude"), "longitude": values.get("longitude")}
    keys = ("city", "country", "countryCode", "geocodeAccuracy", "latitude", "longitude", "postalCode", "state")
    always = {key: values.pop(key, None) for key in (*keys, "stateCode", "street")}
    if always["countryCode"] is None and always["stateCode"] is None:
        # Only orgs with state and country picklists have codes.
        always = {key: value for key, value in always.items() if not key.endswith("Code") or key == "postalCode"}
    return always


def part_name(field: FieldDescribe, part: FieldDescribe) -> str:
    """Return the key of a component in its compound: `BillingCity` of `BillingAddress` is `city`."""
    name = part.name.removesuffix("__s")
    for prefix in (field.name.removesuffix("Address"), field.name.removesuffix("__c") + "__"):
        if prefix and name.startswith(prefix):
            name = name.removeprefix(prefix)
            break
    return name[:1].lower() + name[1:]
