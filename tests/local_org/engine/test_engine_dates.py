"""SOQL's relative dates, against dates worked out by hand for one Wednesday."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sfgen.soql.literals import COUNTED_DATES, RELATIVE_DATES
from sfgen_local_org.dates import relative_range

WEDNESDAY = dt.date(2024, 5, 15)


@pytest.mark.parametrize(
    ("name", "count", "first", "last"),
    [
        ("YESTERDAY", None, "2024-05-14", "2024-05-14"),
        ("TOMORROW", None, "2024-05-16", "2024-05-16"),
        ("LAST_WEEK", None, "2024-05-05", "2024-05-11"),
        ("THIS_WEEK", None, "2024-05-12", "2024-05-18"),
        ("NEXT_WEEK", None, "2024-05-19", "2024-05-25"),
        ("LAST_MONTH", None, "2024-04-01", "2024-04-30"),
        ("NEXT_MONTH", None, "2024-06-01", "2024-06-30"),
        ("LAST_90_DAYS", None, "2024-02-15", "2024-05-15"),
        ("NEXT_90_DAYS", None, "2024-05-16", "2024-08-13"),
        ("LAST_N_DAYS", 3, "2024-05-12", "2024-05-15"),
        ("NEXT_N_DAYS", 3, "2024-05-16", "2024-05-18"),
        ("N_DAYS_AGO", 3, "2024-05-12", "2024-05-12"),
        ("LAST_N_WEEKS", 2, "2024-04-28", "2024-05-11"),
        ("NEXT_N_WEEKS", 2, "2024-05-19", "2024-06-01"),
        ("N_WEEKS_AGO", 2, "2024-04-28", "2024-05-04"),
        ("LAST_N_MONTHS", 6, "2023-11-01", "2024-04-30"),
        ("NEXT_N_MONTHS", 8, "2024-06-01", "2025-01-31"),
        ("N_MONTHS_AGO", 3, "2024-02-01", "2024-02-29"),
        ("THIS_QUARTER", None, "2024-04-01", "2024-06-30"),
        ("LAST_QUARTER", None, "2024-01-01", "2024-03-31"),
        ("NEXT_N_QUARTERS", 3, "2024-07-01", "2025-03-31"),
        ("N_QUARTERS_AGO", 2, "2023-10-01", "2023-12-31"),
        ("THIS_YEAR", None, "2024-01-01", "2024-12-31"),
        ("LAST_N_YEARS", 2, "2022-01-01", "2023-12-31"),
        ("N_YEARS_AGO", 1, "2023-01-01", "2023-12-31"),
        ("NEXT_FISCAL_YEAR", None, "2025-01-01", "2025-12-31"),
        ("LAST_N_FISCAL_QUARTERS", 1, "2024-01-01", "2024-03-31"),
        ("N_FISCAL_YEARS_AGO", 4, "2020-01-01", "2020-12-31"),
    ],
)
def test_a_relative_date_is_a_range(name: str, count: int | None, first: str, last: str) -> None:
    start, end = relative_range(name, count, WEDNESDAY)
    assert (start.isoformat(), (end - dt.timedelta(days=1)).isoformat()) == (first, last)


@given(
    st.sampled_from(sorted(RELATIVE_DATES | COUNTED_DATES)),
    st.integers(1, 500),
    st.dates(dt.date(1000, 1, 1), dt.date(3000, 1, 1)),
)
def test_every_relative_date_has_a_range(name: str, count: int, today: dt.date) -> None:
    start, end = relative_range(name, count, today)
    assert start < end
    if name.startswith("THIS_"):
        assert start <= today < end
    if name.startswith(("N_", "LAST_")):
        assert start <= today
    if name.startswith("NEXT_"):
        assert today < start


def test_a_range_outside_of_the_calendar_is_an_error() -> None:
    for name in sorted(COUNTED_DATES):
        with pytest.raises(OverflowError):
            relative_range(name, 999_999_999, WEDNESDAY)
