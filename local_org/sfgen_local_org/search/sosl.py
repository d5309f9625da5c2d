"""Reading SOSL: what to find, in which fields, and which fields of which objects to return.

Salesforce document: SOQL and SOSL Reference, "SOSL Syntax".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from sfgen.soql import SoqlSyntaxError, ast, parse

from .errors import SearchError
from .terms import parse_expression

if TYPE_CHECKING:
    from collections.abc import Callable

    from .terms import Expression

MAX_LENGTH = 100_000  # characters of a SOSL statement
MOST_RECORDS = 2_000
# A longer expression finds nothing, as the platform has it.
_LONGEST_EXPRESSION = 10_000

_SPACE = re.compile(r"\s*")
_FIND = re.compile(r"FIND\b", re.IGNORECASE)
_BRACES = re.compile(r"\{((?:[^\\}]|\\.)*)\}", re.DOTALL)
_SCOPE = re.compile(r"IN\s+(\w+)\s+FIELDS\b", re.IGNORECASE)
_RETURNING = re.compile(r"RETURNING\b", re.IGNORECASE)
_NAME = re.compile(r"\w+")
_LIMIT = re.compile(r"LIMIT\s+(\d{1,9})\b", re.IGNORECASE)
_WITH = re.compile(r"(?:AND\b|WITH\b)\s*(\w*)", re.IGNORECASE)
_SPELLING = re.compile(r"(?:AND|WITH)\s+SPELL_CORRECTION\s*=\s*(?:true|false)\b", re.IGNORECASE)
_UPDATE = re.compile(r"UPDATE\s+(?:TRACKING|VIEWSTAT)(?:\s*,\s*(?:TRACKING|VIEWSTAT))?\b", re.IGNORECASE)
_INSIDE = re.compile(r"'(?:[^'\\]|\\.)*'|[()]|\b(?:WHERE|ORDER\s+BY|LIMIT|OFFSET|USING)\b", re.IGNORECASE | re.DOTALL)
_SCOPES = frozenset({"ALL", "NAME", "EMAIL", "PHONE", "SIDEBAR"})
_SELECT = "SELECT "


@dataclass(frozen=True, slots=True)
class Returning:
    """One object of RETURNING: the query for its records, where its name stands, and where a place in the query is."""

    query: ast.Query
    at: int
    place: Callable[[int], int]

    @property
    def sobject(self) -> str:
        """The object's name as the search has it."""
        return str(self.query.sources[0].path)


@dataclass(frozen=True, slots=True)
class Sosl:
    """A search. `expression` is None where it is too long to find anything; no `returning` means every object."""

    expression: Expression | None
    scope: str
    returning: tuple[Returning, ...]
    limit: int


