"""The CSV of uploads: delimiters, line endings, and rows as they are read.

Salesforce document: Bulk API 2.0 and Bulk API Developer Guide, "Bulk API 2.0 CSV files", "Valid CSV Record Rows".
"""

from __future__ import annotations

import csv
import io
from itertools import islice
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DELIMITERS = {"BACKQUOTE": "`", "CARET": "^", "COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "TAB": "\t"}
LINE_ENDINGS = {"LF": "\n", "CRLF": "\r\n"}
# A cell that clears the field; an empty one leaves it as it is.
NULL = "#N/A"
_SEPARATOR = "\0"


def escaped(column: Sequence[str]) -> Sequence[str]:
    """Return the cells of a column as they stand between quotes."""
    whole = _SEPARATOR.join(column)
    if '"' not in whole:
        return column
    # All cells at once, unless one of them has the separator: most of a job's time would go into a call for each.
    cells = whole.replace('"', '""').split(_SEPARATOR)
    return cells if len(cells) == len(column) else [cell.replace('"', '""') for cell in column]


class BadBatch(Exception):
    """An upload that can't be processed: `code` and `message` as a job's state reports them."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code} : {message}")
        self.code = code
        self.message = message


class Upload:
    """The rows of an uploaded CSV file: `header`, and then the rows, each with a cell for every column.

    Raises:
        BadBatch: here or while reading: not UTF-8, no CSV, no header, a row with too few or too many cells.
    """

    def __init__(self, file: IO[bytes], delimiter: str, line_ending: str | None = None) -> None:
        file.seek(0)
        if line_ending is not None:
            _check_line_ending(file, line_ending)
        self._text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
        self._reader = csv.reader(self._text, delimiter=delimiter, strict=True)
        self._row = 1
        first: list[list[str]] = []
        problem = self._fill(first, 1)
        self.header = [name.strip() for name in first[0]] if first else []
        if problem is None and not any(self.header):
            problem = BadBatch("InvalidBatch", "Unable to read the header: the upload has no CSV data")
        if problem is not None:
            self.release()
            raise problem
        self._row = 2

    def batches(self, size: int) -> Iterator[list[list[str]]]:
        """Yield the rows, up to `size` at a time; blank lines are no rows."""
        width = {len(self.header)}
        while True:
            batch: list[list[str]] = []
            problem = self._fill(batch, size)
            read = len(batch)
            if {*map(len, batch)} != width:
                batch, problem = self._whole_rows(batch, problem)
            if batch:
                yield batch
            # What comes before a bad row is processed as it would be without it.
            if problem is not None:
                raise problem
            if not read:
                return
            self._row += read

    def release(self) -> None:
        """Leave the file open for others when this object goes."""
        self._text.detach()

    def _fill(self, batch: list[list[str]], size: int) -> BadBatch | None:
        """Read rows into the batch, up to the first that can't be read."""
        try:
            batch.extend(islice(self._reader, size))
        except UnicodeDecodeError:
            return BadBatch("InvalidBatch", f"Row {self._row + len(batch)} is not UTF-8 text")
        except csv.Error as error:
            return BadBatch("InvalidBatch", f"Row {self._row + len(batch)} is no CSV: {error}")
        return None

    def _whole_rows(self, batch: list[list[str]], problem: BadBatch | None) -> tuple[list[list[str]], BadBatch | None]:
        """Return the rows up to the first that has too few or too many cells; blank lines are no rows."""
        rows: list[list[str]] = []
        for number, row in enumerate(batch, self._row):
            if len(row) == len(self.header):
                rows.append(row)
            elif row:
                cells = f"{len(row)} cells where the header has {len(self.header)}"
                return rows, BadBatch("InvalidBatch", f"Row {number} has {cells}")
        return rows, problem


def _check_line_ending(file: IO[bytes], line_ending: str) -> None:
    """Refuse the other line ending than the job's, as far as the first line tells."""
    first = file.readline()
    file.seek(0)
    if first.endswith(b"\n") and first.endswith(b"\r\n") != (line_ending == "CRLF"):
        raise BadBatch(
            "ClientInputError", f"LineEnding is invalid on user data. Current LineEnding setting is {line_ending}"
        )
