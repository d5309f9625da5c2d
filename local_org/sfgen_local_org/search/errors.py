"""Refusing a search, with the place in its text."""

from __future__ import annotations

from sfgen.soql import position_of

from ..errors import OrgError

_CONTEXT = 60  # characters of the search shown before and after the place


class SearchError(Exception):
    """A search that the org refuses: `code` and `message` as the API gives them, `offset` where in it, if known."""

    def __init__(self, code: str, message: str, offset: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.offset = offset

    def as_org_error(self, sosl: str) -> OrgError:
        """Return the error with the line of the search and a caret under the place, as the API words it."""
        if self.offset is None:
            return OrgError(400, self.code, self.message)
        at = position_of(sosl, self.offset)
        start = max(at.offset - at.column + 1, at.offset - _CONTEXT)
        end = sosl.find("\n", at.offset)
        end = min(len(sosl) if end < 0 else end, at.offset + _CONTEXT)
        caret = " " * (at.offset - start) + "^"
        where = f"ERROR at Row:{at.line}:Column:{at.column}"
        # The platform's search parser counts the columns of a line from 0, its error message from 1.
        place = f"line {at.line}:{at.column - 1} " if self.code == "MALFORMED_SEARCH" else ""
        return OrgError(400, self.code, f"\n{sosl[start:end]}\n{caret}\n{where}\n{place}{self.message}")
