"""Putting values into SOQL and SOSL text, each quoted for its place."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from math import isfinite
from string import Formatter
from typing import TYPE_CHECKING, Any

from .json_codec import check_aware
from .paths import segment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SOQL_ESCAPES = str.maketrans(
    {
        "\\": "\\\\",
        "'": "\\'",
        '"': '\\"',
        "\n": "\\n",
        "\r": "\\r",
        "\t": "\\t",
        "\b": "\\b",
        "\f": "\\f",
    }
)
_LIKE_ESCAPES = str.maketrans({"%": "\\%", "_": "\\_"})
_SOSL_ESCAPES = str.maketrans({char: f"\\{char}" for char in "?&|!{}[]()^~*:\\\"'+-"})


def quote_soql_value(value: object) -> str:
    """Write a value as SOQL has it: a quoted text, a number, true, null, a date, or a list of such in parentheses.

    Datetimes are written in UTC to the second, as SOQL compares them.

    Example:
        >>> quote_soql_value(["a", 1, None, True])
        "('a',1,null,true)"

    Raises:
        ValueError: a datetime without an offset, a number that isn't finite, an empty list, or a type SOQL lacks.
    """
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Enum():
            return quote_soql_value(value.value)
        case str():
            return f"'{escape_soql(value)}'"
        case int():
            return int.__repr__(value)
        case float() | Decimal():
            return _number(value)
        case datetime():
            return _moment(value)
        case date():
            return value.isoformat()
        case time():
            return f"{value.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"
        case list() | tuple() | set() | frozenset():
            return _list(list(value))
    raise ValueError(f"SOQL has no literal for a value of type {type(value).__name__}; convert it first")


def _number(value: float | Decimal) -> str:
    if not isfinite(value):
        raise ValueError(f"{value} is no number in SOQL; use None to look for empty fields")
    # Large floats with an exponent, as simple-salesforce writes them.
    return format(value, "f") if isinstance(value, Decimal) else repr(float(value))


def _moment(value: datetime) -> str:
    check_aware(value)
    return value.astimezone(UTC).replace(microsecond=0).isoformat()


def _list(values: list[object]) -> str:
    if not values:
        raise ValueError("an empty list makes no valid SOQL; leave the condition or the query out")
    return f"({','.join(map(quote_soql_value, values))})"


def escape_soql(text: str) -> str:
    """Escape a text for between single quotes."""
    return text.translate(_SOQL_ESCAPES)


def escape_sosl(text: str) -> str:
    """Escape the characters that mean something between the braces of a SOSL ``FIND {...}``."""
    return text.translate(_SOSL_ESCAPES)


class SoqlFormatter(Formatter):
    """What `format_soql` fills templates with."""

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[Any, str]:
        """Return the argument that a place names."""
        # A template may come from configuration: {value.__class__} or {value[key]} would read what isn't its to read.
        if "." in field_name or "[" in field_name:
            raise ValueError(f"{{{field_name}}} reaches into a value; pass that part as an argument of its own")
        key = int(field_name) if field_name.isdigit() else field_name
        return self.get_value(key, args, kwargs), field_name

    def convert_field(self, value: Any, conversion: str | None) -> Any:
        """Return the value; ``!r`` and the like are refused."""
        if conversion is not None:
            raise ValueError(f"!{conversion} would hide the value's type from quoting; convert it before passing it")
        return value

    def format_field(self, value: Any, format_spec: str) -> str:
        """Return the value as the place has it: quoted, ``like`` or ``literal``."""
        if not format_spec:
            return quote_soql_value(value)
        if format_spec == "literal":
            return str(value)
        if format_spec == "like":
            return escape_soql(str(value)).translate(_LIKE_ESCAPES)
        if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
            return str(format(value, format_spec))
        raise ValueError(f"unknown format {format_spec!r}; use none to quote, or 'like', or 'literal'")


def format_soql(query: str, /, *args: object, **kwargs: object) -> str:
    """Fill a template with quoted values: ``format_soql("... WHERE Name = {} AND Id IN {ids}", name, ids=ids)``.

    ``{:like}`` escapes a piece of a LIKE pattern and leaves the quotes to the template; ``{:literal}`` inserts text
    as it is, so never give it text from outside.

    Example:
        >>> format_soql("SELECT Id FROM Contact WHERE LastName = {} AND Id IN {ids}", "O'Hara", ids=["003"])
        "SELECT Id FROM Contact WHERE LastName = 'O\\\\'Hara' AND Id IN ('003')"

    Raises:
        ValueError: a value or template that SOQL can't hold.
    """
    return SoqlFormatter().vformat(query, args, kwargs)


def format_external_id(field: str, value: object) -> str:
    """Return ``field/value``, the value percent-encoded once, for `SFType.upsert` and `SFType.get`.

    Example:
        >>> format_external_id("ERP_Id__c", "A 1/2")
        'ERP_Id__c/A%201%2F2'

    Raises:
        ValueError: the value is None, empty, ``.`` or ``..``, which no URL can carry.
    """
    return f"{segment(field, 'the field')}/{segment(value, field)}"
