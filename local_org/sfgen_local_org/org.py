"""A Salesforce org in one object: what the HTTP face calls, and what a test can call without any HTTP.

Salesforce document: REST API Developer Guide.
"""

from __future__ import annotations

import base64
import datetime as dt
from typing import TYPE_CHECKING, Any

from .bulk.reading import CsvQuery
from .bulk.writing import RowWriter
from .errors import OrgError, no_such_field, not_found
from .ids import make_id, to_18
from .listviews import ListViews
from .query import Queries
from .records import Records
from .repeats import repeated
from .schema import Schema
from .search import Searches
from .seed import Seeder
from .store import Store
from .users import add_running_user, system_describes
from .values import write_moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from .bulk.faults import JobFaults
    from .listviews import ListView
    from .schema import SObject

__all__ = ["Org", "OrgError"]

# What the list of objects says of each, and what it says where the describe doesn't.
_GLOBAL_KEYS: dict[str, Any] = {
    **dict.fromkeys(("associateEntityType", "associateParentEntity", "keyPrefix"), None),
    **dict.fromkeys(("activateable", "custom", "customSetting", "deepCloneable", "deprecatedAndHidden"), False),
    **dict.fromkeys(("feedEnabled", "hasSubtypes", "isInterface", "isSubtype", "mergeable", "mruEnabled"), False),
    **dict.fromkeys(("createable", "deletable", "layoutable", "queryable", "replicateable", "retrieveable"), True),
    **dict.fromkeys(("searchable", "triggerable", "undeletable", "updateable"), True),
}


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Org:
    """An org with the objects of `describes`, empty but for its running user. Safe to call from several threads.

    Example:
        >>> org = Org(describes().values())
        >>> account_id = org.create("Account", {"Name": "Acme"})
        >>> org.update("Account", account_id, {"Phone": "+49 89 1234"})
        >>> org.retrieve("Account", account_id, ["Name", "Phone"])["Phone"]
        '+49 89 1234'
        >>> org.query("SELECT Name FROM Account")["records"][0]["Name"]
        'Acme'
        >>> org.search("FIND {Acme} RETURNING Account(Name)")[0]["Name"]
        'Acme'
        >>> org.record_counts(["Account"]), [record["Id"] == account_id for record in org.recent("Account", limit=1)]
        ({'Account': 1}, [True])
        >>> org.delete("Account", account_id)
        >>> org.close()
    """

    def __init__(
        self,
        describes: Iterable[Mapping[str, Any]],
        *,
        database: str = ":memory:",
        api_version: str = "62.0",
        clock: Callable[[], dt.datetime] = _now,
    ) -> None:
        self.api_version = api_version
        self.id = make_id("00D", 1)
        self.user_id = make_id("005", 1)
        self._clock = clock
        self._schema = Schema(describes, system_describes())
        self._store = Store(database)
        self._records = Records(self._schema, self._store, clock, self.user_id)
        self._queries = Queries(self._schema, self._store, clock, self.user_id)
        self._views = ListViews(self._schema, self._store, self._queries, self.user_id)
        self._searches = Searches(self._schema, self._store, self._queries)
        self._seeder = Seeder(self._schema, self._store, self._records, clock, self.user_id)
        with self._store.transaction():
            add_running_user(self._schema, self._store, self._seeder, self.id, self.user_id)

    def close(self) -> None:
        """Close the database."""
        self._store.close()

    @property
    def user(self) -> dict[str, Any]:
        """The running user's record.

        Example:
            >>> org.user["Id"] == org.user_id
            True
        """
        return self.retrieve("User", self.user_id)

    # --- metadata ---

    def describe_global(self) -> dict[str, Any]:
        """Return the list of objects, as `GET .../sobjects` answers it.

        Example:
            >>> "Account" in [listed["name"] for listed in org.describe_global()["sobjects"]]
            True
        """
        objects = []
        for raw in self._schema.raw_all():
            base = f"/services/data/v{self.api_version}/sobjects/{raw['name']}"
            urls = {"sobject": base, "describe": f"{base}/describe", "rowTemplate": f"{base}/{{ID}}"}
            names = {key: raw.get(key) or raw["name"] for key in ("name", "label", "labelPlural")}
            flags = {key: raw.get(key, default) for key, default in _GLOBAL_KEYS.items()}
            objects.append(dict(sorted((flags | names).items())) | {"urls": urls})
        return {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": objects}

    def describe(self, name: str) -> dict[str, Any]:
        """Return an object's describe as it was given.

        Example:
            >>> org.describe("Account")["keyPrefix"]
            '001'

        Raises:
            OrgError: NOT_FOUND.
        """
        raw = self._schema.raw(name)
        if raw is None:
            raise not_found()
        return dict(raw)

    # --- records ---

    def create(self, sobject: str, record: Mapping[str, Any]) -> str:
        """Add a record and return its id of 18 characters."""
        return self._records.create(self._object(sobject), record)

    def update(self, sobject: str, record_id: str, record: Mapping[str, Any]) -> None:
        """Change the given fields of a record; null clears one."""
        self._records.update(self._object(sobject), record_id, record)

    def upsert(self, sobject: str, field: str, value: str, record: Mapping[str, Any]) -> tuple[str, bool]:
        """Update the record with this external id, or create it; return its id and whether it is new.

        Example:
            >>> account_id, created = org.upsert("Account", "ERP_Id__c", "org/1", {"Name": "Acme"})
            >>> org.find_by_field("Account", "ERP_Id__c", "org/1") == account_id, created
            (True, True)

        Raises:
            OrgError: status 300 with `choices` if several records match.
        """
        found = self._object(sobject)
        try:
            return self._records.upsert(found, field, value, record)
        except OrgError as error:
            raise self._with_urls(error, found) from None

    def repeated_keys(self, sobject: str, field: str, keys: Sequence[object]) -> dict[int, OrgError]:
        """Return why records of one upsert can't be written since others have the same key, by their places.

        Example:
            >>> sorted(org.repeated_keys("Account", "ERP_Id__c", ["a", "b", "A"]))
            [0, 2]
        """
        key = self._object(sobject).field(field)
        return repeated(keys, key) if key is not None and key.type != "id" else {}

    def delete(self, sobject: str, record_id: str) -> None:
        """Move a record to the recycle bin, with the children that describe deletes with it."""
        self._records.delete(self._object(sobject), record_id)

    def retrieve(
        self, sobject: str, record_id: str, fields: Sequence[str] | None = None, *, version: str | None = None
    ) -> dict[str, Any]:
        """Return a record: the named fields, or all."""
        found = self._object(sobject)
        names = self._fields(found, fields)
        with self._store.lock:
            full = str(self._records.live_row(found, record_id)["Id"])
            return self._queries.record(found, names, full, version or self.api_version)

    def find_by_field(self, sobject: str, field: str, value: str) -> str:
        """Return the id of the record that has this external id.

        Example:
            >>> org.find_by_field("Account", "ERP_Id__c", "nobody's")
            Traceback (most recent call last):
                ...
            sfgen_local_org.errors.OrgError: NOT_FOUND: ...

        Raises:
            OrgError: NOT_FOUND, or status 300 with `choices` if several match.
        """
        found = self._object(sobject)
        try:
            return self._records.find(found, field, value)
        except OrgError as error:
            raise self._with_urls(error, found) from None

    def blob(self, sobject: str, record_id: str, field: str) -> bytes:
        """Return the content of a base64 field, as `GET .../{id}/{field}` answers it.

        Example:
            >>> org.blob("Attachment", attachment.id, "Body")[:4]
            b'%PDF'
        """
        found = self._object(sobject)
        described = found.field(field)
        if described is None or described.type != "base64":
            raise not_found()
        value = self._records.live_row(found, record_id)[described.name]
        return base64.b64decode(str(value)) if value is not None else b""

    def updated(self, sobject: str, start: dt.datetime, end: dt.datetime) -> dict[str, Any]:
        """Return the ids of the records that were created or changed in the time span.

        Example:
            >>> end = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)
            >>> contact.id in org.updated("Contact", end - dt.timedelta(days=1), end)["ids"]
            True
        """
        rows = self._changed(sobject, start, end, deleted=False)
        return {"ids": [row[0] for row in rows], "latestDateCovered": write_moment(end)}

    def deleted(self, sobject: str, start: dt.datetime, end: dt.datetime) -> dict[str, Any]:
        """Return the records that were deleted in the time span.

        Example:
            >>> org.delete("Contact", contact.id)
            >>> end = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)
            >>> gone = org.deleted("Contact", end - dt.timedelta(days=1), end)["deletedRecords"]
            >>> contact.id in [record["id"] for record in gone]
            True
        """
        rows = self._changed(sobject, start, end, deleted=True)
        return {
            "deletedRecords": [{"id": row[0], "deletedDate": row[1]} for row in rows],
            "earliestDateAvailable": write_moment(start),
            "latestDateCovered": write_moment(end),
        }

    def password_changed(self, user_id: str) -> None:
        """Note that a user's password was set now; the password itself is no part of the org.

        Example:
            >>> org.password_changed(org.user_id)
            >>> org.user["LastPasswordChangeDate"] <= org.now()
            True
        """
        user = self._schema.get("User")
        if user is not None and user.field("LastPasswordChangeDate") is not None:
            self._store.update(user, user_id, {"LastPasswordChangeDate": self.now()})

    # --- queries ---

    def query(
        self,
        soql: str,
        *,
        include_deleted: bool = False,
        batch_size: int = 2000,
        columns: bool = False,
        version: str | None = None,
    ) -> dict[str, Any]:
        """Run SOQL and return the first page; `columns` adds `columnMetadata`. A page holds 1 to 2,000 records."""
        return self._queries.query(
            soql,
            include_deleted=include_deleted,
            batch_size=batch_size,
            columns=columns,
            version=version or self.api_version,
        )

    def query_more(self, locator: str) -> dict[str, Any]:
        """Return the page that `nextRecordsUrl` names.

        Example:
            >>> page = org.query("SELECT Id FROM Contact", batch_size=200)
            >>> len(org.query_more(page["nextRecordsUrl"].rpartition("/")[2])["records"])
            200

        Raises:
            OrgError: INVALID_QUERY_LOCATOR.
        """
        return self._queries.query_more(locator)

    def explain(self, soql: str, *, version: str | None = None) -> dict[str, Any]:
        """Return the one plan that there is for a query, or for that behind a list view's id: to look at every row.

        Example:
            >>> org.explain("SELECT Id FROM Account LIMIT 1")["plans"][0]["leadingOperationType"]
            'TableScan'

        Raises:
            OrgError: the query is wrong.
        """
        view = self._views.find_anywhere(self._every_object(), soql)
        soql = soql if view is None else view.soql()
        found = self.query(soql, version=version)
        sobject = self._queries.compile(soql, include_deleted=False)[1].sobject
        return {"plans": [self._views.plan(sobject, found["totalSize"])], "sourceQuery": soql}

    def search(self, sosl: str, *, version: str | None = None) -> list[dict[str, Any]]:
        """Run SOSL and return the records that it finds.

        Raises:
            OrgError: MALFORMED_SEARCH, INVALID_SEARCH, INVALID_FIELD, INVALID_TYPE, ... with the place in the search.
        """
        return self._searches.search(sosl, version or self.api_version)

    # --- views ---

    def list_views(self, sobject: str) -> list[ListView]:
        """Return the list views of an object; none for one whose records have no pages.

        Example:
            >>> view = org.list_views("Account")[0]
            >>> org.list_view("Account", view.id) == view
            True
            >>> org.list_view_results(view, limit=3, skip=0)["size"]
            3
        """
        return self._views.of(self._object(sobject))

    def list_view(self, sobject: str, view_id: str) -> ListView | None:
        """Return a list view of an object by its id.

        Example:
            >>> org.list_view("Account", "00B000000000999AAA") is None
            True
        """
        return self._views.find(self._object(sobject), view_id)

    def list_view_results(self, view: ListView, *, limit: int, skip: int, version: str | None = None) -> dict[str, Any]:
        """Return rows of a list view, as `GET .../listviews/{id}/results` answers them.

        Example:
            >>> view = org.list_views("Contact")[0]
            >>> len(org.list_view_results(view, limit=2, skip=1)["records"])
            2
        """
        return self._views.results(view, limit=limit, skip=skip, version=version or self.api_version)

    def recent(self, sobject: str | None = None, *, limit: int, version: str | None = None) -> list[dict[str, Any]]:
        """Return the records of one object or of all that the running user changed last, the latest first."""
        sobjects = self._every_object() if sobject is None else [self._object(sobject)]
        return self._views.recent(sobjects, limit, version or self.api_version)

    def record_counts(self, names: Iterable[str] | None = None) -> dict[str, int]:
        """Return how many records the objects have, by name; names that no object has are left out."""
        named = self._every_object() if names is None else map(self._schema.get, names)
        return {sobject.name: self._views.count(sobject) for sobject in named if sobject is not None}

    # --- bulk ---

    def bulk_writer(self, sobject: str, operation: str, external_id: str | None, faults: JobFaults) -> RowWriter:
        """Return what writes the rows of a bulk job.

        Example:
            >>> writer = org.bulk_writer("Contact", "insert", None, JobFaults())
            >>> type(writer).__name__
            'RowWriter'
        """
        found = self._object(sobject)
        return RowWriter(self._schema, self._store, self._records, found, operation, external_id, faults)

    def csv_query(self, soql: str, *, include_deleted: bool, ids: tuple[str, str | None] | None = None) -> CsvQuery:
        """Return a query whose answer is a table; `ids` are the bounds of one of its chunks.

        Example:
            >>> list(org.csv_query("SELECT LastName FROM Contact LIMIT 1", include_deleted=False).header)
            ['LastName']

        Raises:
            OrgError: the query is wrong, or selects what no cell can hold.
        """
        return CsvQuery(self._schema, self._queries, self._store, soql, include_deleted=include_deleted, ids=ids)

    def object_name(self, name: str) -> str | None:
        """Return the name of an object as its describe spells it, or None.

        Example:
            >>> org.object_name("ACCOUNT"), org.object_name("Kontact")
            ('Account', None)
        """
        found = self._schema.get(name)
        return found.name if found is not None else None

    def external_id(self, sobject: str, name: str) -> str | None:
        """Return the name of a field by which records can be upserted, as its describe spells it, or None.

        Example:
            >>> org.external_id("Account", "erp_id__c"), org.external_id("Account", "Phone")
            ('ERP_Id__c', None)
        """
        field = self._object(sobject).field(name)
        usable = field is not None and (field.external_id or field.id_lookup or field.type == "id")
        return field.name if field is not None and usable else None

    def now(self) -> str:
        """Return the moment of the org's clock, as the API writes it.

        Example:
            >>> org.now()
            '...T...:...:...000+0000'
        """
        return write_moment(self._clock())

    # --- the whole ---

    def transaction(self) -> AbstractContextManager[None]:
        """Return a block that takes back what it did to records if it raises; blocks nest.

        Example:
            >>> try:
            ...     with org.transaction():
            ...         lost = org.create("Account", {"Name": "Acme"})
            ...         org.create("Contact", {"FirstName": "Jo"})
            ... except OrgError as error:
            ...     error.code, org.query(f"SELECT Id FROM Account WHERE Id = '{lost}'")["totalSize"]
            ('REQUIRED_FIELD_MISSING', 0)
        """
        return self._store.transaction()

    def seed(self, records: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        """Load trusted records in bulk, as pairs of object name and values; rules are not checked.

        An `Id` is kept, else made up. A reference is an id, or `"@name"` of a record that has
        `{"attributes": {"referenceId": "name"}}`. Audit fields and read-only fields may be given.

        Example:
            >>> account = {"attributes": {"referenceId": "acme"}, "Name": "Acme"}
            >>> org.seed([("Account", account), ("Contact", {"LastName": "Smith", "AccountId": "@acme"})])
        """
        self._seeder.load(records)

    def _every_object(self) -> list[SObject]:
        return [self._object(str(raw["name"])) for raw in self._schema.raw_all()]

    def _object(self, name: str) -> SObject:
        found = self._schema.get(name)
        if found is None:
            raise not_found()
        return found

    def _fields(self, sobject: SObject, names: Sequence[str] | None) -> tuple[str, ...]:
        if names is None:
            return tuple(field.name for field in sobject.fields.values())
        found: dict[str, None] = {}
        for name in names:
            field = sobject.field(name.strip())
            if field is None:
                raise no_such_field(name, sobject.name)
            found[field.name] = None
        return tuple(found) or ("Id",)

    def _with_urls(self, error: OrgError, sobject: SObject) -> OrgError:
        """Turn the ids of a status 300 into the URLs that the API lists."""
        base = f"/services/data/v{self.api_version}/sobjects/{sobject.name}"
        error.choices = [f"{base}/{choice}" for choice in error.choices if to_18(choice)]
        return error

    def _changed(self, sobject: str, start: dt.datetime, end: dt.datetime, *, deleted: bool) -> list[tuple[Any, ...]]:
        found = self._object(sobject)
        table = self._store.ensure(found)
        where = '"_deleted" = ? AND "_modified" >= ? AND "_modified" <= ?'
        sql = f'SELECT "Id", "_modified" FROM {table} WHERE {where} ORDER BY rowid'
        return self._store.fetch(sql, (int(deleted), write_moment(start), write_moment(end)))
