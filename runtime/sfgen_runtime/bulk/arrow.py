"""Bulk results as Arrow: a schema from describe, and pages of CSV read into it. Needs pyarrow."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from ..errors import SalesforceBulkV2ExtractError

if TYPE_CHECKING:
    from ..model.table import FieldRow

# Its functions are made at run time, where type checkers don't see them.
_compute: Any = pc
Fields = Callable[[str], "FieldRow | None"]

_TYPES: dict[str, Any] = {
    "int": pa.int32(),
    "long": pa.int64(),
    "double": pa.float64(),
    "percent": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("ms", tz="UTC"),
    "time": pa.time32("ms"),
    "multipicklist": pa.list_(pa.string()),
}


def type_of(field: FieldRow | None) -> pa.DataType:
    """Return the Arrow type of a field's values; text for what describe doesn't know."""
    if field is None:
        return pa.string()
    if field.type == "currency":
        # Describe says 18 digits for most; formulas may hold more than it says.
        return pa.decimal128(max(field.precision, 18), field.scale)
    return _TYPES.get(field.type, pa.string())


def batches(pages: Iterator[bytes], fields: Fields, own_columns: int | None) -> Iterator[pa.RecordBatch]:
    """Yield the pages as record batches of one schema."""
    for page in pages:
        yield from _read(page, fields, own_columns).to_batches()


def table(pages: Iterator[bytes], fields: Fields, own_columns: int | None) -> pa.Table:
    """Return all pages as one table."""
    return pa.concat_tables([_read(page, fields, own_columns) for page in pages])


def write_parquet(pages: Iterator[bytes], fields: Fields, own_columns: int | None, path: Path) -> int:
    """Write the pages to a Parquet file, a row group each; return the number of rows."""
    writer: Any = None
    count = 0
    try:
        for page in pages:
            read = _read(page, fields, own_columns)
            writer = writer or pyarrow.parquet.ParquetWriter(path, read.schema)
            writer.write_table(read)
            count += read.num_rows
    finally:
        if writer is not None:
            writer.close()
    return count


def _read(page: bytes, fields: Fields, own_columns: int | None) -> pa.Table:
    names = _names(page)[:own_columns]
    wanted = {name: type_of(fields(name)) for name in names}
    try:
        return _table(page, wanted)
    except pa.ArrowInvalid as error:
        types = ", ".join(f"{name} {kind}" for name, kind in wanted.items() if not pa.types.is_string(kind))
        raise SalesforceBulkV2ExtractError(
            f"the results are not of the types that describe says, {types}: {error}. to_csv() writes them as they are"
        ) from error


def _table(page: bytes, wanted: dict[str, pa.DataType]) -> pa.Table:
    read = pyarrow.csv.read_csv(
        io.BytesIO(page),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types={name: _read_as(kind) for name, kind in wanted.items()},
            include_columns=list(wanted),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
            true_values=["true"],
            false_values=["false"],
            timestamp_parsers=[pyarrow.csv.ISO8601],
        ),
        # The whole page as one block: a value may be longer than any block one would choose.
        read_options=pyarrow.csv.ReadOptions(block_size=max(len(page), 1)),
    )
    columns = [_converted(name, read.column(name), kind) for name, kind in wanted.items()]
    return pa.table(columns, schema=pa.schema([pa.field(name, kind) for name, kind in wanted.items()]))


def _names(page: bytes) -> list[str]:
    import csv

    return next(csv.reader(io.TextIOWrapper(io.BytesIO(page), encoding="utf-8-sig", newline="")), [])


def _read_as(kind: pa.DataType) -> pa.DataType:
    """Return what the CSV reader is to make of a column: text where the API writes values in a way of its own."""
    return pa.string() if pa.types.is_time(kind) or pa.types.is_list(kind) or pa.types.is_decimal(kind) else kind


def _converted(name: str, column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if pa.types.is_list(kind):
        return _compute.split_pattern(column, ";")
    if pa.types.is_time(kind):
        # A time of day has no zone; the Z that the API writes means nothing.
        return _compute.replace_substring(column, "Z", "").cast(kind)
    if pa.types.is_decimal(kind):
        try:
            return column.cast(kind)
        except pa.ArrowInvalid as error:
            raise pa.ArrowInvalid(f"in column {name}: {error}") from None
    return column
