"""What a load takes rows from: records, pairs, CSV files, Arrow tables, pandas and polars frames."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol, TypeAlias, runtime_checkable

_FRAME_ROWS = 10_000


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


Table: TypeAlias = str | Path | ArrowTable | ArrowReader | PolarsFrame | PandasFrame
"""A source whose rows have no type: the path of a CSV file, or a frame."""


def csv_rows(source: str | Path, stack: ExitStack) -> tuple[tuple[str, ...], Iterator[list[str]]]:
    """Open a CSV file: its header, and its rows as they are read.

    Raises:
        ValueError: it is empty, not in UTF-8 or no CSV, or a column has no name or one that another has.
    """
    path = Path(source)
    text = stack.enter_context(path.open(encoding="utf-8-sig", newline=""))
    rows = in_utf8(csv.reader(text, strict=True), path)
    header = tuple(next(rows, ()))
    if not header or len(set(header)) != len(header) or not all(header):
        raise ValueError(f"{path}: the first line must name the columns, each by the API name of its field and once")
    if padded := [name for name in header if name != name.strip()]:
        raise ValueError(f"{path}: blanks around the column name {padded[0]!r}: take them out of the first line")
    return header, _checked(rows, len(header), path)


def in_utf8(rows: Iterator[list[str]], path: Path) -> Iterator[list[str]]:
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


def _checked(rows: Iterator[list[str]], width: int, path: Path) -> Iterator[list[str]]:
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
    if isinstance(source, ArrowTable):
        return _arrow_rows(source.to_batches())
    if isinstance(source, ArrowReader):
        return _arrow_rows(source)
    if isinstance(source, PolarsFrame):
        rows: Iterator[Mapping[str, Any]] = source.iter_rows(named=True)
        return rows
    if isinstance(source, PandasFrame):
        return _pandas_rows(source)
    return None


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
    return value.item() if hasattr(value, "item") and hasattr(value, "dtype") else value


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
