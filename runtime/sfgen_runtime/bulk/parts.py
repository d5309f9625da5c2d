"""Cutting rows into the CSV uploads of jobs, written as the rows are read: memory doesn't grow with their number."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from .cells import NULL, cell, flattened
from .csv_text import csv_of

T = TypeVar("T")

# The org counts an upload in base64, four characters for three bytes, and takes 100 MB of that.
MAX_UPLOAD_BYTES = 100_000_000 * 3 // 4
# Small enough that the org works on the first rows while the last are still read.
ROWS_A_JOB = 50_000
_CHUNK = 500
_IN_MEMORY = 1 << 20
_BLOCK = 1 << 18
_MISSING = object()


class FileBody:
    """A file as the body of a request: it has a length, and can be sent anew when the session has expired."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._size = path.stat().st_size

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            while block := file.read(_BLOCK):
                yield block


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one job: `rows` of them, the first of which is the input's row `first`."""

    first: int
    rows: int
    header: tuple[str, ...]
    content: bytes
    path: Path | None
    delimiter: str = ","

    def body(self) -> bytes | FileBody:
        """Return the CSV to upload."""
        return self.content if self.path is None else FileBody(self.path)

    def cells(self) -> Iterator[list[str]]:
        """Yield the rows as they were written, without the header."""
        raw = io.BytesIO(self.content) if self.path is None else self.path.open("rb")
        with io.TextIOWrapper(raw, encoding="utf-8", newline="") as text:
            reader = csv.reader(text, delimiter=self.delimiter)
            next(reader, None)
            yield from reader


@dataclass(frozen=True, slots=True)
class CsvForm:
    """How the CSV of a job is written."""

    delimiter: str = ","
    line_ending: str = "\r\n"
    quoting: int = csv.QUOTE_MINIMAL


class PartWriter:
    """Writes rows into parts. What is above a megabyte in all is kept in `folder`, which the caller removes."""

    def __init__(
        self,
        folder: Callable[[], Path],
        form: CsvForm = CsvForm(),
        *,
        max_rows: int = ROWS_A_JOB,
        max_bytes: int = MAX_UPLOAD_BYTES,
        write: Callable[[Any], str] = cell,
        missing: str = "",
    ) -> None:
        if max_rows < 1:
            raise ValueError(f"{max_rows} rows a job are too few; give at least 1")
        self._folder, self._form, self._max_rows, self._max_bytes = folder, form, max_rows, max_bytes
        self._write, self._missing = write, missing
        self._header: tuple[str, ...] = ()
        self._parts = self._first = self._rows = self._size = self._held = self._kept = 0
        self._pieces: list[bytes] = []
        self._path: Path | None = None

    @property
    def rows(self) -> int:
        """How many rows have been taken so far."""
        return self._first + self._rows

    def of_cells(self, header: tuple[str, ...], rows: Iterable[list[str]]) -> Iterator[Part]:
        """Yield the parts of rows that are written already."""
        self._begin(header)
        for chunk in _chunks(rows):
            yield from self._add(chunk)
        yield from self._end()

    def of_records(self, records: Iterable[Mapping[str, Any]]) -> Iterator[Part]:
        """Yield the parts of records. A column that comes up later begins a new part, for a CSV has one header.

        Raises:
            ValueError: a value that no cell can hold; the message names row and field.
            TypeError: the same.
        """
        columns: dict[str, None] = {}
        for chunk in _chunks(map(flattened, records)):
            known = len(columns)
            for record in chunk:
                if not columns.keys() >= record.keys():
                    columns.update(dict.fromkeys(record))
            if not columns:
                raise ValueError(
                    f"row {self.rows} has no field, and a CSV needs a column: say at least one field of it"
                )
            if len(columns) > known:
                yield from self._end()
                self._begin(tuple(columns))
            yield from self._add(self._cells(chunk))
        yield from self._end()

    def _cells(self, records: list[Mapping[str, Any]]) -> list[list[str]]:
        header, write, missing = self._header, self._write, self._missing
        try:
            return [
                [
                    # Texts that need no writing are most of what there is.
                    value
                    if type(value := record.get(name, _MISSING)) is str and value and value != NULL
                    else missing
                    if value is _MISSING
                    else write(value)
                    for name in header
                ]
                for record in records
            ]
        except (TypeError, ValueError) as error:
            raise self._fault(records) or error from None

    def _fault(self, records: list[Mapping[str, Any]]) -> Exception | None:
        """Return the error of the first value that no cell can hold, its place in front of the message."""
        for number, record in enumerate(records, self.rows):
            for name, value in record.items():
                try:
                    self._write(value)
                except (TypeError, ValueError) as error:
                    return type(error)(f"row {number}, {name}: {error}")
        return None

    def _begin(self, header: tuple[str, ...]) -> None:
        self._header = header
        self._pieces, self._path = [], None
        self._size = self._rows = self._held = 0

    def _add(self, rows: list[list[str]]) -> Iterator[Part]:
        text = self._encoded(rows)
        size = self._size or len(self._encoded([list(self._header)]))
        if self._rows + len(rows) <= self._max_rows and size + len(text) <= self._max_bytes:
            self._append(text, len(rows))
            return
        for row in rows:
            text = self._encoded([row])
            if self._rows + 1 > self._max_rows or self._size + len(text) > self._max_bytes:
                yield from self._end()
            self._append(text, 1)

    def _encoded(self, rows: list[list[str]]) -> bytes:
        form = self._form
        text = csv_of(rows, form.delimiter, form.line_ending, form.quoting)
        try:
            return text.encode()
        except UnicodeEncodeError as error:
            number = next((at for at, row in enumerate(rows, self.rows) if not _encodes(row)), self.rows)
            raise ValueError(f"row {number}: a text holds half a surrogate pair, which UTF-8 can't carry") from error

    def _append(self, text: bytes, rows: int) -> None:
        if not self._rows:
            head = self._encoded([list(self._header)])
            if len(head) + len(text) > self._max_bytes:
                raise ValueError(f"row {self.rows} alone is larger than the {self._max_bytes:,} bytes of an upload")
            self._pieces, self._size = [head], len(head)
        self._pieces.append(text)
        self._size += len(text)
        self._rows += rows
        self._held += len(text)
        if self._kept + self._held > _IN_MEMORY:
            self._spill()

    def _spill(self) -> None:
        if self._path is None:
            self._path = self._folder() / f"part-{self._parts}.csv"
        with self._path.open("ab") as file:
            file.writelines(self._pieces)
        self._pieces, self._held = [], 0

    def _end(self) -> Iterator[Part]:
        if self._rows:
            if self._path is not None and self._pieces:
                self._spill()
            self._kept += self._held
            yield Part(self._first, self._rows, self._header, b"".join(self._pieces), self._path, self._form.delimiter)
            self._first += self._rows
            self._parts += 1
        self._begin(self._header)


def _chunks(rows: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, _CHUNK)):
        yield chunk


def _encodes(row: list[str]) -> bool:
    try:
        "".join(row).encode()
    except UnicodeEncodeError:
        return False
    return True
