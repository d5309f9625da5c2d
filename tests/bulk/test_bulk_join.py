"""Results and the rows that were sent: whichever way the org writes them, each row gets its own."""

from __future__ import annotations

import csv
import io
import random
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sfgen_runtime import SalesforceBulkV2LoadError
from sfgen_runtime.bulk.enums import ResultsType
from sfgen_runtime.bulk.jobs import JobInfo
from sfgen_runtime.bulk.join import joined, unjoined
from sfgen_runtime.bulk.load import LoadedJob
from sfgen_runtime.bulk.parts import Part
from sfgen_runtime.bulk.result_file import ResultFile
from sfgen_runtime.bulk.rows import RowFailed, RowSaved

SENT = b"LastName,Email\r\nSmith,a@b.example\r\nJones,\r\nBrown,c@d.example\r\n"
ID = "003000000000001AAA"


def of(saved: str, failed: str, folder: Path) -> list[object]:
    files = {ResultsType.successful: folder / "saved.csv", ResultsType.failed: folder / "failed.csv"}
    files[ResultsType.successful].write_text(f"sf__Id,sf__Created,LastName,Email\n{saved}", encoding="utf-8")
    files[ResultsType.failed].write_text(f"sf__Id,sf__Error,LastName,Email\n{failed}", encoding="utf-8")
    part = Part(0, 3, ("LastName", "Email"), SENT, None)
    return list(joined(LoadedJob(part, JobInfo("750000000000001AAA", "JobComplete")), files))


def test_results_go_to_their_rows_in_any_order(tmp_path: Path) -> None:
    saved = f"{ID},true,Brown,c@d.example\n{ID},false,Smith,a@b.example\n"
    first, second, third = of(saved, ",INVALID:no:LastName --,Jones,\n", tmp_path)
    assert isinstance(first, RowSaved)
    assert isinstance(second, RowFailed)
    assert isinstance(third, RowSaved)
    assert (first.created, second.index, third.created) == (False, 1, True)


