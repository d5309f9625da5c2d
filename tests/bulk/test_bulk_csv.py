"""The CSV of uploads is what Python's own writer makes of the rows, and reads as them."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sfgen_runtime.bulk.csv_text import csv_of

CELL = st.text(st.sampled_from('a",;\n\r\0\u2028é# '), max_size=4)
ROWS = st.integers(1, 3).flatmap(lambda width: st.lists(st.tuples(*[CELL] * width), min_size=1, max_size=5))


def written(rows: list[tuple[str, ...]], delimiter: str, line_ending: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=line_ending).writerows(rows)
    return text.getvalue()


@given(rows=ROWS, delimiter=st.sampled_from(",;"), line_ending=st.sampled_from(["\n", "\r\n"]))
def test_rows_read_as_they_were_written(rows: list[tuple[str, ...]], delimiter: str, line_ending: str) -> None:
    text = csv_of(rows, delimiter, line_ending)
    assert list(map(tuple, csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))) == rows
    assert text.endswith(line_ending)


@given(rows=ROWS, delimiter=st.sampled_from(",;"))
def test_cells_are_quoted_where_python_quotes_them(rows: list[tuple[str, ...]], delimiter: str) -> None:
    assert csv_of(rows, delimiter, "\r\n") == written(rows, delimiter, "\r\n")


def test_a_lone_carriage_return_is_quoted_whatever_the_line_ending() -> None:
    assert csv_of([("a\rb", "c")], ",", "\n") == '"a\rb",c\n'


def test_rows_of_different_widths_are_left_to_the_org() -> None:
    assert csv_of([("a", "b"), ("c",), (), ("",), ("d", "e", 'f"')], ",", "\n") == 'a,b\nc\n\n""\nd,e,"f"""\n'


@pytest.mark.parametrize("quoting", [csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])
def test_other_ways_of_quoting_are_python_s(quoting: int) -> None:
    assert csv_of([("a", "1")], ",", "\n", quoting) == '"a","1"\n'
