"""What a load takes rows from: records, pairs, CSV files, Arrow tables, pandas and polars frames."""

from __future__ import annotations

import csv
import errno
import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from itertools import chain
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Protocol, TypeAlias, TypeGuard, runtime_checkable

from .cells import unboxed

_FRAME_ROWS = 10_000


class OpenCsv(Protocol):
    """An open file, of text or of bytes in UTF-8, seen by what is used of it.

    Not `typing.IO`: type checkers take that for one more iterable of records, and tell less of a wrong record.
    """

    def read(self, size: int = ..., /) -> str | bytes:
        """Return the next so many characters or bytes."""
        ...


@runtime_checkable
class ArrowTable(Protocol):
    """A pyarrow Table, seen by what is used of it."""

    def to_batches(self) -> Any:
        """Return the table's batches."""
        ...


@runtime_checkable
class ArrowReader(Protocol):
    """A pyarrow RecordBatchReader, seen by what is used of it."""

    def read_next_batch(self) -> Any:
        """Return the next batch."""
        ...

    def __iter__(self) -> Iterator[Any]:
        """Yield the batches."""
        ...


@runtime_checkable
class ArrowBatch(Protocol):
    """A pyarrow RecordBatch, seen by what is used of it."""

    @property
    def schema(self) -> Any:
        """The columns."""
        ...

    @property
    def num_rows(self) -> Any:
        """How many rows it has."""
        ...

    def slice(self, offset: Any = ..., length: Any = ...) -> Any:
        """Return some of its rows."""
        ...

    def to_pylist(self) -> Any:
        """Return the rows as dicts."""
        ...


@runtime_checkable
class PolarsLazyFrame(Protocol):
    """A polars LazyFrame, seen by what is used of it."""

    def collect(self) -> Any:
        """Run the query and return its result."""
        ...

    def collect_schema(self) -> Any:
        """Return the columns."""
        ...


@runtime_checkable
class PolarsFrame(Protocol):
    """A polars DataFrame, seen by what is used of it."""

    def iter_rows(self, *, named: Any = ...) -> Any:
        """Yield the rows."""
        ...


@runtime_checkable
class PandasFrame(Protocol):
    """A pandas DataFrame, seen by what is used of it."""

    @property
    def iloc(self) -> Any:
        """The rows by position."""
        ...

    def itertuples(self) -> Any:
        """Yield the rows."""
        ...


CsvFile: TypeAlias = str | PathLike[str] | OpenCsv
"""The path of a CSV file, or one that is open."""
Table: TypeAlias = CsvFile | ArrowTable | ArrowReader | ArrowBatch | PolarsFrame | PolarsLazyFrame | PandasFrame
"""A source whose rows have no type: a CSV file, or a frame."""


def is_csv(source: object) -> TypeGuard[CsvFile]:
    """Tell whether a source is a CSV file: its path, or what can be read."""
    return isinstance(source, str | PathLike) or callable(getattr(source, "read", None))


def csv_rows(source: CsvFile, stack: ExitStack) -> tuple[tuple[str, ...], Iterator[list[str]]]:
    """Open a CSV file: its header, and its rows as they are read. A file that is open stays so.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is empty, not in UTF-8 or no CSV, or a column has no name or one that another has.
    """
    text, path = _opened(source, stack)
    rows = in_utf8(csv.reader(text, strict=True), path)
    header = tuple(next(rows, ()))
    if header and header[0].startswith("\ufeff"):
        # The byte order mark of a text that somebody else has decoded.
        header = (header[0][1:].strip('"'), *header[1:])
    if not header or len(set(header)) != len(header) or not all(header):
        raise ValueError(f"{path}: the first line must name the columns, each by the API name of its field and once")
    if padded := [name for name in header if name != name.strip()]:
        raise ValueError(f"{path}: blanks around the column name {padded[0]!r}: take them out of the first line")
    return header, _checked(rows, len(header), path)


def _opened(source: CsvFile, stack: ExitStack) -> tuple[Iterable[str], str]:
    """Return the text of a CSV file, and what to call it."""
    if isinstance(source, str | PathLike):
        return _opened_path(source, stack), fspath(source)
    name = getattr(source, "name", None)
    called = name if isinstance(name, str) else "the CSV"
    file: Any = source
    if isinstance(file.read(0), str):
        return file, called
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    # Who opened the file closes it.
    stack.callback(text.detach)
    return text, called


def _opened_path(source: str | PathLike[str], stack: ExitStack) -> Iterable[str]:
    if isinstance(source, str) and ("\n" in source or "\r" in source):
        raise ValueError("a str is the path of a CSV file, and this one is of several lines: give io.StringIO(text)")
    try:
        return stack.enter_context(Path(source).open(encoding="utf-8-sig", newline=""))
    except FileNotFoundError:
        told = "there is no such CSV file; a str is the path of one, records or ids go in a list"
        raise FileNotFoundError(errno.ENOENT, told, fspath(source)) from None


