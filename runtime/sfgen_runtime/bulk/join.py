"""Joining a job's result files to the rows that were sent.

The API answers saved, failed and unprocessed rows in files of their own, which repeat the row as it was sent. Mostly
each file is in the order of the input: then only the next row of each is in memory. Where it isn't, as the org works on
parts of a job in parallel, the rows that come too early wait.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count, islice, repeat
from operator import itemgetter
from pathlib import Path
from typing import Any

from ..errors import SalesforceBulkV2LoadError
from ..ids import Id
from .cells import NULL
from .enums import ResultsType
from .load import LoadedJob
from .rows import Row, RowFailed, RowSaved, RowUnprocessed, read_error

Files = dict[ResultsType, Path]
_Key = tuple[str, ...]
_ROWS_AT_ONCE = 200
_UNREADABLE = (IndexError, UnicodeDecodeError, csv.Error)
_SENT_AS = (ResultsType.successful, ResultsType.failed, ResultsType.unprocessed)


def read_csv(path: Path, stack: ExitStack, delimiter: str = ",") -> tuple[list[str], Iterator[list[str]]]:
    """Open a CSV file and return its header and its rows."""
    text = stack.enter_context(path.open(encoding="utf-8-sig", newline=""))
    rows = csv.reader(text, delimiter=delimiter)
    return next(rows, []), rows


class _Results:
    """One result file, read ahead no further than needed."""

    def __init__(
        self, kind: ResultsType, path: Path, header: tuple[str, ...], stack: ExitStack, delimiter: str
    ) -> None:
        self.kind = kind
        names, self._rows = read_csv(path, stack, delimiter)
        # Without a header of what was sent: all columns that aren't the org's own.
        self.header = header or tuple(name for name in names if not name.startswith("sf__"))
        # What the org says of a row, in the columns that it adds.
        told = {ResultsType.successful: ("sf__Id", "sf__Created"), ResultsType.failed: ("sf__Id", "sf__Error")}.get(
            kind
        )
        if missing := [name for name in (*(told or ()), *self.header) if name not in names]:
            raise SalesforceBulkV2LoadError(f"the {kind} of the job lack the column {missing[0]}")
        at = [names.index(name) for name in self.header]
        self._sent: Callable[[list[str]], _Key] = (
            itemgetter(*at) if len(at) > 1 else lambda row: tuple(row[index] for index in at)
        )
        self.id_at, self.told_at = (names.index(told[0]), names.index(told[1])) if told else (0, 0)
        self._waiting: dict[_Key, deque[list[str]]] = {}
        self._ahead: deque[list[str]] = deque()
        self.head: list[str] | None = None
        self.head_key: _Key | None = None
        self.advance()

    def take_all(self, keys: list[_Key]) -> list[list[str]] | None:
        """Return the results of some rows if they are the next ones, in the same order."""
        if self.head is None or self.head_key != keys[0]:
            return None
        while len(self._ahead) < len(keys) - 1 and (row := next(self._rows, None)) is not None:
            self._ahead.append(row)
        rows = [self.head, *islice(self._ahead, len(keys) - 1)]
        if list(map(self._sent, rows)) != keys:
            return None
        for _ in rows[1:]:
            self._ahead.popleft()
        self.advance()
        return rows

    def take(self, key: _Key, plain: _Key | None) -> list[str] | None:
        """Return the result of a row if it is the next one, or one that waits."""
        if self.head_key is not None and (self.head_key == key or _plain(self.head_key) == (plain or _plain(key))):
            return self._pop()
        if not self._waiting:
            return None
        waiting = self._waiting.get(plain or _plain(key))
        if not waiting:
            return None
        row = waiting.popleft()
        if not waiting:
            del self._waiting[plain or _plain(key)]
        return row

    def _pop(self) -> list[str] | None:
        row = self.head
        self.advance()
        return row

    def advance(self) -> None:
        """Go on to the next result."""
        self.head = head = self._ahead.popleft() if self._ahead else next(self._rows, None)
        self.head_key = self._sent(head) if head is not None else None

    def set_aside(self) -> bool:
        """Let the next result wait for its row; False at the end of the file."""
        if self.head is None or self.head_key is None:
            return False
        key = _plain(self.head_key)
        row = self._pop()
        if row is not None:
            self._waiting.setdefault(key, deque()).append(row)
        return True

    def rest(self) -> Iterator[tuple[list[str], _Key]]:
        """Yield all results that are left, each with the row that was sent."""
        while self.head is not None and self.head_key is not None:
            key = self.head_key
            if (row := self._pop()) is not None:
                yield row, key

    @property
    def left(self) -> int:
        """How many results have found no row."""
        return (
            sum(map(len, self._waiting.values()))
            + (self.head is not None)
            + len(self._ahead)
            + sum(1 for _ in self._rows)
        )


def _plain(key: _Key) -> _Key:
    """Return the row as it compares: the org may write null and line endings another way than they were sent."""
    return tuple(
        "" if text == NULL else text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text for text in key
    )


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
            _Results(kind, files[kind], part.header, stack, part.delimiter) for kind in _SENT_AS if kind in files
        ]
        saved = next((result for result in results if result.kind is ResultsType.successful), None)
        rows, index = map(tuple, part.cells()), part.first
        while some := list(islice(rows, _ROWS_AT_ONCE)):
            # Nearly all rows are saved, and in their order: there are millions of these, so no more is done for them.
            if saved is not None and (found := saved.take_all(some)) is not None:
                ids: Iterator[Id[Any]] = map(Id, map(itemgetter(saved.id_at), found))
                created = map("true".__eq__, map(itemgetter(saved.told_at), found))
                yield from map(RowSaved, count(index), repeat(part.header), some, ids, created)
            else:
                for number, cells in enumerate(some, index):
                    result, row = _found(loaded, results, number, cells)
                    yield _made(result, row, number, part.header, cells)
            index += len(some)
        if left := sum(result.left for result in results):
            raise _mismatch(loaded, f"{left} results belong to no row that was sent")


def _found(loaded: LoadedJob, results: list[_Results], index: int, key: _Key) -> tuple[_Results, list[str]]:
    plain: _Key | None = None
    while True:
        for result in results:
            if (row := result.take(key, plain)) is not None:
                return result, row
        plain = _plain(key)
        # Every file goes on by one, and not only the first that can.
        moved = [result.set_aside() for result in results]
        if not any(moved):
            raise _mismatch(loaded, f"row {index} of the input has no result")


def _made(result: _Results, row: list[str], index: int, header: tuple[str, ...], cells: _Key) -> Row[Any]:
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
                result = _Results(kind, files[kind], (), stack, loaded.part.delimiter)
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
