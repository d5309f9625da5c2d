"""List views and recently used records: what an org offers of its records before anybody asks a query.

An object's list views are the scopes that its describe lists: all records, my records. A record counts as recently used
if the running user was the last to change it; what was looked at is not kept.

Salesforce document: REST API Developer Guide, "sObject ListViews", "List View Describe", "List View Results",
"Recently Viewed Items".
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .ids import make_id, to_18
from .schema import COMPOUND_TYPES, DATE_TYPES, NUMBER_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sfgen.describe import FieldDescribe

    from .query import Queries
    from .schema import Schema, SObject
    from .store import Store

Json = dict[str, Any]

_MOST_COLUMNS = 5
# Fields that a view selects beside those that it shows.
_UNSEEN = ("Id", "CreatedDate", "LastModifiedDate", "SystemModstamp")
_SHOWN_TYPES = frozenset({"string", "email", "phone", "picklist", "date", "datetime", "double", "currency", "boolean"})
_SCOPES = {"everything": "All", "mine": "My"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list view."""

    field: FieldDescribe
    hidden: bool = False
    sorts: bool = False

    @property
    def selected(self) -> str:
        """How the query selects the column: a picklist by its label."""
        return f"toLabel({self.field.name})" if self.field.type == "picklist" else self.field.name

    def describe(self) -> Json:
        """Return the column as a list view's describe has it."""
        ascending, descending = _ORDER_LABELS.get(self.field.type, ("Z-A", "A-Z"))
        return {
            "ascendingLabel": ascending,
            "descendingLabel": descending,
            "fieldNameOrPath": self.field.name,
            "hidden": self.hidden,
            "label": self.field.label,
            "selectListItem": self.selected,
            "sortDirection": "ascending" if self.sorts else None,
            "sortIndex": 0 if self.sorts else None,
            "sortable": self.field.sortable,
            "type": self.field.type,
        }


_ORDER_LABELS = {
    **dict.fromkeys(NUMBER_TYPES | {"phone"}, ("9-0", "0-9")),
    **dict.fromkeys(DATE_TYPES, ("New to Old", "Old to New")),
    "picklist": ("Low to High", "High to Low"),
    "boolean": ("Selected to Not Selected", "Not Selected to Selected"),
}


@dataclass(frozen=True, slots=True)
class ListView:
    """A list view of an object."""

    sobject: SObject
    scope: str
    id: str

    @property
    def developer_name(self) -> str:
        """The name that programs use."""
        return "".join(character for character in self.label.title() if character.isalnum())

    @property
    def label(self) -> str:
        """The name that people see."""
        return f"{_SCOPES[self.scope]} {self.sobject.described.label_plural}"

    def columns(self) -> list[Column]:
        """Return the name field, the first fields that people read, and what every view selects besides."""
        name = self.sobject.name_field
        named = [] if name is None else [Column(name, sorts=True)]
        others = [
            Column(field)
            for field in self.sobject.stored
            if field.type in _SHOWN_TYPES and field is not name and field.createable and not field.compound_field
        ]
        unseen = [Column(field, hidden=True) for each in _UNSEEN if (field := self.sobject.field(each)) is not None]
        return [*named, *others[: _MOST_COLUMNS - len(named)], *unseen]

    def order_by(self) -> list[str]:
        """Return the fields that the view is sorted by."""
        name = self.sobject.name_field
        return [*([name.name] if name is not None and name.sortable else []), "Id"]

    def soql(self) -> str:
        """Return the query behind the view."""
        fields = ", ".join(column.selected for column in self.columns())
        scope = " USING SCOPE mine" if self.scope == "mine" else ""
        order = ", ".join(f"{name} ASC NULLS FIRST" for name in self.order_by())
        return f"SELECT {fields} FROM {self.sobject.name}{scope} ORDER BY {order}"

    def describe(self) -> Json:
        """Return the view as its describe answers it."""
        return {
            "columns": [column.describe() for column in self.columns()],
            "id": self.id,
            "orderBy": [
                {"fieldNameOrPath": name, "nullsPosition": "first", "sortDirection": "ascending"}
                for name in self.order_by()
            ],
            "query": self.soql(),
            "scope": self.scope,
            "sobjectType": self.sobject.name,
            "whereCondition": {"conditions": [], "conjunction": "and"},
        }


