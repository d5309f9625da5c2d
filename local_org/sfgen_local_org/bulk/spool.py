"""Data of a job on its way: in memory while it is small, in a temporary file from then on."""

from __future__ import annotations

import tempfile
from array import array
from io import BytesIO
from itertools import accumulate
from typing import IO, TYPE_CHECKING

from .csv_text import escaped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# Bytes that stay in memory. Most jobs of a test suite fit; a process may have only so many files open.
IN_MEMORY = 512 * 1024
# Bytes that are sent in one piece.
_PIECE = 256 * 1024
# The type code of the row index: unsigned, 8 bytes.
_OFFSET = "Q"
_OFFSET_BYTES = 8


class Spool:
    """Bytes that are written once, at the end, and read from anywhere."""

    def __init__(self) -> None:
        # Not a SpooledTemporaryFile: that one is Python's own code for each read and write, a twentieth of a load.
        self.file: IO[bytes] = BytesIO()
        self.size = 0

    def write(self, data: bytes) -> None:
        """Add bytes at the end."""
        if self.size <= IN_MEMORY < self.size + len(data):
            held, self.file = self.file, tempfile.TemporaryFile()  # noqa: SIM115 (it lives as long as its job)
            held.seek(0)
            self.file.write(held.read())
        self.file.seek(0, 2)
        self.file.write(data)
        self.size += len(data)

    def read(self, start: int, length: int) -> bytes:
        """Return bytes from anywhere."""
        self.file.seek(start)
        return self.file.read(length)

    def pieces(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes of a range, piece by piece. Several readers may take turns."""
        while start < end:
            piece = self.read(start, min(_PIECE, end - start))
            start += len(piece)
            yield piece

    def close(self) -> None:
        """Give the memory or the file back."""
        self.file.close()


class CsvSpool:
    """A CSV table with each cell in quotes, as the platform writes them.

    Rows are added in batches, and pages of rows are read by their numbers, each with the header.
    """

    def __init__(self, header: Sequence[str], delimiter: str, line_ending: str) -> None:
        self._data = Spool()
        self._ends = Spool()
        self._between = f'"{delimiter}"'
        self._line_ending = line_ending
        self._header = self._written(self._rows([[name] for name in header])).encode()
        self.rows = 0

    def add(self, columns: Sequence[Sequence[str]]) -> None:
        """Write rows, given as columns of the same length, at the end."""
        rows = self._rows(columns)
        if not rows:
            return
        text = self._written(rows)
        data = text.encode()
        # Characters are bytes in most tables.
        lengths = map(len, rows) if len(data) == len(text) else (len(row.encode()) for row in rows)
        quotes_and_end = 2 + len(self._line_ending)
        ends = array(_OFFSET, accumulate(map(quotes_and_end.__add__, lengths), initial=self._data.size))
        self.rows += len(rows)
        self._ends.write(ends[1:].tobytes())
        self._data.write(data)

    def _rows(self, columns: Sequence[Sequence[str]]) -> list[str]:
        """Return the lines without what stands before and after each."""
        return list(map(self._between.join, zip(*map(escaped, columns), strict=True)))

    def _written(self, rows: Iterable[str]) -> str:
        end = f'"{self._line_ending}'
        return '"' + f'{end}"'.join(rows) + end

    def page(self, first: int, count: int) -> tuple[int, Iterator[bytes]]:
        """Return the size in bytes and the pieces of up to `count` rows from `first` on, after the header."""
        start, end = self._end(first), self._end(min(first + count, self.rows))
        return len(self._header) + end - start, self._pieces(start, end)

    def close(self) -> None:
        """Give the memory or the files back."""
        self._data.close()
        self._ends.close()

    def _pieces(self, start: int, end: int) -> Iterator[bytes]:
        yield self._header
        yield from self._data.pieces(start, end)

    def _end(self, row: int) -> int:
        """Return where the first `row` rows end."""
        if row == 0:
            return 0
        return array(_OFFSET, self._ends.read((row - 1) * _OFFSET_BYTES, _OFFSET_BYTES))[0]
