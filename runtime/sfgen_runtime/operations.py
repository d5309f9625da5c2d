"""The verbs of the REST API as operations: paths, parameters and bodies in one place for typed and untyped callers.

Each takes `parse`, which reads the successful response: the untyped layer passes a JSON reader with the caller's
hooks, the typed layer its validators of ``response.content``.

Salesforce document: REST API Developer Guide, "sObject Rows", "sObject Rows by External ID", "Query", "Query More".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from .errors import SalesforceGeneralError
from .http import Request, Response
from .json_codec import check_aware, encode_json
from .paths import record_path, segment, sobject_path
from .results import next_records_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    import requests

T = TypeVar("T")
_JSON = {"Content-Type": "application/json"}


def status_of(response: Response) -> int:
    """Read nothing but the HTTP status: 204 after an update or delete, 201 when an upsert created."""
    return response.status


def raw_of(response: Response) -> requests.Response:
    """Hand out the HTTP library's own response."""
    return cast("requests.Response", response.raw)


def status_or_raw(raw_response: bool) -> Callable[[Response], int | requests.Response]:
    """Return the one or the other, as `raw_response=` of the verbs says."""
    return raw_of if raw_response else status_of


@dataclass(frozen=True, slots=True, eq=False)
class GetRecord(Generic[T]):
    """Read one record by id, or by ``Field/value``; all fields that the user may see, or only `fields`.

    Example:
        >>> GetRecord("Contact", "003000000000001AAA", ["LastName"], parse=status_of).request().params
        {'fields': 'LastName'}
    """

    object_name: str
    record_id: object
    fields: Iterable[str] = ()
    parse: Callable[[Response], T] = field(kw_only=True)

    def request(self) -> Request:
        """Return ``GET sobjects/{Object}/{id}``."""
        fields = ",".join(self.fields)
        return Request(
            "GET",
            record_path(self.object_name, self.record_id),
            params={"fields": fields} if fields else {},
            idempotent=True,
            resource=self.object_name,
        )


@dataclass(frozen=True, slots=True, eq=False)
class GetRecordByExternalId(Generic[T]):
    """Read the one record whose external id field has this value."""

    object_name: str
    field_name: str
    value: object
    fields: Iterable[str] = ()
    parse: Callable[[Response], T] = field(kw_only=True)

    def request(self) -> Request:
        """Return ``GET sobjects/{Object}/{field}/{value}``."""
        fields = ",".join(self.fields)
        return Request(
            "GET",
            f"{sobject_path(self.object_name, self.field_name)}/{segment(self.value, self.field_name)}",
            params={"fields": fields} if fields else {},
            idempotent=True,
            resource=self.object_name,
        )


def _fields_of(object_name: str, data: object) -> bytes:
    """Return a record's fields as JSON; `TypeError` for what is no mapping, which no org takes."""
    if not isinstance(data, Mapping):
        several = f"; create_many takes several: sf.{object_name}.create_many([...])" if isinstance(data, list) else ""
        raise TypeError(f"the fields of {object_name} are a dict, and this is a {type(data).__name__}{several}")
    return encode_json(data)


@dataclass(frozen=True, slots=True, eq=False)
class CreateRecord(Generic[T]):
    """Create one record; the answer holds its id.

    Example:
        >>> sf.execute(CreateRecord("Contact", {"LastName": "Smith"}, parse=status_of))
        201
        >>> CreateRecord("Contact", {"LastName": "Smith"}, parse=status_of).request().body
        b'{"LastName":"Smith"}'
    """

    object_name: str
    data: Mapping[str, Any]
    parse: Callable[[Response], T] = field(kw_only=True)

    def request(self) -> Request:
        """Return ``POST sobjects/{Object}/``, with simple-salesforce's slash at its end: tests mock that address."""
        return Request(
            "POST",
            f"{sobject_path(self.object_name)}/",
            headers=_JSON,
            body=_fields_of(self.object_name, self.data),
            resource=self.object_name,
        )


@dataclass(frozen=True, slots=True, eq=False)
class UpdateRecord(Generic[T]):
    """Change the given fields of one record; the answer is empty.

    Example:
        >>> update = UpdateRecord("Contact", contact.id, {"FirstName": "Jo"}, parse=status_of)
        >>> update.request().method, sf.execute(update)
        ('PATCH', 204)
    """

    object_name: str
    record_id: object
    data: Mapping[str, Any]
    parse: Callable[[Response], T] = field(kw_only=True)

    def request(self) -> Request:
        """Return ``PATCH sobjects/{Object}/{id}``; with ``Field/value`` for the id this is an upsert."""
        return Request(
            "PATCH",
            record_path(self.object_name, self.record_id),
            headers=_JSON,
            body=_fields_of(self.object_name, self.data),
            idempotent=True,
            resource=self.object_name,
        )


