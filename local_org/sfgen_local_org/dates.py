"""SOQL's relative dates as ranges of days.

Weeks start on Sunday (the US default), fiscal years with the calendar year, and days are those of UTC.

Salesforce document: SOQL and SOSL Reference, "Date Formats and Date Literals".
"""

from __future__ import annotations

import datetime as dt

_MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12, "FISCAL_QUARTER": 3, "FISCAL_YEAR": 12}


def relative_range(name: str, count: int | None, today: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first day of a relative date and the day after its last.

    Raises:
        OverflowError: the range leaves the calendar.
    """
    try:
        return _range(name, count or 0, today)
    except (OverflowError, ValueError):
        raise OverflowError(f"{name}:{count} is out of range") from None


def _range(name: str, count: int, today: dt.date) -> tuple[dt.date, dt.date]:
    if name in ("YESTERDAY", "TODAY", "TOMORROW"):
        start = today + dt.timedelta(days=("YESTERDAY", "TODAY", "TOMORROW").index(name) - 1)
        return start, start + dt.timedelta(days=1)
    if name in ("LAST_90_DAYS", "NEXT_90_DAYS"):
        name, count = name.replace("90", "N"), 90
    if name == "LAST_N_DAYS":
        # Today is part of it.
        return today - dt.timedelta(days=count), today + dt.timedelta(days=1)
    if name == "NEXT_N_DAYS":
        return today + dt.timedelta(days=1), today + dt.timedelta(days=count + 1)
    if name.startswith("N_"):
        unit = name.removeprefix("N_").removesuffix("S_AGO")
        return _step(unit, today, -count), _step(unit, today, 1 - count)
    which, _, unit = name.partition("_")
    if unit.startswith("N_"):
        unit = unit.removeprefix("N_").removesuffix("S")
        first, end = (-count, 0) if which == "LAST" else (1, count + 1)
    else:
        first = {"LAST": -1, "THIS": 0, "NEXT": 1}[which]
        end = first + 1
    return _step(unit, today, first), _step(unit, today, end)


def _step(unit: str, today: dt.date, steps: int) -> dt.date:
    """Return the first day of the day, week, month, ... that is `steps` from the one of today."""
    if unit == "DAY":
        return today + dt.timedelta(days=steps)
    if unit == "WEEK":
        sunday = today - dt.timedelta(days=(today.weekday() + 1) % 7)
        return sunday + dt.timedelta(weeks=steps)
    size = _MONTHS[unit]
    year, month = divmod((today.year * 12 + today.month - 1) // size * size + steps * size, 12)
    return dt.date(year, month + 1, 1)
