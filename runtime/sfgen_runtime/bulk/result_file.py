"""One result file of a job, read no further ahead than needed.

Nearly all rows are saved, in the order in which they were sent, and the org repeats each of them as it was sent. There
are millions of these: they are compared as text, many at a time, and only where that fails is a row read cell by cell.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from io import StringIO
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path

from ..errors import SalesforceBulkV2LoadError
from .cells import NULL
from .csv_text import quoted_cells
from .enums import ResultsType

Cells = tuple[str, ...]
Saved = tuple[list[str], list[bool]]
"""The ids of rows, and whether each is new."""
# What the org says of a row, in the columns that it adds.
_TOLD = {ResultsType.successful: ("sf__Id", "sf__Created"), ResultsType.failed: ("sf__Id", "sf__Error")}
# `"003000000000001AAA","true","Smith"`
_ID_LENGTH = 18
_CREATED_AT = _ID_LENGTH + 4
_UP_TO_CREATED = _CREATED_AT + len("true")


class ResultFile:
    """The results of one kind, in the order of the file; what is read before its row comes up waits for it.

    `header` names the columns that were sent; without it they are all that aren't the org's own.

    Raises:
        SalesforceBulkV2LoadError: the file lacks a column.
    """

    def __init__(self, kind: ResultsType, path: Path, header: Cells, stack: ExitStack, delimiter: str) -> None:
        self.kind = kind
        self._file = stack.enter_context(path.open(encoding="utf-8-sig", newline=""))
        self._delimiter = delimiter
        first = self._file.readline()
        self._line_ending = "\r\n" if first.endswith("\r\n") else "\n"
        # The name of a column may have a line break in it.
        self._rows = csv.reader(chain([first], self._file), delimiter=delimiter)
        names = next(self._rows, [])
        self.header = header or tuple(name for name in names if not name.startswith("sf__"))
        told = _TOLD.get(kind, ())
        if missing := [name for name in (*told, *self.header) if name not in names]:
            raise SalesforceBulkV2LoadError(f"the {kind} of the job lack the column {missing[0]}")
        at = [names.index(name) for name in self.header]
        self._sent: Callable[[list[str]], Cells] = (
            itemgetter(*at) if len(at) > 1 else lambda row: tuple(row[index] for index in at)
        )
        self.id_at, self.told_at = (names.index(told[0]), names.index(told[1])) if told else (0, 0)
        self._verbatim = names == ["sf__Id", "sf__Created", *self.header]
        # Text that was read and has been put back; the rows are those of it and of the rest of the file.
        self._unread = StringIO()
        self._ahead: deque[list[str]] = deque()
        self._waiting: dict[Cells, deque[list[str]]] = {}

    # ---- many rows at a time -----------------------------------------------------------------------------------------

    def take_all(self, sent: list[Cells]) -> Saved | None:
        """Return the results of some rows if they are the next ones, in the same order."""
        rows = list(islice(self._ahead, len(sent)))
        others = sent[len(rows) :]
        if list(map(self._sent, rows)) != sent[: len(rows)]:
            return None
        saved = self._take_text(others) if others and self._verbatim else ([], [])
        if saved is None or (others and not self._verbatim):
            saved, more = ([], []), list(islice(self._rows, len(others)))
            self._ahead.extend(more)
            if list(map(self._sent, more)) != others:
                return None
            # The same rows in another form: there is no use in comparing text from here on.
            self._verbatim = False
            rows += more
        for _ in rows:
            self._ahead.popleft()
        ids, created = saved
        return [row[self.id_at] for row in rows] + ids, [row[self.told_at] == "true" for row in rows] + created

    def _take_text(self, sent: list[Cells]) -> Saved | None:
        """Do the same without reading cells: right where the file has the rows as the org writes them, in quotes."""
        text = self._read(_UP_TO_CREATED)
        between = f'"{self._delimiter}"'
        created = text.startswith("true", _CREATED_AT)
        told = f"{between}{'true' if created else 'false'}{between}"
        rows = [told + row for row in quoted_cells(sent, self._delimiter)]
        end = f'"{self._line_ending}'
        size = sum(map(len, rows)) + len(rows) * (1 + _ID_LENGTH + len(end))
        text += self._read(size - len(text))
        found = text[1 : size - len(end)].split(f'{end}"')
        # Taken apart at the ends of rows and put together from the rows that were sent, the text is the same.
        same = text.startswith('"') and text.startswith(end, size - len(end))
        if same and [row[_ID_LENGTH:] for row in found] == rows:
            return [row[:_ID_LENGTH] for row in found], [created] * len(found)
        self._put_back(text)
        return None

    def _read(self, size: int) -> str:
        text = self._unread.read(size)
        return text + self._file.read(size - len(text))

    def _put_back(self, text: str) -> None:
        """Let text be the next that is read, whichever way."""
        self._unread = StringIO(text + self._unread.read() + self._file.readline(), newline="")
        self._rows = csv.reader(chain(self._unread, self._file), delimiter=self._delimiter)

    # ---- one row at a time -------------------------------------------------------------------------------------------

    def take(self, sent: Cells) -> list[str] | None:
        """Return the result of a row if it is the next one, or one that waits."""
        head = self._head()
        if head is not None and (self._sent(head) == sent or _plain(self._sent(head)) == _plain(sent)):
            return self._ahead.popleft()
        if not self._waiting:
            return None
        plain = _plain(sent)
        waiting = self._waiting.get(plain)
        if waiting is None:
            return None
        row = waiting.popleft()
        if not waiting:
            del self._waiting[plain]
        return row

    def set_aside(self) -> bool:
        """Let the next result wait for its row; False at the end of the file."""
        head = self._head()
        if head is None:
            return False
        self._waiting.setdefault(_plain(self._sent(head)), deque()).append(self._ahead.popleft())
        return True

    def rest(self) -> Iterator[tuple[list[str], Cells]]:
        """Yield all results that are left, each with the row that was sent."""
        while self._head() is not None:
            row = self._ahead.popleft()
            yield row, self._sent(row)

    @property
    def left(self) -> int:
        """How many results have found no row."""
        return sum(map(len, self._waiting.values())) + len(self._ahead) + sum(1 for _ in self._rows)

    def _head(self) -> list[str] | None:
        if not self._ahead:
            self._ahead.extend(islice(self._rows, 1))
        return self._ahead[0] if self._ahead else None


def _plain(cells: Cells) -> Cells:
    """Return a row as it compares: the org may write null and line endings another way than they were sent."""
    return tuple(
        "" if text == NULL else text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
        for text in cells
    )