@pytest.mark.parametrize(
    ("saved", "told"),
    [
        (f"{ID},true,Smith,a@b.example\n{ID},true,Jones,\n", "row 2 of the input has no result"),
        (
            f"{ID},true,Smith,a@b.example\n{ID},true,Jones,\n{ID},true,Brown,c@d.example\n{ID},true,Green,\n",
            "1 results belong to no row that was sent",
        ),
        (f"{ID},true,Smith\n", "a row of the results has too few cells"),
        (f"{ID},true,Smith,a@b.example\n\n", "a row of the results has too few cells"),
    ],
)
def test_results_of_other_rows_are_an_error_that_tells_how_to_read_them(saved: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(SalesforceBulkV2LoadError, match=rf"{told}.*\.bulk\.resume\('750000000000001AAA'\)"):
        of(saved, "", tmp_path)


@pytest.mark.parametrize(
    ("saved", "told"),
    [
        (b"", "lack the column sf__Id"),
        (b'"LastName","Email"\nSmith,a@b.example\n', "lack the column sf__Id"),
        (b'"sf__Id","LastName","Email"\n1,Smith,a@b.example\n', "lack the column sf__Created"),
        (b"sf__Id,sf__Created,LastName,Email\n003,true\n", "too few cells"),
        (b"sf__Id,sf__Created,LastName,Email\n003,true,\xff,x\n", "no CSV in UTF-8"),
    ],
)
@pytest.mark.parametrize("read", [joined, unjoined])
def test_what_is_no_result_file_gives_no_rows(read: Any, saved: bytes, told: str, tmp_path: Path) -> None:
    file = tmp_path / "saved.csv"
    file.write_bytes(saved)
    part = Part(0, 3, ("LastName", "Email"), SENT, None)
    loaded = LoadedJob(part, JobInfo("750000000000001AAA", "JobComplete"))
    with pytest.raises(SalesforceBulkV2LoadError, match=told):
        list(read(loaded, {ResultsType.successful: file}))


def as_csv(rows: list[list[str]], line_ending: str, quoting: int) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator=line_ending, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return text.getvalue().encode()


CELL = st.text(st.sampled_from('a",\n\r\0\u2028é#'), max_size=4)
WIDTH = 2
NAMES = ["A__c", "B__c"]


@given(
    cells=st.lists(st.tuples(*[CELL] * WIDTH), min_size=1, max_size=20),
    draw=st.randoms(use_true_random=False),
    # With line feeds alone, Python leaves a carriage return without quotes, which no reader takes.
    form=st.sampled_from([("\n", csv.QUOTE_ALL), ("\r\n", csv.QUOTE_ALL), ("\r\n", csv.QUOTE_MINIMAL)]),
    fails=st.sampled_from([0.0, 0.2, 1.0]),
    updates=st.sampled_from([0.0, 0.3, 1.0]),
    id_length=st.sampled_from([15, 18]),
    shuffled=st.booleans(),
    swapped=st.booleans(),
)
def test_each_row_gets_its_own_result(
    cells: list[tuple[str, ...]],
    draw: random.Random,
    form: tuple[str, Literal[0, 1]],
    fails: float,
    updates: float,
    id_length: int,
    shuffled: bool,
    swapped: bool,
) -> None:
    saved: list[list[str]] = []
    failed: list[list[str]] = []
    expected: list[tuple[bool, str, bool]] = []
    # Rows that are alike are interchangeable: one that is sent twice says nothing.
    cells = list({tuple(text.replace("\r\n", "\n").replace("\r", "\n") for text in row): row for row in cells}.values())
    for number, row in enumerate(cells):
        success, created = draw.random() >= fails, draw.random() >= updates
        record_id = f"003{number:0{id_length - 3}}"
        told = [record_id, "true" if created else "false"] if success else ["", f"CODE:no:A__c {number}--"]
        (saved if success else failed).append([*(told[::-1] if swapped and success else told), *row])
        expected.append((success, record_id if success else f"A__c {number}", created and success))
    if shuffled:
        draw.shuffle(saved)
    with TemporaryDirectory() as folder, patch("sfgen_runtime.bulk.join._ROWS_AT_ONCE", 3):
        files = {ResultsType.successful: Path(folder, "saved"), ResultsType.failed: Path(folder, "failed")}
        told = ["sf__Created", "sf__Id"] if swapped else ["sf__Id", "sf__Created"]
        files[ResultsType.successful].write_bytes(as_csv([[*told, *NAMES], *saved], *form))
        files[ResultsType.failed].write_bytes(as_csv([["sf__Id", "sf__Error", *NAMES], *failed], *form))
        part = Part(5, len(cells), tuple(NAMES), as_csv([NAMES, *map(list, cells)], "\r\n", csv.QUOTE_MINIMAL), None)
        rows = list(joined(LoadedJob(part, JobInfo("750000000000001AAA", "JobComplete")), files))
    assert [row.index for row in rows] == list(range(5, 5 + len(cells)))
    assert [row.cells for row in rows] == cells
    assert [
        (True, row.id, row.created) if isinstance(row, RowSaved) else (False, row.error.fields[0], False)  # type: ignore[union-attr]
        for row in rows
    ] == expected


@pytest.mark.parametrize(
    ("sent", "saved"),
    [
        # What begins like the row that is looked for is another one.
        (["x", "xy"], ["xy", "x"]),
        # A long row that failed: more text has been read than the rows after it have.
        (["long" * 50, *"abcdefgh"], [*"abcdefgh"]),
    ],
)
@pytest.mark.parametrize("at_once", [1, 3])
def test_text_that_is_read_ahead(sent: list[str], saved: list[str], at_once: int, tmp_path: Path) -> None:
    ids = {name: f"003{name:*>15}" for name in saved}
    files = {kind: tmp_path / kind for kind in (ResultsType.successful, ResultsType.failed)}
    rows = [[ids[name], "true", name] for name in saved]
    errors = [["", "CODE:no:--", name] for name in sent if name not in saved]
    files[ResultsType.successful].write_bytes(as_csv([["sf__Id", "sf__Created", "Name"], *rows], "\n", csv.QUOTE_ALL))
    files[ResultsType.failed].write_bytes(as_csv([["sf__Id", "sf__Error", "Name"], *errors], "\n", csv.QUOTE_ALL))
    part = Part(0, len(sent), ("Name",), as_csv([["Name"], *([name] for name in sent)], "\n", csv.QUOTE_ALL), None)
    with patch("sfgen_runtime.bulk.join._ROWS_AT_ONCE", at_once):
        found = list(joined(LoadedJob(part, JobInfo("750000000000001AAA", "JobComplete")), files))
    assert [row.id if isinstance(row, RowSaved) else None for row in found] == [ids.get(name) for name in sent]


@pytest.mark.parametrize("line_ending", ["\n", "\r\n"])
def test_a_column_whose_name_has_a_line_break(line_ending: str, tmp_path: Path) -> None:
    names, rows = ["Last\nName", "Email"], [["Smith", "a@b.example"], ["Jones", ""]]
    path = tmp_path / "unprocessed.csv"
    path.write_bytes(as_csv([names, *rows], line_ending, csv.QUOTE_ALL))
    part = Part(0, 2, tuple(names), as_csv([names, *rows], "\r\n", csv.QUOTE_MINIMAL), None)
    loaded = LoadedJob(part, JobInfo("750000000000001AAA", "Failed"))
    found = list(joined(loaded, {ResultsType.unprocessed: path}))
    assert [row.sent for row in found] == [{"Last\nName": "Smith", "Email": "a@b.example"}, {"Last\nName": "Jones"}]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^", "`"])
@pytest.mark.parametrize("line_ending", ["\n", "\r\n"])
def test_rows_as_the_org_writes_them_are_compared_as_text(delimiter: str, line_ending: str, tmp_path: Path) -> None:
    sent = [("Smith", "a,b;c"), ('"', "")]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_ending, quoting=csv.QUOTE_ALL)
    writer.writerows([["sf__Id", "sf__Created", *NAMES], *([ID, "true", *row] for row in sent)])
    path = tmp_path / "saved.csv"
    path.write_bytes(text.getvalue().encode())
    with ExitStack() as stack:
        results = ResultFile(ResultsType.successful, path, tuple(NAMES), stack, delimiter)
        with patch("csv.reader", side_effect=AssertionError("the rows are read cell by cell")):
            assert results.take_all(sent) == ([ID, ID], [True, True])
        assert results.left == 0
