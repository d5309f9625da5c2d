"""Joining a job's result files to the rows that were sent.

The API answers saved, failed and unprocessed rows in files of their own, which repeat the row as it was sent. Mostly
each file is in the order of the input: then only the next row of each is in memory. Where it isn't, as the org works on
parts of a job in parallel, the rows that come too early wait.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count, islice, repeat
from pathlib import Path
from typing import Any

from ..errors import SalesforceBulkV2LoadError
from ..ids import Id
from .enums import ResultsType
from .load import LoadedJob
from .result_file import Cells, ResultFile
from .rows import Row, RowFailed, RowSaved, RowUnprocessed, read_error

Files = dict[ResultsType, Path]
_ROWS_AT_ONCE = 200
_UNREADABLE = (IndexError, UnicodeDecodeError, csv.Error)
_SENT_AS = (ResultsType.successful, ResultsType.failed, ResultsType.unprocessed)


def joined(loaded: LoadedJob, files: Files) -> Iterator[Row[Any]]:
    """Yield the result of each row of a job, in the order they were sent.

    Rows that are alike in every field are interchangeable: each result goes to one of them.

    Raises:
        SalesforceBulkV2LoadError: the results are not those of the rows.
    """
    try:
        yield from _in_order(loaded, files)
    except _UNREADABLE as error:
        raise _mismatch(loaded, _fault(error)) from None


def _in_order(loaded: LoadedJob, files: Files) -> Iterator[Row[Any]]:
    part = loaded.part
    with ExitStack() as stack:
        results = [
            ResultFile(kind, files[kind], part.header, stack, part.delimiter) for kind in _SENT_AS if kind in files
        ]
        saved = next((result for result in results if result.kind is ResultsType.successful), None)
        rows, index = map(tuple, part.cells()), part.first
        while some := list(islice(rows, _ROWS_AT_ONCE)):
            # Nearly all rows are saved, and in their order: there are millions of these, so no more is done for them.
            if saved is not None and (found := saved.take_all(some)) is not None:
                ids: Iterator[Id[Any]] = map(Id, found[0])
                yield from map(RowSaved, count(index), repeat(part.header), some, ids, found[1])
            else:
                for number, cells in enumerate(some, index):
                    result, row = _found(loaded, results, number, cells)
                    yield _made(result, row, number, part.header, cells)
            index += len(some)
        if left := sum(result.left for result in results):
            raise _mismatch(loaded, f"{left} results belong to no row that was sent")


def _found(loaded: LoadedJob, results: list[ResultFile], index: int, key: Cells) -> tuple[ResultFile, list[str]]:
    while True:
        for result in results:
            if (row := result.take(key)) is not None:
                return result, row
        # Every file goes on by one, and not only the first that can.
        moved = [result.set_aside() for result in results]
        if not any(moved):
            raise _mismatch(loaded, f"row {index} of the input has no result")


def _made(result: ResultFile, row: list[str], index: int, header: tuple[str, ...], cells: Cells) -> Row[Any]:
    """Return the result of a row from what its file says."""
    record_id, told = row[result.id_at], row[result.told_at]
    match result.kind:
        case ResultsType.successful:
            return RowSaved(index, header, cells, Id(record_id), told == "true")
        case ResultsType.failed:
            return RowFailed(index, header, cells, read_error(told), Id(record_id) if record_id else None)
        case _:
            return RowUnprocessed(index, header, cells)


def unjoined(loaded: LoadedJob, files: Files) -> Iterator[Row[Any]]:
    """Yield the rows of a job's result files as they come: saved, failed, unprocessed.

    Raises:
        SalesforceBulkV2LoadError: the files are no results.
    """
    index = loaded.part.first
    try:
        for kind in _SENT_AS:
            if kind not in files:
                continue
            with ExitStack() as stack:
                result = ResultFile(kind, files[kind], (), stack, loaded.part.delimiter)
                for row, cells in result.rest():
                    yield _made(result, row, index, result.header, cells)
                    index += 1
    except _UNREADABLE as error:
        what = f"the results of job {loaded.info.id} can't be read: {_fault(error)}"
        raise SalesforceBulkV2LoadError(
            f"{what}. The rows were processed all the same; ask for them once more"
        ) from None


def _fault(error: Exception) -> str:
    return "a row of the results has too few cells" if isinstance(error, IndexError) else "they are no CSV in UTF-8"


def _mismatch(loaded: LoadedJob, what: str) -> SalesforceBulkV2LoadError:
    job_id = loaded.info.id
    return SalesforceBulkV2LoadError(
        f"the results of job {job_id} can't be joined to its rows: {what}. The rows were processed all the same: "
        f".bulk.resume({job_id!r}) reads the results as the org wrote them"
    )