class ListViews:
    """The list views and the recently used records of one org."""

    def __init__(self, schema: Schema, store: Store, queries: Queries, user_id: str) -> None:
        self._schema = schema
        self._store = store
        self._queries = queries
        self._user_id = user_id

    def of(self, sobject: SObject) -> list[ListView]:
        """Return the list views of an object; none where its records have no pages, or no ids."""
        raw = self._schema.raw(sobject.name) or {}
        if not raw.get("layoutable", True) or not sobject.described.queryable or sobject.field("Id") is None:
            return []
        listed = raw.get("supportedScopes")
        scopes = listed if isinstance(listed, list) else []
        known = [scope.get("name") for scope in scopes if isinstance(scope, Mapping)] or ["everything"]
        number = zlib.crc32(sobject.name.encode()) * len(_SCOPES)
        offered = [scope for scope in _SCOPES if scope in known]
        return [ListView(sobject, scope, make_id("00B", number + at)) for at, scope in enumerate(offered)]

    def find(self, sobject: SObject, view_id: str) -> ListView | None:
        """Return the list view of an object with this id of 15 or 18 characters."""
        wanted = to_18(view_id)
        return next((view for view in self.of(sobject) if view.id == wanted), None)

    def find_anywhere(self, sobjects: Iterable[SObject], view_id: str) -> ListView | None:
        """Return the list view with this id, of whichever of the objects."""
        views = (self.find(sobject, view_id) for sobject in sobjects if view_id.startswith("00B"))
        return next((view for view in views if view is not None), None)

    def plan(self, sobject: SObject, rows: int) -> Json:
        """Return how a query is run that finds so many of an object's records."""
        return {
            "cardinality": rows,
            "fields": [],
            "leadingOperationType": "TableScan",
            "notes": [],
            "relativeCost": 1.0,
            "sobjectCardinality": self.count(sobject),
            "sobjectType": sobject.name,
        }

    def results(self, view: ListView, *, limit: int, skip: int, version: str) -> Json:
        """Return the view's rows from the one after `skip` on."""
        page = self._queries.query(
            f"{view.soql()} LIMIT {limit + 1} OFFSET {skip}",
            include_deleted=False,
            batch_size=limit,
            columns=False,
            version=version,
        )
        columns = view.columns()
        rows = [
            {"columns": [{"fieldNameOrPath": each.field.name, "value": _shown(row, each)} for each in columns]}
            for row in page["records"]
        ]
        return {
            "columns": [column.describe() for column in columns],
            "developerName": view.developer_name,
            "done": page["totalSize"] <= limit,
            "id": view.id,
            "label": view.label,
            "records": rows,
            "size": len(rows),
        }

    def recent(self, sobjects: Iterable[SObject], limit: int, version: str) -> list[Json]:
        """Return the records of these objects that the running user changed last, the latest first."""
        found = [each for sobject in sobjects for each in self._recent(sobject, limit, version)]
        return [record for _, record in sorted(found, key=lambda each: each[0], reverse=True)[:limit]]

    def _recent(self, sobject: SObject, limit: int, version: str) -> list[tuple[str, Json]]:
        """Return an object's recent records, each with the moment."""
        raw = self._schema.raw(sobject.name) or {}
        if not raw.get("mruEnabled", False) or sobject.field("LastModifiedById") is None:
            return []
        name = sobject.name_field
        column = '"Id"' if name is None or name.type in COMPOUND_TYPES else f'"{name.name}"'
        rows = self._store.fetch(
            f'SELECT "_modified", "Id", {column} FROM {self._store.ensure(sobject)} '
            'WHERE "_deleted" = 0 AND "LastModifiedById" = ? ORDER BY "_modified" DESC, rowid DESC LIMIT ?',
            (self._user_id, limit),
        )
        path = f"/services/data/v{version}/sobjects/{sobject.name}"
        return [
            (moment, {"attributes": {"type": sobject.name, "url": f"{path}/{key}"}, "Id": key, "Name": text})
            for moment, key, text in rows
        ]

    def count(self, sobject: SObject) -> int:
        """Return how many records an object has."""
        sql = f'SELECT COUNT(*) FROM {self._store.ensure(sobject)} WHERE "_deleted" = 0'
        return int(self._store.fetch(sql)[0][0])


def _shown(row: Mapping[str, Any], column: Column) -> str | None:
    value = row.get(column.field.name)
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)