def in_utf8(rows: Iterator[list[str]], path: str | Path) -> Iterator[list[str]]:
    """Yield the rows of a CSV file as they are read.

    Raises:
        ValueError: the file is not in UTF-8, or no CSV.
    """
    try:
        yield from rows
    except csv.Error as error:
        line = getattr(rows, "line_num", 0)
        raise ValueError(f"{path}: line {line} is no CSV: {error}; quotes within quotes are doubled") from error
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise ValueError(
            f"{path}: the file is not in UTF-8, for it has a byte {byte:#04x} that can't stand where it does; save it "
            'as "CSV UTF-8", or convert it, for example with: iconv -f WINDOWS-1252 -t UTF-8'
        ) from error


def _checked(rows: Iterator[list[str]], width: int, path: str) -> Iterator[list[str]]:
    number = 0
    for row in rows:
        if len(row) == width:
            yield row
        elif row:
            raise ValueError(f"{path}: row {number} has {len(row)} cells, and the first line names {width} columns")
        else:
            continue
        number += 1


def frame_rows(source: object) -> Iterator[Mapping[str, Any]] | None:
    """Return the rows of a frame as dicts, null as None; None if it is no frame.

    Raises:
        ValueError: two columns have one name.
    """
    # First: to ask it for a `schema`, as those below do, may be expensive.
    if isinstance(source, PolarsLazyFrame):
        return _lazy_rows(source)
    if isinstance(source, ArrowTable):
        return _arrow_rows(source.to_batches())
    if isinstance(source, ArrowReader):
        return _arrow_rows(source)
    if isinstance(source, ArrowBatch):
        return _arrow_rows([source])
    if isinstance(source, PolarsFrame):
        rows: Iterator[Mapping[str, Any]] = source.iter_rows(named=True)
        return rows
    if isinstance(source, PandasFrame):
        return _pandas_rows(source)
    return None


def _lazy_rows(frame: Any) -> Iterator[Mapping[str, Any]]:
    # Older versions of polars have the whole result or none.
    in_pieces = getattr(frame, "collect_batches", None)
    pieces = in_pieces(chunk_size=_FRAME_ROWS) if in_pieces is not None else [frame.collect()]
    for piece in pieces:
        yield from piece.iter_rows(named=True)


def records_of(source: Iterable[Any]) -> Iterator[Any]:
    """Yield the records of an iterable; of one of Arrow record batches, their rows."""
    items = iter(source)
    for first in items:
        rest = chain((first,), items)
        yield from _arrow_rows(rest) if isinstance(first, ArrowBatch) else rest


def _arrow_rows(batches: Iterable[Any]) -> Iterator[Mapping[str, Any]]:
    for batch in batches:
        _check_names(batch.schema.names)
        # A batch may be as large as the table.
        for start in range(0, batch.num_rows, _FRAME_ROWS):
            yield from batch.slice(start, _FRAME_ROWS).to_pylist()


def _check_names(names: list[str]) -> None:
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"the frame has the column {twice[0]} twice, and a record has a field once")


def _pandas_rows(frame: Any) -> Iterator[Mapping[str, Any]]:
    _check_names(list(map(str, frame.columns)))
    for start in range(0, len(frame), _FRAME_ROWS):
        piece = frame.iloc[start : start + _FRAME_ROWS]
        columns = []
        for name in piece.columns:
            # NaN, NaT and NA are pandas' ways to say null; `object` makes Python values of numpy's.
            values, absent = piece[name].astype(object).tolist(), piece[name].isna().tolist()
            columns.append([None if none else _scalar(value) for value, none in zip(values, absent, strict=True)])
        names = list(map(str, piece.columns))
        for row in zip(*columns, strict=True):
            yield dict(zip(names, row, strict=True))


def _scalar(value: Any) -> Any:
    if hasattr(value, "to_pydatetime"):
        return value.to_pydatetime(warn=False)
    return unboxed(value)


def check_iterable(source: object, what: str) -> None:
    """Refuse what looks like many rows and is one, or none.

    Raises:
        TypeError: it is a single record, or nothing to iterate over.
    """
    if isinstance(source, Mapping | bytes) or not isinstance(source, Iterable) or hasattr(source, "model_dump"):
        raise TypeError(
            f"{what} takes many rows: an iterable of records, a frame, or the path of a CSV file, "
            f"and not {type(source).__name__}"
        )


def dicts(source: object, what: str) -> Iterator[Mapping[str, Any]]:
    """Yield the rows that simple-salesforce's methods take.

    Raises:
        TypeError: it is a single row, a text, or nothing to iterate over; or one of its rows is no dict.
    """
    if isinstance(source, Mapping | str | bytes) or not isinstance(source, Iterable):
        raise TypeError(f"{what} takes rows, not {type(source).__name__}; give a list of dicts")
    for number, row in enumerate(source):
        if not isinstance(row, Mapping):
            raise TypeError(f"{what} takes dicts, and row {number} is {type(row).__name__}; give a list of dicts")
        yield row
