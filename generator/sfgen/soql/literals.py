r"""SOQL's literals: how a quoted text is escaped, and how dates, moments and relative dates are written.

Salesforce document: SOQL and SOSL Reference, "Quoted String Escape Sequences", "Date Formats and Date Literals".
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

UNITS = ("WEEK", "MONTH", "QUARTER", "YEAR", "FISCAL_QUARTER", "FISCAL_YEAR")
RELATIVE_DATES = frozenset(
    {"YESTERDAY", "TODAY", "TOMORROW", "LAST_90_DAYS", "NEXT_90_DAYS"}
    | {f"{which}_{unit}" for which in ("LAST", "THIS", "NEXT") for unit in UNITS}
)
COUNTED_DATES = frozenset(
    name for unit in ("DAY", *UNITS) for name in (f"LAST_N_{unit}S", f"NEXT_N_{unit}S", f"N_{unit}S_AGO")
)

# Upper case is accepted for the letters too, as the platform does.
_CONTROL = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_ESCAPED = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_TO_ESCAPE = re.compile(r"\\[\\%_]|['\n\r\t\b\f]|[\x00-\x1f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_WRITTEN = {"'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


class InvalidLiteralError(ValueError):
    """The text looks like a literal but has no meaning, like `2024-02-30` or `'\\q'`."""


def read_string(quoted: str) -> str:
    r"""Return the pattern of a quoted text: escapes resolved, but a backslash before `\`, `%` and `_` kept.

    Raises:
        InvalidLiteralError: an escape that SOQL doesn't have.
    """
    inner = quoted[1:-1]
    return well_formed(_ESCAPED.sub(_unescape, inner)) if "\\" in inner else inner


def well_formed(text: str) -> str:
    r"""Join surrogate pairs, as `\uD83D\uDE00` leaves them, and replace a half that stands alone."""
    if _SURROGATE.search(text) is None:
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unescape(match: re.Match[str]) -> str:
    escape = match[1]
    if escape in "'\"":
        return escape
    if escape in "\\%_":
        return "\\" + escape
    if len(escape) == 5:
        character = chr(int(escape[1:], 16))
        return "\\\\" if character == "\\" else character
    try:
        return _CONTROL[escape.lower()]
    except KeyError:
        raise InvalidLiteralError(f"illegal character sequence '\\{escape}' in string literal") from None


def write_string(pattern: str) -> str:
    r"""Quote a pattern as `StringLiteral.pattern` has it, the reverse of `read_string`."""
    return "'" + _TO_ESCAPE.sub(_escape, pattern) + "'"


def _escape(match: re.Match[str]) -> str:
    found = match[0]
    if found.startswith("\\"):
        return found
    return _WRITTEN.get(found) or f"\\u{ord(found):04x}"


def read_number(text: str) -> int | Decimal:
    """Return an int for digits alone, else a Decimal."""
    digits = text.removeprefix("+")
    # Python refuses to read integers of more than 4,300 digits; a Decimal has no such limit.
    return int(digits) if len(digits) < 40 and digits.removeprefix("-").isdecimal() else Decimal(digits)


def write_number(value: int | Decimal) -> str:
    """Return the text that reads as this number, and as the same type."""
    text = str(value)
    is_decimal_of_digits = isinstance(value, Decimal) and text.removeprefix("-").isdecimal() and len(text) < 40
    return f"{text}.0" if is_decimal_of_digits else text


def read_date(text: str) -> dt.date:
    """Return the date of `YYYY-MM-DD`.

    Raises:
        InvalidLiteralError: no such day.
    """
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise InvalidLiteralError(f"invalid date: {text} ({error})") from None


def read_datetime(text: str) -> dt.datetime:
    """Return the moment; the offset is `Z`, `+HH:MM` or `+HHMM`.

    Raises:
        InvalidLiteralError: no such moment.
    """
    try:
        return dt.datetime.fromisoformat(_six_digits(text.upper()))
    except ValueError as error:
        raise InvalidLiteralError(f"invalid dateTime: {text} ({error})") from None


def read_time(text: str) -> dt.time:
    """Return the time of day, in UTC.

    Raises:
        InvalidLiteralError: no such time.
    """
    try:
        return dt.time.fromisoformat(_six_digits(text.upper().removesuffix("Z")))
    except ValueError as error:
        raise InvalidLiteralError(f"invalid time: {text} ({error})") from None


def _six_digits(text: str) -> str:
    """Cut the fraction of a second to microseconds, all that Python keeps."""
    return re.sub(r"(\.\d{6})\d+", r"\1", text)


def write_datetime(value: dt.datetime) -> str:
    """Return `YYYY-MM-DDTHH:MM:SS[.ffffff]` with the offset, `Z` for UTC."""
    return value.isoformat().replace("+00:00", "Z")


def write_time(value: dt.time) -> str:
    """Return `HH:MM:SS[.ffffff]Z`."""
    return value.replace(tzinfo=None).isoformat() + "Z"
