"""SOSL, the plain part of it: `FIND {words} [IN ... FIELDS] [RETURNING Object(fields WHERE ... LIMIT n), ...]`.

There is no search index. A row is found if each word begins a word in one of its text fields, and the search is a SOQL
query with LIKE. What goes beyond that (AND, OR, NOT, WITH clauses) is refused with a message that says so.

Salesforce document: SOQL and SOSL Reference, "SOSL Syntax".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sfgen_local_org.http.call import Answer, Call
from sfgen_local_org.http.errors import ApiError
from sfgen_local_org.http.router import Route

if TYPE_CHECKING:
    from sfgen_local_org.org import Org

_FIND = re.compile(r"\s*FIND\s*\{((?:[^\\}]|\\.)*)\}\s*", re.IGNORECASE | re.DOTALL)
_SCOPE = re.compile(r"IN\s+(ALL|NAME|EMAIL|PHONE|SIDEBAR)\s+FIELDS\b\s*", re.IGNORECASE)
_RETURNING = re.compile(r"RETURNING\s+", re.IGNORECASE)
_NAME = re.compile(r"\s*(\w+)\s*")
_LIMIT = re.compile(r"LIMIT\s+(\d+)\s*", re.IGNORECASE)
_FIELDS_END = re.compile(r"\b(WHERE|ORDER\s+BY|LIMIT|OFFSET|USING)\b", re.IGNORECASE)
# Up to the next clause, whose words may stand inside string literals as well.
_WHERE = re.compile(
    r"WHERE\b((?:'(?:[^'\\]|\\.)*'|(?!\b(?:ORDER\s+BY|LIMIT|OFFSET)\b)[^'])*)", re.IGNORECASE | re.DOTALL
)
_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|((?:[^\s"\\]|\\.)+)', re.DOTALL)
_OPERATORS = frozenset({"and", "or", "not"})
_RESERVED = re.compile(r"[&|!{}\[\]()^~:]")
_TEXT_TYPES = frozenset({"string", "email", "phone", "url", "picklist", "combobox", "encryptedstring"})
_SCOPES = {"EMAIL": {"email"}, "PHONE": {"phone"}}
_LARGEST_RESULT = 2_000
# Real orgs refuse searches for a single character as well.
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class _Returning:
    """One object of RETURNING: its fields, and the rest of the clause (WHERE, ORDER BY, LIMIT) as SOQL."""

    sobject: str
    fields: str
    rest: str


class Search:
    """The search endpoint."""

    def __init__(self, org: Org) -> None:
        self._org = org

    def routes(self) -> list[Route]:
        """Return the endpoints."""
        return [Route("GET", "/services/data/v{version}/search", self.search)]

    def search(self, call: Call) -> Answer:
        """Answer the rows that a SOSL search finds."""
        sosl = call.query.get("q", "")
        words, scope, returning, limit = _read(sosl)
        if not returning:
            objects = self._org.describe_global()["sobjects"]
            returning = [
                _Returning(item["name"], "Id", "")
                for item in objects
                if item.get("searchable") and item.get("queryable")
            ]
        rows: list[dict[str, Any]] = []
        for part in returning:
            if condition := self._condition(part.sobject, words, scope):
                rows += self._org.query(_soql(part, condition), version=call.version)["records"]
        return Answer(200, {"searchRecords": rows[:limit]})

    def _condition(self, sobject: str, words: list[str], scope: str) -> str:
        """Return the WHERE that finds the words in the object's text fields; empty where it has none to search."""
        searched = [field for field in self._org.describe(sobject)["fields"] if _is_searched(field, scope)]
        if not searched:
            return ""
        return " AND ".join(f"({_any_field(searched, word)})" for word in words)


def _is_searched(field: dict[str, Any], scope: str) -> bool:
    if not field.get("filterable", True):
        return False
    if scope == "NAME":
        return bool(field.get("nameField"))
    return field.get("type") in _SCOPES.get(scope, _TEXT_TYPES)


