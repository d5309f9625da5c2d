"""SOQL text of Python values, by the type of the field that they are compared with.

Salesforce document: SOQL and SOSL Reference, "Quoted String Escape Sequences", "Date Formats and Date Literals".

Example:
    >>> (Contact.CreatedDate == THIS_MONTH).soql()
    'CreatedDate = THIS_MONTH'
    >>> days = [TODAY, YESTERDAY, TOMORROW]
    >>> weeks_and_months = [LAST_WEEK, THIS_WEEK, NEXT_WEEK, LAST_MONTH, THIS_MONTH, NEXT_MONTH]
    >>> days += [LAST_90_DAYS, NEXT_90_DAYS]
    >>> quarters_and_years = [LAST_QUARTER, THIS_QUARTER, NEXT_QUARTER, LAST_YEAR, THIS_YEAR, NEXT_YEAR]
    >>> fiscal = [LAST_FISCAL_QUARTER, THIS_FISCAL_QUARTER, NEXT_FISCAL_QUARTER]
    >>> fiscal += [LAST_FISCAL_YEAR, THIS_FISCAL_YEAR, NEXT_FISCAL_YEAR]
    >>> print(Contact.CreatedDate.in_([*days, *weeks_and_months, *quarters_and_years, *fiscal]).soql())
    CreatedDate IN (TODAY, YESTERDAY, TOMORROW, LAST_90_DAYS, ...)
"""

from __future__ import annotations

import datetime as _dt
import math
import re
from collections.abc import Iterable
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .table import FieldRow

__all__ = [
    "LAST_90_DAYS",
    "LAST_FISCAL_QUARTER",
    "LAST_FISCAL_YEAR",
    "LAST_MONTH",
    "LAST_N_DAYS",
    "LAST_N_FISCAL_QUARTERS",
    "LAST_N_FISCAL_YEARS",
    "LAST_N_MONTHS",
    "LAST_N_QUARTERS",
    "LAST_N_WEEKS",
    "LAST_N_YEARS",
    "LAST_QUARTER",
    "LAST_WEEK",
    "LAST_YEAR",
    "NEXT_90_DAYS",
    "NEXT_FISCAL_QUARTER",
    "NEXT_FISCAL_YEAR",
    "NEXT_MONTH",
    "NEXT_N_DAYS",
    "NEXT_N_FISCAL_QUARTERS",
    "NEXT_N_FISCAL_YEARS",
    "NEXT_N_MONTHS",
    "NEXT_N_QUARTERS",
    "NEXT_N_WEEKS",
    "NEXT_N_YEARS",
    "NEXT_QUARTER",
    "NEXT_WEEK",
    "NEXT_YEAR",
    "N_DAYS_AGO",
    "N_MONTHS_AGO",
    "N_QUARTERS_AGO",
    "N_WEEKS_AGO",
    "N_YEARS_AGO",
    "THIS_FISCAL_QUARTER",
    "THIS_FISCAL_YEAR",
    "THIS_MONTH",
    "THIS_QUARTER",
    "THIS_WEEK",
    "THIS_YEAR",
    "TODAY",
    "TOMORROW",
    "YESTERDAY",
]

_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_SPECIAL = re.compile("[\\\\'\n\r\t\b\f]")
_LIKE_SPECIAL = re.compile(r"[\\%_]")
_LIKE_TOKENS = re.compile(r"\\[\\%_]|[\\'\n\r\t\b\f]")


class DateLiteral:
    """A date that the org works out: `TODAY`, `LAST_N_DAYS(30)` ... Make one with the names in this module.

    Example:
        >>> LAST_N_DAYS(30)
        LAST_N_DAYS:30
    """

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def quote(text: str) -> str:
    r"""Return `text` as a SOQL string: in single quotes, with quotes, backslashes and control characters escaped.

    Example:
        >>> print(quote("O'Brien"))
        'O\'Brien'
    """
    return f"'{_SPECIAL.sub(lambda match: _ESCAPES[match.group()], text)}'"


def quote_like(pattern: str) -> str:
    r"""Return a LIKE pattern as a SOQL string; ``\%``, ``\_`` and ``\\`` in it stand for the characters themselves.

    SOQL reads those escapes in one step with the string's own, so they must not be escaped again.
    """
    return f"'{_LIKE_TOKENS.sub(lambda match: _ESCAPES.get(match.group(), match.group()), pattern)}'"


def escape_like(text: str) -> str:
    r"""Escape what LIKE takes for wildcards, so that `text` matches only itself: ``50%`` becomes ``50\%``."""
    return _LIKE_SPECIAL.sub(r"\\\g<0>", text)