def parse_sosl(text: str) -> Sosl:
    """Read a search.

    Raises:
        SearchError: the text is no SOSL, or asks for what this org's search doesn't have.
    """
    if len(text) > MAX_LENGTH:
        raise SearchError("MALFORMED_SEARCH", f"SOSL statements cannot be longer than {MAX_LENGTH} characters.")
    return _Reader(text).statement()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def statement(self) -> Sosl:
        if not self._take(_FIND):
            self._fail("a search begins with FIND {search expression}")
        found = self._take(_BRACES)
        if found is None:
            self._fail("No search term found. The search term must be enclosed in braces")
        words = found[1]
        expression = parse_expression(words, found.start(1)) if len(words) <= _LONGEST_EXPRESSION else None
        scope = self._scope()
        returning = self._returning() if self._take(_RETURNING) else ()
        self._with()
        limit = self._take(_LIMIT)
        self._take(_UPDATE)
        if self._at < len(self._text):
            self._fail(f"unexpected token: '{self._next_word()}'")
        if len(returning) > 1 and any(each.query.offset is not None for each in returning):
            self._fail("OFFSET is allowed only in a search that returns one object", returning[0].at)
        return Sosl(expression, scope, returning, min(int(limit[1]), MOST_RECORDS) if limit else MOST_RECORDS)

    def _scope(self) -> str:
        found = self._take(_SCOPE)
        if found is None:
            return "ALL"
        if found[1].upper() not in _SCOPES:
            self._fail(f"unexpected token: '{found[1]}'", found.start(1))
        return found[1].upper()

    def _returning(self) -> tuple[Returning, ...]:
        parts: list[Returning] = []
        while True:
            name = self._take(_NAME)
            if name is None:
                self._fail("RETURNING needs the name of an object")
            parts.append(self._parenthesis(name) if self._starts_with("(") else _read_query(name, "Id", "", 0, 0))
            if not self._starts_with(","):
                return tuple(parts)
            self._at += 1

    def _parenthesis(self, name: re.Match[str]) -> Returning:
        """Read `(fields WHERE ... ORDER BY ... LIMIT ... OFFSET ...)`."""
        self._skip_space()
        start, clause, depth = self._at + 1, None, 0
        for match in _INSIDE.finditer(self._text, self._at):
            depth += {"(": 1, ")": -1}.get(match[0], 0)
            if depth == 0:
                break
            if depth == 1 and clause is None and match[0][0].isalpha():
                clause = match
        else:
            self._fail("a parenthesis is not closed")
        if clause is not None and clause[0].upper() == "USING":
            self._fail("the local org's search has no USING ListView", clause.start())
        middle = match.start() if clause is None else clause.start()
        fields, rest = self._text[start:middle], self._text[middle : match.start()]
        if not fields.strip():
            self._fail("RETURNING needs at least one field in the parentheses", middle)
        self._at = match.end()
        return _read_query(name, fields, rest, start, middle)

    def _with(self) -> None:
        """Read the WITH clauses: only the one about spelling can be kept, for nothing is ever corrected here."""
        while self._take(_SPELLING):
            pass
        self._skip_space()
        if match := _WITH.match(self._text, self._at):
            self._fail(f"the local org's search does not have WITH {match[1].upper()}")

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        self._skip_space()
        match = pattern.match(self._text, self._at)
        if match is not None:
            self._at = match.end()
            self._skip_space()
        return match

    def _skip_space(self) -> None:
        if match := _SPACE.match(self._text, self._at):
            self._at = match.end()

    def _starts_with(self, mark: str) -> bool:
        self._skip_space()
        return self._text.startswith(mark, self._at)

    def _next_word(self) -> str:
        match = _NAME.match(self._text, self._at)
        return match[0] if match else self._text[self._at]

    def _fail(self, message: str, at: int | None = None) -> NoReturn:
        raise SearchError("MALFORMED_SEARCH", message, self._at if at is None else at)


def _read_query(name: re.Match[str], fields: str, rest: str, fields_at: int, rest_at: int) -> Returning:
    """Read one object of RETURNING as the SOQL that it is but for the order of its parts."""
    head = f"{_SELECT}{fields} FROM "
    soql = f"{head}{name[0]} {rest}"

    def place(offset: int) -> int:
        if offset >= (after := len(head) + len(name[0])):
            return rest_at + max(offset - after - 1, 0) if rest_at else name.end()
        if offset >= len(head):
            return name.start() + offset - len(head)
        return fields_at + min(max(offset - len(_SELECT), 0), len(fields))

    try:
        query = parse(soql)
    except SoqlSyntaxError as error:
        at = error.position.offset
        ended = len(_SELECT) + len(fields) <= at < len(head)  # the FROM of the query isn't in the search
        message = "the list of fields ends too early" if ended else error.message
        raise SearchError("MALFORMED_SEARCH", message, place(at)) from None
    plain = all(isinstance(item, ast.SelectExpression) for item in query.select)
    grouped = query.group_by is not None or query.having is not None
    if not plain or grouped or len(query.sources) > 1 or query.scope or query.with_ or query.locks or query.tracking:
        message = "RETURNING takes fields, WHERE, ORDER BY, LIMIT and OFFSET, and nothing else of SOQL"
        raise SearchError("MALFORMED_SEARCH", message, name.start())
    return Returning(query, name.start(), place)