def _any_field(fields: list[dict[str, Any]], word: str) -> str:
    # A word begins at the start of the text or after a space.
    patterns = (f"{word}%", f"% {word}%")
    return " OR ".join(f"{field['name']} LIKE '{pattern}'" for field in fields for pattern in patterns)


def _soql(part: _Returning, condition: str) -> str:
    rest = part.rest
    if match := _WHERE.match(rest):
        condition, rest = f"({condition}) AND ({match[1]})", rest[match.end() :]
    tail = rest if _LIMIT.search(rest) else f"{rest} LIMIT {_LARGEST_RESULT}"
    # SOQL, not SQL: what the client wrote goes to the same parser as a query of its own.
    return f"SELECT {part.fields} FROM {part.sobject} WHERE {condition} {tail}"


def _read(sosl: str) -> tuple[list[str], str, list[_Returning], int]:
    """Return the words as LIKE patterns, the scope, what to return, and the limit."""
    found = _FIND.match(sosl)
    if not found:
        raise _malformed("a search begins with FIND {words}")
    rest = sosl[found.end() :]
    scope = "ALL"
    if match := _SCOPE.match(rest):
        scope, rest = match[1].upper(), rest[match.end() :]
    returning: list[_Returning] = []
    if match := _RETURNING.match(rest):
        returning, rest = _read_returning(rest[match.end() :])
    limit = _LARGEST_RESULT
    if match := _LIMIT.match(rest):
        limit, rest = min(int(match[1]), limit), rest[match.end() :]
    if rest.strip():
        raise _malformed(f"the local org's search does not have this: {rest.strip()[:60]}")
    return _read_words(found[1]), scope, returning, limit


def _read_words(text: str) -> list[str]:
    words: list[str] = []
    for match in _WORD.finditer(text):
        quoted, text = match[1] is not None, match[1] or match[2] or ""
        if not quoted and (text.lower() in _OPERATORS or _RESERVED.search(re.sub(r"\\.", "", text))):
            raise _malformed(f"the local org's search has words, phrases, * and ?, but not {text}")
        words.append(_pattern(text))
    if sum(len(word) for word in words) < _SHORTEST:
        raise _malformed("search term must be longer than one character")
    return words


def _pattern(text: str) -> str:
    """Return a word of the search as the inside of a SOQL LIKE literal: every character of it is quoted for both."""
    pattern: list[str] = []
    characters = iter(text)
    for character in characters:
        if character == "\\":
            character = next(characters, "\\")
        elif character in "*?":
            pattern.append("%" if character == "*" else "_")
            continue
        pattern.append(f"\\{character}" if character in "\\'%_" else character)
    return "".join(pattern)


def _read_returning(text: str) -> tuple[list[_Returning], str]:
    parts: list[_Returning] = []
    while True:
        match = _NAME.match(text)
        if not match:
            raise _malformed("RETURNING needs the name of an object")
        text, inside = text[match.end() :], ""
        if text.startswith("("):
            end = _closing(text)
            inside, text = text[1:end].strip(), text[end + 1 :].lstrip()
        clause = _FIELDS_END.search(inside)
        fields = inside[: clause.start()] if clause else inside
        parts.append(_Returning(match[1], fields.strip() or "Id", inside[clause.start() :] if clause else ""))
        if not text.startswith(","):
            return parts, text
        text = text[1:]


def _closing(text: str) -> int:
    """Return where the parenthesis that `text` begins with ends, string literals skipped."""
    depth = 0
    for match in re.finditer(r"'(?:[^'\\]|\\.)*'|[()]", text, re.DOTALL):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if depth == 0:
            return match.start()
    raise _malformed("a parenthesis is not closed")


def _malformed(why: str) -> ApiError:
    return ApiError(400, "MALFORMED_SEARCH", why)
