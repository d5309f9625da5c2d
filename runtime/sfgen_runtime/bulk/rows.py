"""The result of each row, and how the org writes the errors of a row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Generic, Literal, TypeAlias

from typing_extensions import TypeVar

from ..error_bodies import ErrorDetail
from ..ids import Id
from .cells import NULL

M = TypeVar("M")

# Rows are not frozen: there are millions of them, and one that is takes three times as long to make.
_ERROR = re.compile(r"(?s)([A-Z][A-Z0-9_]*):(.*?)(?::([^:]*?) *--)?\s*")


@dataclass(slots=True)
class Row(Generic[M]):
    """A row of a load. `index` is its place in the input, from 0.

    Example:
        >>> row = next(iter(untyped.Contact.bulk.insert([{"LastName": "Smith", "FirstName": None}])))
        >>> row.index, row.sent
        (0, {'LastName': 'Smith', 'FirstName': None})
    """

    index: int
    header: tuple[str, ...]
    cells: tuple[str, ...]

    @property
    def sent(self) -> Mapping[str, str | None]:
        """The row as it was sent: None for null; a field that was left as it is, is absent."""
        return {
            name: None if text == NULL else text for name, text in zip(self.header, self.cells, strict=True) if text
        }


@dataclass(slots=True)
class RowSaved(Row[M]):
    """The org saved the row: `id` is the record's, and `created` tells a new record from an updated one.

    Example:
        >>> [row] = untyped.Contact.bulk.insert([{"LastName": "Smith"}]).saved()
        >>> row.success, row.created, row.id[:3]
        (True, True, '003')
    """

    id: Id[M]
    created: bool
    success: ClassVar[Literal[True]] = True


@dataclass(slots=True)
class RowFailed(Row[M]):
    """The org refused the row. `id` is that of the record it was for, if the org said so.

    Example:
        >>> [row] = untyped.Contact.bulk.insert([{"FirstName": "Jo"}]).failures()
        >>> row.success, row.error_code, row.fields
        (False, 'REQUIRED_FIELD_MISSING', ('LastName',))
    """

    error: ErrorDetail
    id: Id[M] | None
    success: ClassVar[Literal[False]] = False

    @property
    def error_code(self) -> str:
        """The error's code, like ``REQUIRED_FIELD_MISSING``."""
        return self.error.code

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that the error names."""
        return self.error.fields

    def __str__(self) -> str:
        return f"row {self.index}: {self.error}"


@dataclass(slots=True)
class RowUnprocessed(Row[M]):
    """The org did not try the row, for its job failed or was aborted before.

    Example:
        >>> try:
        ...     untyped.Contact.bulk.insert([{"LastName": "Smith"}, {"LastName": "Jones"}])
        ... except BulkJobFailed as error:
        ...     [row.sent for row in error.result if isinstance(row, RowUnprocessed)]
        [{'LastName': 'Jones'}]
    """

    success: ClassVar[Literal[False]] = False
    id: ClassVar[None] = None

    def __str__(self) -> str:
        return f"row {self.index}: not processed"


RowResult: TypeAlias = RowSaved[M] | RowFailed[M] | RowUnprocessed[M]


def read_error(text: str) -> ErrorDetail:
    """Read the ``sf__Error`` of a row: ``CODE:message:fields --``.

    Example:
        >>> read_error("STRING_TOO_LONG:First Name: data value too large:FirstName --")
        ErrorDetail(code='STRING_TOO_LONG', message='First Name: data value too large', fields=('FirstName',))
    """
    found = _ERROR.fullmatch(text)
    if found is None:
        return ErrorDetail("UNKNOWN_EXCEPTION", text)
    fields = tuple(name.strip() for name in (found[3] or "").split(",") if name.strip())
    return ErrorDetail(found[1], found[2], fields)