def soql_value(value: object, row: FieldRow | None) -> str:
    """Return `value` as SOQL text; `row` is the field it is compared with, which errors name.

    Raises:
        TypeError: a value SOQL has no form for, or one that doesn't fit the field (a date where it takes a date-time).
        ValueError: a date-time without an offset, or a number that is not finite.
    """
    where = f"{row.name}: " if row else ""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case DateLiteral():
            return value.text
        case Enum():
            return soql_value(value.value, row)
        case str():
            return quote(value)
        case int() | float() | Decimal():
            return _number(value, where)
        case _dt.datetime():
            if row is not None and row.type == "date":
                raise TypeError(f"{where}a date-time where the field holds a date; use .date()")
            return _datetime(value, where)
        case _dt.date():
            if row is not None and row.type == "datetime":
                raise TypeError(f"{where}a date where the field holds a date-time; say which time, with its offset")
            return value.isoformat()
        case _dt.time():
            return value.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
        case tuple() | list() | set() | frozenset() if value:
            return _joined(value)
        case _:
            raise TypeError(f"{where}SOQL has no form for {type(value).__name__} values")


def _number(value: float | Decimal, where: str) -> str:
    if not math.isfinite(value):
        raise ValueError(f"{where}{value} is not finite, and SOQL knows only finite numbers")
    # SOQL knows no exponents for sure.
    return (
        f"{Decimal(repr(value)):f}"
        if isinstance(value, float)
        else f"{value:f}"
        if isinstance(value, Decimal)
        else str(value)
    )


