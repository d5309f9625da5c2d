"""The CSV of uploads: delimiters, line endings, and rows as they are read.

Salesforce document: Bulk API 2.0 and Bulk API Developer Guide, "Bulk API 2.0 CSV files", "Valid CSV Record Rows".
"""

from __future__ import annotations

import csv
import io
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

DELIMITERS = {"BACKQUOTE": "`", "CARET": "^", "COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "TAB": "\t"}
LINE_ENDINGS = {"LF": "\n", "CRLF": "\r\n"}
# A cell that clears the field; an empty one leaves it as it is.
NULL = "#N/A"


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
        self._row = 0
        try:
            self.header = [name.strip() for name in self._next() or []]
            if not any(self.header):
                raise BadBatch("InvalidBatch", "Unable to read the header: the upload has no CSV data")
        except BadBatch:
            self.release()
            raise

    def batches(self, size: int) -> Iterator[list[list[str]]]:
        """Yield the rows, up to `size` at a time; blank lines are no rows."""
        while True:
            batch: list[list[str]] = []
            try:
                while len(batch) < size and (row := self._next()) is not None:
                    if len(row) == len(self.header):
                        batch.append(row)
                    elif row:
                        raise BadBatch(
                            "InvalidBatch",
                            f"Row {self._row} has {len(row)} cells where the header has {len(self.header)}",
                        )
            except BadBatch:
                # What comes before the bad row is processed as it would be without it.
                if batch:
                    yield batch
                raise
            if not batch:
                return
            yield batch

    def release(self) -> None:
        """Leave the file open for others when this object goes."""
        self._text.detach()

    def _next(self) -> list[str] | None:
        self._row += 1
        try:
            return next(self._reader, None)
        except UnicodeDecodeError:
            raise BadBatch("InvalidBatch", f"Row {self._row} is not UTF-8 text") from None
        except csv.Error as error:
            raise BadBatch("InvalidBatch", f"Row {self._row} is no CSV: {error}") from None


def _check_line_ending(file: IO[bytes], line_ending: str) -> None:
    """Refuse the other line ending than the job's, as far as the first line tells."""
    first = file.readline()
    file.seek(0)
    if first.endswith(b"\n") and first.endswith(b"\r\n") != (line_ending == "CRLF"):
        raise BadBatch(
            "ClientInputError", f"LineEnding is invalid on user data. Current LineEnding setting is {line_ending}"
        )
