"""Results that are not those of the rows that were sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sfgen_runtime import SalesforceBulkV2LoadError
from sfgen_runtime.bulk.enums import ResultsType
from sfgen_runtime.bulk.jobs import JobInfo
from sfgen_runtime.bulk.join import joined, unjoined
from sfgen_runtime.bulk.load import LoadedJob
from sfgen_runtime.bulk.parts import Part
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