def _datetime(value: _dt.datetime, where: str) -> str:
    if value.utcoffset() is None:
        raise ValueError(
            f"{where}{value.isoformat()} has no offset, and sfgen doesn't guess one; add tzinfo=datetime.timezone.utc,"
            " for instance"
        )
    return value.astimezone(_dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"


def _joined(values: Iterable[object]) -> str:
    # The values of a multi-select picklist, as the wire has them.
    return quote(";".join(map(str, values)))


TODAY = DateLiteral("TODAY")
YESTERDAY = DateLiteral("YESTERDAY")
TOMORROW = DateLiteral("TOMORROW")
LAST_WEEK = DateLiteral("LAST_WEEK")
THIS_WEEK = DateLiteral("THIS_WEEK")
NEXT_WEEK = DateLiteral("NEXT_WEEK")
LAST_MONTH = DateLiteral("LAST_MONTH")
THIS_MONTH = DateLiteral("THIS_MONTH")
NEXT_MONTH = DateLiteral("NEXT_MONTH")
LAST_90_DAYS = DateLiteral("LAST_90_DAYS")
NEXT_90_DAYS = DateLiteral("NEXT_90_DAYS")
THIS_QUARTER = DateLiteral("THIS_QUARTER")
LAST_QUARTER = DateLiteral("LAST_QUARTER")
NEXT_QUARTER = DateLiteral("NEXT_QUARTER")
THIS_YEAR = DateLiteral("THIS_YEAR")
LAST_YEAR = DateLiteral("LAST_YEAR")
NEXT_YEAR = DateLiteral("NEXT_YEAR")
THIS_FISCAL_QUARTER = DateLiteral("THIS_FISCAL_QUARTER")
LAST_FISCAL_QUARTER = DateLiteral("LAST_FISCAL_QUARTER")
NEXT_FISCAL_QUARTER = DateLiteral("NEXT_FISCAL_QUARTER")
THIS_FISCAL_YEAR = DateLiteral("THIS_FISCAL_YEAR")
LAST_FISCAL_YEAR = DateLiteral("LAST_FISCAL_YEAR")
NEXT_FISCAL_YEAR = DateLiteral("NEXT_FISCAL_YEAR")


def _counted(word: str, count: int) -> DateLiteral:
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        raise ValueError(f"{word}({count!r}): give a whole number that is not negative")
    return DateLiteral(f"{word}:{count}")


def LAST_N_DAYS(count: int) -> DateLiteral:
    """From the start of the day `count` days ago until now.

    Example:
        >>> (Contact.CreatedDate == LAST_N_DAYS(30)).soql()
        'CreatedDate = LAST_N_DAYS:30'
    """
    return _counted("LAST_N_DAYS", count)


def NEXT_N_DAYS(count: int) -> DateLiteral:
    """From the start of tomorrow, for `count` days.

    Example:
        >>> (Contact.CreatedDate == NEXT_N_DAYS(30)).soql()
        'CreatedDate = NEXT_N_DAYS:30'
    """
    return _counted("NEXT_N_DAYS", count)


def N_DAYS_AGO(count: int) -> DateLiteral:
    """The whole day that was `count` days ago.

    Example:
        >>> (Contact.CreatedDate == N_DAYS_AGO(30)).soql()
        'CreatedDate = N_DAYS_AGO:30'
    """
    return _counted("N_DAYS_AGO", count)


def LAST_N_WEEKS(count: int) -> DateLiteral:
    """The `count` weeks before this one.

    Example:
        >>> (Contact.CreatedDate == LAST_N_WEEKS(2)).soql()
        'CreatedDate = LAST_N_WEEKS:2'
    """
    return _counted("LAST_N_WEEKS", count)


def NEXT_N_WEEKS(count: int) -> DateLiteral:
    """The `count` weeks after this one.

    Example:
        >>> (Contact.CreatedDate == NEXT_N_WEEKS(2)).soql()
        'CreatedDate = NEXT_N_WEEKS:2'
    """
    return _counted("NEXT_N_WEEKS", count)


def LAST_N_MONTHS(count: int) -> DateLiteral:
    """The `count` months before this one.

    Example:
        >>> (Contact.CreatedDate == LAST_N_MONTHS(2)).soql()
        'CreatedDate = LAST_N_MONTHS:2'
    """
    return _counted("LAST_N_MONTHS", count)


def NEXT_N_MONTHS(count: int) -> DateLiteral:
    """The `count` months after this one.

    Example:
        >>> (Contact.CreatedDate == NEXT_N_MONTHS(2)).soql()
        'CreatedDate = NEXT_N_MONTHS:2'
    """
    return _counted("NEXT_N_MONTHS", count)


def N_WEEKS_AGO(count: int) -> DateLiteral:
    """The whole week that was `count` weeks ago.

    Example:
        >>> (Contact.CreatedDate == N_WEEKS_AGO(2)).soql()
        'CreatedDate = N_WEEKS_AGO:2'
    """
    return _counted("N_WEEKS_AGO", count)


def N_MONTHS_AGO(count: int) -> DateLiteral:
    """The whole month that was `count` months ago.

    Example:
        >>> (Contact.CreatedDate == N_MONTHS_AGO(2)).soql()
        'CreatedDate = N_MONTHS_AGO:2'
    """
    return _counted("N_MONTHS_AGO", count)


def N_QUARTERS_AGO(count: int) -> DateLiteral:
    """The whole quarter that was `count` quarters ago.

    Example:
        >>> (Contact.CreatedDate == N_QUARTERS_AGO(2)).soql()
        'CreatedDate = N_QUARTERS_AGO:2'
    """
    return _counted("N_QUARTERS_AGO", count)


def N_YEARS_AGO(count: int) -> DateLiteral:
    """The whole year that was `count` years ago.

    Example:
        >>> (Contact.CreatedDate == N_YEARS_AGO(2)).soql()
        'CreatedDate = N_YEARS_AGO:2'
    """
    return _counted("N_YEARS_AGO", count)


def LAST_N_QUARTERS(count: int) -> DateLiteral:
    """The `count` quarters before this one.

    Example:
        >>> (Contact.CreatedDate == LAST_N_QUARTERS(2)).soql()
        'CreatedDate = LAST_N_QUARTERS:2'
    """
    return _counted("LAST_N_QUARTERS", count)


def NEXT_N_QUARTERS(count: int) -> DateLiteral:
    """The `count` quarters after this one.

    Example:
        >>> (Contact.CreatedDate == NEXT_N_QUARTERS(2)).soql()
        'CreatedDate = NEXT_N_QUARTERS:2'
    """
    return _counted("NEXT_N_QUARTERS", count)


def LAST_N_YEARS(count: int) -> DateLiteral:
    """The `count` years before this one.

    Example:
        >>> (Contact.CreatedDate == LAST_N_YEARS(2)).soql()
        'CreatedDate = LAST_N_YEARS:2'
    """
    return _counted("LAST_N_YEARS", count)


def NEXT_N_YEARS(count: int) -> DateLiteral:
    """The `count` years after this one.

    Example:
        >>> (Contact.CreatedDate == NEXT_N_YEARS(2)).soql()
        'CreatedDate = NEXT_N_YEARS:2'
    """
    return _counted("NEXT_N_YEARS", count)


def LAST_N_FISCAL_QUARTERS(count: int) -> DateLiteral:
    """The `count` fiscal quarters before this one.

    Example:
        >>> (Contact.CreatedDate == LAST_N_FISCAL_QUARTERS(2)).soql()
        'CreatedDate = LAST_N_FISCAL_QUARTERS:2'
    """
    return _counted("LAST_N_FISCAL_QUARTERS", count)


def NEXT_N_FISCAL_QUARTERS(count: int) -> DateLiteral:
    """The `count` fiscal quarters after this one.

    Example:
        >>> (Contact.CreatedDate == NEXT_N_FISCAL_QUARTERS(2)).soql()
        'CreatedDate = NEXT_N_FISCAL_QUARTERS:2'
    """
    return _counted("NEXT_N_FISCAL_QUARTERS", count)


def LAST_N_FISCAL_YEARS(count: int) -> DateLiteral:
    """The `count` fiscal years before this one.

    Example:
        >>> (Contact.CreatedDate == LAST_N_FISCAL_YEARS(2)).soql()
        'CreatedDate = LAST_N_FISCAL_YEARS:2'
    """
    return _counted("LAST_N_FISCAL_YEARS", count)


def NEXT_N_FISCAL_YEARS(count: int) -> DateLiteral:
    """The `count` fiscal years after this one.

    Example:
        >>> (Contact.CreatedDate == NEXT_N_FISCAL_YEARS(2)).soql()
        'CreatedDate = NEXT_N_FISCAL_YEARS:2'
    """
    return _counted("NEXT_N_FISCAL_YEARS", count)
