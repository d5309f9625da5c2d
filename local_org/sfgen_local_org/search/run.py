"""Running searches: which records' texts fit, and what the search returns of them.

There is no search index: every record of an object that is searched is looked at, which is quick enough for the orgs of
tests and demos.

Salesforce document: SOQL and SOSL Reference, "IN SearchGroup", "RETURNING FieldSpec".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sfgen.soql import ast

from ..query.errors import QueryError
from .errors import SearchError
from .sosl import MOST_RECORDS, Returning, parse_sosl
from .terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sfgen.describe import FieldDescribe

    from ..query import Queries
    from ..schema import Schema, SObject
    from ..store import Store
    from .terms import Expression

_TEXT_TYPES = frozenset(
    {"string", "textarea", "email", "phone", "url", "picklist", "multipicklist", "combobox", "encryptedstring"}
)
_SCOPE_TYPES = {"EMAIL": frozenset({"email"}), "PHONE": frozenset({"phone"})}
_ROWS_AT_ONCE = 1_000
_NO_DIGITS = re.compile(r"\D+")


class Searches:
    """Answers searches over one org."""

    def __init__(self, schema: Schema, store: Store, queries: Queries) -> None:
        self._schema = schema
        self._store = store
        self._queries = queries

    def search(self, sosl: str, version: str) -> list[dict[str, Any]]:
        """Return the records that a search finds, object by object.

        Raises:
            OrgError: MALFORMED_SEARCH, INVALID_SEARCH, INVALID_FIELD, INVALID_TYPE, ... with the place in the search.
        """
        try:
            search = parse_sosl(sosl)
            targets = [(each, self._object(each)) for each in search.returning]
            records: list[dict[str, Any]] = []
            with self._store.lock:
                for returning, sobject in targets or self._everything():
                    found = self._matches(sobject, search.expression, search.scope) if search.expression else []
                    records += self._records(returning, found, version)
        except SearchError as error:
            raise error.as_org_error(sosl) from None
        return records[: search.limit]

    def _object(self, returning: Returning) -> SObject:
        sobject = self._schema.get(returning.sobject)
        if sobject is None or not self._is_searched(sobject):
            why = "is not supported" if sobject is None else "can't be searched"
            raise SearchError("INVALID_TYPE", f"sObject type '{returning.sobject}' {why}.", returning.at)
        return sobject

    def _everything(self) -> list[tuple[Returning, SObject]]:
        """Return every object that a search goes through where it names none; it gets ids."""
        names = [str(raw["name"]) for raw in self._schema.raw_all()]
        objects = [found for name in names if (found := self._schema.get(name)) and self._is_searched(found)]
        return [(Returning(_ids_of(sobject.name), 0, lambda offset: 0), sobject) for sobject in objects]

    def _is_searched(self, sobject: SObject) -> bool:
        raw = self._schema.raw(sobject.name) or {}
        return bool(raw.get("searchable", True)) and sobject.described.queryable and sobject.field("Id") is not None

    def _matches(self, sobject: SObject, expression: Expression, scope: str) -> list[str]:
        """Return the ids of the live records whose texts fit."""
        fields = [field for field in sobject.stored if _in_scope(field, sobject, scope)]
        if not fields:
            return []
        columns = ", ".join(f'"{field.name}"' for field in fields)
        phones = [number for number, field in enumerate(fields, 1) if field.type == "phone"]
        sql = f'SELECT "Id", {columns} FROM {self._store.ensure(sobject)} WHERE "_deleted" = 0 ORDER BY rowid'
        rows = (row for page in self._store.stream(sql, (), _ROWS_AT_ONCE) for row in page)
        return [str(row[0]) for row in rows if expression.holds(_text(row, phones))]

    def _records(self, returning: Returning, ids: list[str], version: str) -> list[dict[str, Any]]:
        try:
            # Checked even if nothing was found: a wrong field is an error all the same.
            return self._queries.among(returning.query, ids, version=version, most=MOST_RECORDS)
        except QueryError as error:
            place = None if error.at is None else returning.place(error.at.offset)
            code = "MALFORMED_SEARCH" if error.code == "MALFORMED_QUERY" else error.code
            raise SearchError(code, error.message, place) from None


def _in_scope(field: FieldDescribe, sobject: SObject, scope: str) -> bool:
    if scope == "NAME":
        return field is sobject.name_field
    return field.type in _SCOPE_TYPES.get(scope, _TEXT_TYPES)


def _text(row: tuple[Any, ...], phones: Iterable[int]) -> Text:
    texts = [str(value) for value in row[1:] if value is not None]
    # A phone number is found by its digits, however it is written.
    texts += [_NO_DIGITS.sub("", str(row[number])) for number in phones if row[number] is not None]
    return Text(texts)


def _ids_of(sobject: str) -> ast.Query:
    return ast.Query((ast.SelectExpression(ast.FieldPath(("Id",))),), (ast.Source(ast.FieldPath((sobject,))),))