@dataclass(frozen=True, slots=True, eq=False)
class UpsertRecord(Generic[T]):
    """Update the record whose external id field has this value, or create it.

    Example:
        >>> upsert = UpsertRecord("Account", "ERP_Id__c", "C 10", {"Name": "Acme"}, parse=status_of)
        >>> upsert.request().url, sf.execute(upsert)
        ('sobjects/Account/ERP_Id__c/C%2010', 201)
    """

    object_name: str
    field_name: str
    value: object
    data: Mapping[str, Any]
    parse: Callable[[Response], T] = field(kw_only=True)

    def request(self) -> Request:
        """Return ``PATCH sobjects/{Object}/{field}/{value}``."""
        return Request(
            "PATCH",
            f"{sobject_path(self.object_name, self.field_name)}/{segment(self.value, self.field_name)}",
            headers=_JSON,
            body=_fields_of(self.object_name, self.data),
            idempotent=True,
            resource=self.object_name,
        )


@dataclass(frozen=True, slots=True, eq=False)
class DeleteRecord(Generic[T]):
    """Move one record to the recycle bin; the answer is empty.

    Example:
        >>> delete = DeleteRecord("Contact", contact.id, parse=status_of)
        >>> delete.request().method, sf.execute(delete)
        ('DELETE', 204)
    """

    object_name: str
    record_id: object
    parse: Callable[[Response], T] = field(kw_only=True)

    def request(self) -> Request:
        """Return ``DELETE sobjects/{Object}/{id}``."""
        return Request(
            "DELETE", record_path(self.object_name, self.record_id), idempotent=True, resource=self.object_name
        )


@dataclass(frozen=True, slots=True, eq=False)
class GetObjectResource(Generic[T]):
    """Read something below an object: its metadata, its describe, a layout, the bytes of a base64 field."""

    object_name: str
    parts: tuple[object, ...] = ()
    parse: Callable[[Response], T] = field(kw_only=True)

    def request(self) -> Request:
        """Return ``GET sobjects/{Object}/[part...]``."""
        path = sobject_path(self.object_name, *self.parts) + ("" if self.parts else "/")
        return Request("GET", path, idempotent=True, resource=self.object_name)


@dataclass(frozen=True, slots=True, eq=False)
class GetChanges(Generic[T]):
    """List the ids of records that were deleted, or updated, between two moments; the org looks back 30 days.

    `kind` is ``deleted`` or ``updated``.
    """

    object_name: str
    kind: str
    start: datetime
    end: datetime
    parse: Callable[[Response], T] = field(kw_only=True)

    def request(self) -> Request:
        """Return ``GET sobjects/{Object}/{kind}?start=...&end=...``; `ValueError` for a naive datetime."""
        return Request(
            "GET",
            f"{sobject_path(self.object_name, self.kind)}/",
            # The resource documents whole seconds only.
            params={"start": _seconds(self.start), "end": _seconds(self.end)},
            idempotent=True,
            resource=self.object_name,
        )


def _seconds(moment: datetime) -> str:
    if not hasattr(moment, "utcoffset"):
        raise TypeError(
            f"start and end are datetimes with a UTC offset, and one is {moment!r} ({type(moment).__name__})"
        )
    check_aware(moment)
    return moment.isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True, eq=False)
class QueryPage(Generic[T]):
    """One page of a SOQL query: the first one by `soql`, a later one by `url`, the ``nextRecordsUrl`` before it.

    `batch_size` asks for so many records a page, 200 to 2,000; the org may choose fewer.

    Example:
        >>> first = QueryPage("SELECT Id FROM Contact", batch_size=200, parse=sf.json_reader)
        >>> page = sf.execute(first)
        >>> sf.execute(first.following(page)).get("done") in (True, False), first.request().url
        (True, 'query/')
    """

    soql: str = ""
    include_deleted: bool = False
    batch_size: int | None = None
    url: str | None = None
    parse: Callable[[Response], T] = field(kw_only=True)

    def request(self) -> Request:
        """Return ``GET query/?q=...``, ``GET queryAll/?q=...`` or the GET of the page's own URL."""
        headers = {"Sforce-Query-Options": f"batchSize={self.batch_size}"} if self.batch_size else {}
        if self.url is not None:
            return Request("GET", self.url, headers=headers, idempotent=True, resource="query_more")
        root = "queryAll/" if self.include_deleted else "query/"
        return Request("GET", root, params={"q": self.soql}, headers=headers, idempotent=True, resource="query")

    def following(self, page: T) -> QueryPage[T] | None:
        """Return the operation for the page after this one; a page says where that is by its ``nextRecordsUrl``."""
        url = next_records_url(page)
        if url is None:
            return None
        if url == self.url:
            raise SalesforceGeneralError(url, 200, "query", "", cause="the URL of the next page is this page's own")
        return replace(self, url=url)


def locator_path(locator: str, include_deleted: bool = False) -> str:
    """Return the path of a page of results by its query locator, like ``01gD0000002HU6KIAW-2000``."""
    return f"{'queryAll' if include_deleted else 'query'}/{segment(locator, 'the query locator')}"
