"""Writing: what a record may hold before it is sent, checked against the object's table.

Writing is strict: what describe lets one see coming is refused here, with the code that the org would answer.
"""

from __future__ import annotations

import base64
import datetime as _dt
from collections.abc import Callable, Collection, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from ..ids import Id, is_record_id
from .caching import cached
from .errors import FieldProblem, InvalidRecord
from .registry import table_of
from .values import MultiPicklist

if TYPE_CHECKING:
    from .sobject import SObject
    from .table import FieldRow

_set = object.__setattr__


class _Refused(Exception):
    """A value the org would refuse: its code, and what to do."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message


def fill(record: SObject, values: dict[str, Any]) -> None:
    """Make `values`, already validated, the content of a new record."""
    _set(record, "__dict__", values)
    _set(record, "__pydantic_fields_set__", set(values))
    _set(record, "__pydantic_extra__", None)
    _set(record, "__pydantic_private__", None)


def validate_create(model: type[SObject], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a record to create, by attribute.

    Raises:
        InvalidRecord: a required field is missing, or a value is one that the org would refuse.
    """
    return _validate(model, given, _createable, required=True)


def validate_update(model: type[SObject], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a record to update, by attribute.

    Raises:
        InvalidRecord: a value is one that the org would refuse.
    """
    return _validate(model, given, _updateable, required=False)


def validate_upsert(model: type[SObject], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a record that is updated if it exists and created if not, by attribute.

    Raises:
        InvalidRecord: a value is one that the org would refuse.
    """
    return _validate(model, given, lambda row: row.createable or row.updateable, required=False)


def changes(record: SObject) -> dict[str, Any]:
    """Return the values of a record that code has set: all of a new record, else what differs from what was read."""
    return {name: record.__dict__[name] for name in record.__dict__ if name in record.model_fields_set}


def validate_field(model: type[SObject], name: str, value: Any, *, is_new: bool) -> Any:
    """Return the value of one attribute that is set on a record.

    Raises:
        AttributeError: the model has no such attribute, or it is read-only.
        InvalidRecord: the org would refuse the value.
    """
    table = table_of(model)
    if name in table.parents:
        return value
    if (row := table.fields.get(name)) is None:
        raise AttributeError(f"{model.__name__} has no field {name!r}{_nearest(name, table.fields)}")
    if not (row.createable if is_new else row.updateable):
        raise AttributeError(f"{model.__name__}.{name} is read-only")
    try:
        return _checked(row, value)
    except _Refused as refused:
        raise InvalidRecord(table.name, (FieldProblem(refused.code, row.name, refused.message),)) from None


def to_wire(model: type[SObject], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return validated values by API name, in the form that JSON encoding takes."""
    table = table_of(model)
    return {
        (table.fields[name].name if name in table.fields else table.parents[name].name): _wire_value(value)
        for name, value in values.items()
    }


def _wire_value(value: Any) -> Any:
    match value:
        case MultiPicklist():
            return str(value)
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case _:
            return value


def _createable(row: FieldRow) -> bool:
    return row.createable


def _updateable(row: FieldRow) -> bool:
    return row.updateable


def _validate(
    model: type[SObject], given: Mapping[str, Any], writable: Callable[[FieldRow], bool], *, required: bool
) -> dict[str, Any]:
    table, by_name = table_of(model), _renamed(model)
    values: dict[str, Any] = {}
    problems: list[FieldProblem] = []
    for key, value in given.items():
        attribute = by_name.get(key, key)
        row = table.fields.get(attribute)
        if row is None:
            if attribute in table.parents:
                values[attribute] = _reference(value)
            else:
                problems.append(
                    FieldProblem("INVALID_FIELD", key, f"{table.name} has no such field{_nearest(key, table.fields)}")
                )
        elif not writable(row):
            verb = "createable" if required else "updateable"
            problems.append(
                FieldProblem("INVALID_FIELD_FOR_INSERT_UPDATE", row.name, f"it is not {verb}; leave it out")
            )
        else:
            try:
                values[attribute] = _checked(row, value)
            except _Refused as refused:
                problems.append(FieldProblem(refused.code, row.name, refused.message))
    if required:
        faulty = {problem.field for problem in problems}
        problems.extend(problem for problem in _absent(model, values) if problem.field not in faulty)
    if problems:
        raise InvalidRecord(table.name, tuple(problems))
    return values


@cached
def _renamed(model: type[SObject]) -> Mapping[str, str]:
    """Return the attributes of fields that are called something else in Python, by API name; few are."""
    return {row.name: attribute for attribute, row in table_of(model).fields.items() if row.name != attribute}


@cached
def _required(model: type[SObject]) -> tuple[tuple[str, FieldRow, tuple[str, ...]], ...]:
    """Return the required fields: attribute, row, and the parents that may be given in their place.

    A lookup may also be set by the parent's external id: ``{"Account": {"ERP_Id__c": "x"}}``.
    """
    table = table_of(model)
    return tuple(
        (attribute, row, tuple(parent.attribute for parent in table.parents.values() if parent.field == row.name))
        for attribute, row in table.fields.items()
        if row.required
    )


def _absent(model: type[SObject], values: Mapping[str, Any]) -> Iterator[FieldProblem]:
    for attribute, row, parents in _required(model):
        if values.get(attribute) is None and not any(values.get(parent) for parent in parents):
            yield FieldProblem("REQUIRED_FIELD_MISSING", row.name, "it is required; give it a value")


def _reference(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value


def _nearest(name: str, names: Collection[str]) -> str:
    near = get_close_matches(name, list(names), 1)
    return f"; did you mean {near[0]!r}?" if near else ""


# ---- values, by describe type ----------------------------------------------------------------------------------------


def _checked(row: FieldRow, value: Any) -> Any:
    if value is None:
        if not row.nillable and row.type != "boolean":
            raise _Refused("REQUIRED_FIELD_MISSING", "it can't be null; give it a value or leave it out")
        return None
    return _CHECKS.get(row.type, _as_it_is)(row, value)


def _as_it_is(row: FieldRow, value: Any) -> Any:
    return value


def _wrong_type(row: FieldRow, value: Any, wanted: str) -> _Refused:
    return _Refused("INVALID_TYPE_ON_FIELD_IN_RECORD", f"it takes {wanted}, not {type(value).__name__}")


def _text(row: FieldRow, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong_type(row, value, "a str")
    if row.length and len(value) > row.length:
        raise _Refused("STRING_TOO_LONG", f"{len(value)} characters, and it holds at most {row.length}")
    return value


def _picklist(row: FieldRow, value: Any) -> str:
    text = _text(row, getattr(value, "value", value))
    if row.restricted and text and not any(choice.value == text and choice.active for choice in row.choices):
        allowed = [choice.value for choice in row.choices if choice.active]
        shown = ", ".join(map(repr, allowed[:10])) + (", ..." if len(allowed) > 10 else "")
        raise _Refused(
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            f"{text!r} is not one of its values{_nearest(text, allowed)}; it has {shown or 'no active value'}",
        )
    return text


def _multipicklist(row: FieldRow, value: Any) -> MultiPicklist[str]:
    if not isinstance(value, str | Collection):
        raise _wrong_type(row, value, "a collection of str")
    chosen = MultiPicklist.of(value)
    for one in chosen:
        _picklist(row, one)
    return chosen


def _boolean(row: FieldRow, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _wrong_type(row, value, "a bool")
    return value


def _integer(row: FieldRow, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong_type(row, value, "an int")
    if row.type == "int" and not -(2**31) <= value < 2**31:
        raise _Refused("NUMBER_OUTSIDE_VALID_RANGE", f"{value} doesn't fit in 32 bits")
    return value


def _number(row: FieldRow, value: Any) -> float | Decimal:
    if not isinstance(value, int | float | Decimal) or isinstance(value, bool):
        raise _wrong_type(row, value, "a number")
    if value != value or value in (float("inf"), float("-inf")):
        raise _Refused("NUMBER_OUTSIDE_VALID_RANGE", f"{value} is not a finite number; use None for no value")
    if row.precision and abs(value) >= 10 ** (row.precision - row.scale):
        raise _Refused(
            "NUMBER_OUTSIDE_VALID_RANGE",
            f"{value} has more than {row.precision - row.scale} digits before the decimal point",
        )
    return value


def _currency(row: FieldRow, value: Any) -> Decimal:
    number = _number(row, value)
    try:
        # By way of repr, so that 0.1 is the tenth that was meant.
        return number if isinstance(number, Decimal) else Decimal(repr(number))
    except InvalidOperation:  # pragma: no cover  # repr of a finite number is always one
        raise _wrong_type(row, value, "a number") from None


def _date(row: FieldRow, value: Any) -> _dt.date:
    if isinstance(value, str):
        try:
            return _dt.date.fromisoformat(value)
        except ValueError:
            raise _Refused("INVALID_TYPE_ON_FIELD_IN_RECORD", f"{value!r} is no date like 2026-01-31") from None
    if not isinstance(value, _dt.date) or isinstance(value, _dt.datetime):
        raise _wrong_type(row, value, "a datetime.date")
    return value


def _datetime(row: FieldRow, value: Any) -> _dt.datetime:
    if isinstance(value, str):
        try:
            value = _dt.datetime.fromisoformat(value)
        except ValueError:
            raise _Refused(
                "INVALID_TYPE_ON_FIELD_IN_RECORD", f"{value!r} is no date-time like 2026-01-31T12:00:00+00:00"
            ) from None
    if not isinstance(value, _dt.datetime):
        raise _wrong_type(row, value, "a datetime.datetime")
    if value.utcoffset() is None:
        raise _Refused(
            "INVALID_TYPE_ON_FIELD_IN_RECORD",
            "the date-time has no offset, and sfgen doesn't guess one; add tzinfo=datetime.timezone.utc, for instance",
        )
    return value


def _time(row: FieldRow, value: Any) -> _dt.time:
    if isinstance(value, str):
        try:
            value = _dt.time.fromisoformat(value.removesuffix("Z"))
        except ValueError:
            raise _Refused("INVALID_TYPE_ON_FIELD_IN_RECORD", f"{value!r} is no time like 12:30:00.000Z") from None
    if not isinstance(value, _dt.time):
        raise _wrong_type(row, value, "a datetime.time")
    return value


def _reference_id(row: FieldRow, value: Any) -> Id[Any]:
    if not isinstance(value, str):
        raise _wrong_type(row, value, "a record id")
    if value and not is_record_id(value):
        raise _Refused("MALFORMED_ID", f"{value!r} is no record id: it takes 15 characters, or 18 with their checksum")
    return Id(value)


def _base64(row: FieldRow, value: Any) -> bytes:
    if isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except ValueError:
            raise _Refused("INVALID_TYPE_ON_FIELD_IN_RECORD", "the text is not base64; give bytes instead") from None
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
