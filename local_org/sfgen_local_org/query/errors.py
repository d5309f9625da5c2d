"""Refusing a query, with the place in its text that the real API points at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import OrgError

if TYPE_CHECKING:
    from sfgen.soql.ast import Position

_CONTEXT = 60  # characters of the query shown before and after the place


class QueryError(Exception):
    """A query that the org refuses: `code` and `message` as the API gives them, `at` where in the text, if known."""

    def __init__(self, code: str, message: str, at: Position | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.at = at

    def as_org_error(self, soql: str) -> OrgError:
        """Return the error with the line of the query and a caret under the place, as the API words it."""
        if self.at is None:
            return OrgError(400, self.code, self.message)
        start = max(soql.rfind("\n", 0, self.at.offset) + 1, self.at.offset - _CONTEXT)
        end = soql.find("\n", self.at.offset)
        end = min(len(soql) if end < 0 else end, self.at.offset + _CONTEXT)
        caret = " " * (self.at.offset - start) + "^"
        where = f"ERROR at Row:{self.at.line}:Column:{self.at.column}"
        return OrgError(400, self.code, f"\n{soql[start:end]}\n{caret}\n{where}\n{self.message}")


def malformed(message: str, at: Position | None = None) -> QueryError:
    """The query's form is wrong."""
    return QueryError("MALFORMED_QUERY", message, at)


def invalid_field(message: str, at: Position | None = None) -> QueryError:
    """A field can't be used so."""
    return QueryError("INVALID_FIELD", message, at)
