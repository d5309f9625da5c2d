"""Writing CSV a column at a time, which takes a third of the time that `csv.writer` does: there are millions of rows.

Salesforce document: Bulk API 2.0 and Bulk API Developer Guide, "Valid CSV Record Rows".
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

_SEPARATOR = "\0"


def csv_of(rows: Sequence[Sequence[str]], delimiter: str, line_ending: str, quoting: int = csv.QUOTE_MINIMAL) -> str:
    r"""Return rows as CSV.

    With `QUOTE_MINIMAL`, cells are quoted that hold a quote, the delimiter or a line break of any kind: a lone carriage
    return ends a row for the org, whatever the line ending.

    Example:
        >>> csv_of([["LastName", "Title"], ["Smith", "CEO, CFO"]], ",", "\n")
        'LastName,Title\nSmith,"CEO, CFO"\n'
    """
    if quoting != csv.QUOTE_MINIMAL:
        buffer = io.StringIO()
        writer = csv.writer(buffer, delimiter=delimiter, lineterminator=line_ending, quoting=quoting)  # type: ignore[arg-type]
        writer.writerows(rows)
        return buffer.getvalue()
    if len(set(map(len, rows))) > 1:
        # It is for the org to say that a row has too few cells or too many.
        return "".join([csv_of([row], delimiter, line_ending) for row in rows])
    columns = [_quoted_if_needed(column, delimiter) for column in zip(*rows, strict=True)]
    lines = list(map(delimiter.join, zip(*columns, strict=True))) if columns else [""] * len(rows)
    if len(columns) == 1:
        # A line without anything on it is no row.
        lines = [line or '""' for line in lines]
    return line_ending.join([*lines, ""])


def quoted_cells(rows: Iterable[Sequence[str]], delimiter: str) -> list[str]:
    """Return rows as the org writes them, each cell in quotes, but for the first and the last quote of each row."""
    columns = [_escaped(column) for column in zip(*rows, strict=True)]
    return list(map(f'"{delimiter}"'.join, zip(*columns, strict=True)))


def _quoted_if_needed(column: Sequence[str], delimiter: str) -> Sequence[str]:
    whole = "".join(column)
    if not ('"' in whole or delimiter in whole or "\n" in whole or "\r" in whole):
        return column
    return [
        '"' + text.replace('"', '""') + '"'
        if '"' in text or delimiter in text or "\n" in text or "\r" in text
        else text
        for text in column
    ]


def _escaped(column: Sequence[str]) -> Sequence[str]:
    # All cells in one call, unless one of them has the separator.
    text = _SEPARATOR.join(column)
    if '"' not in text:
        return column
    cells = text.replace('"', '""').split(_SEPARATOR)
    return cells if len(cells) == len(column) else [cell.replace('"', '""') for cell in column]
