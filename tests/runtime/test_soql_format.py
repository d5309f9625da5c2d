"""Quoting values for SOQL."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sfgen_runtime import format_external_id, format_soql, quote_soql_value

ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "'": "'", '"': '"', "\\": "\\", "%": "%", "_": "_"}


def read_soql_text(literal: str) -> str:
    """Read a quoted SOQL text as the org's parser does; fail if it ends early."""
    match = re.fullmatch(r"'((?:[^'\\\n\r]|\\.)*)'", literal, re.DOTALL)
    assert match is not None, f"{literal} is not one quoted text"
    return re.sub(r"\\(.)", lambda escape: ESCAPES[escape[1]], match[1], flags=re.DOTALL)


@given(st.text())
def test_any_text_comes_back(value: str) -> None:
    assert read_soql_text(quote_soql_value(value)) == value


@given(st.text(alphabet="a'\\%_\n\"", max_size=12))
def test_any_like_text_comes_back(value: str) -> None:
    assert read_soql_text(format_soql("'{:like}'", value)) == value


class Stage(Enum):
    WON = "Closed Won"


@pytest.mark.parametrize(
    ("value", "soql"),
    [
        (None, "null"),
        (True, "true"),
        (7, "7"),
        (2.37, "2.37"),
        (1e21, "1e+21"),
        (Decimal("10.50"), "10.50"),
        (Decimal("1E+3"), "1000"),
        (Stage.WON, "'Closed Won'"),
        (date(2024, 1, 31), "2024-01-31"),
        (time(9, 30), "09:30:00.000Z"),
        (datetime(2024, 1, 31, 9, 30, 0, 999, tzinfo=UTC), "2024-01-31T09:30:00+00:00"),
        (datetime(2024, 1, 31, 9, 30, tzinfo=timezone(timedelta(hours=2))), "2024-01-31T07:30:00+00:00"),
        (["a", 1, None], "('a',1,null)"),
        (("it's",), "('it\\'s')"),
    ],
)
def test_literals(value: object, soql: str) -> None:
    assert quote_soql_value(value) == soql


@pytest.mark.parametrize(
    "value", [datetime(2024, 1, 1), float("nan"), float("inf"), Decimal("NaN"), [], object(), b"x", {"a": 1}]
)
def test_what_soql_lacks_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        quote_soql_value(value)


@pytest.mark.parametrize("template", ["{a.__class__}", "{a[0]}", "{0.real}", "{a!r}", "{a!s}", "{a:>10}"])
def test_templates_reach_nothing_but_the_values(template: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        format_soql(template, "x", a="x")


def test_templates() -> None:
    assert format_soql("{} {named} {1}{0}".replace("{} ", ""), 1, 2, named="x") == "'x' 21"
    assert format_soql("{query} {}", 1, query="y") == "'y' 1"
    assert format_soql("{:literal} {{}}", "TODAY") == "TODAY {}"
    assert format_soql("{:.2f}", Decimal("1.005")) == "1.00"


def test_external_ids() -> None:
    assert format_external_id("Ext__c", "a b/c+d%") == "Ext__c/a%20b%2Fc%2Bd%25"
    assert format_external_id("Ext__c", 12) == "Ext__c/12"
