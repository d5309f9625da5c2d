"""What typed and untyped object classes share: the verbs whose results are the same JSON in both worlds."""

from __future__ import annotations

import base64
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal, Unpack, overload

from .ids import checked_ids
from .operations import (
    CreateRecord,
    DeleteRecord,
    GetChanges,
    GetObjectResource,
    UpdateRecord,
    raw_of,
    status_of,
    status_or_raw,
)
from .results import as_save_result

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    import requests

    from .client import SalesforceClient
    from .http import CallOptions, MoreOptions
    from .json_codec import JsonReader
    from .results import SaveResult, SaveResults


class SObjectResource:
    """One sObject of one org: the base of `SFType` and of every generated class, whatever the org allows.

    Every verb takes `headers`, `timeout` and `retries` for this one call.

    Example:
        >>> sf.Contact
        <SFType Contact of ...>
    """

    def __init__(self, client: SalesforceClient, object_name: str) -> None:
        self.client = client
        self.name = object_name

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name} of {self.client.sf_instance}>"

    @property
    def json_reader(self) -> JsonReader:
        """What reads the answers that are plain JSON.

        Example:
            >>> list(acme.Contact.json_reader.loads(b'{"LastName": "Smith"}').items())
            [('LastName', 'Smith')]
        """
        return self.client.json_reader

    def metadata(self, headers: Mapping[str, str] | None = None, **call: Unpack[MoreOptions]) -> Any:
        """Return a summary of the object and its recently used records.

        Example:
            >>> sf.Contact.metadata()["objectDescribe"]["keyPrefix"]
            '003'
        """
        operation = GetObjectResource(self.name, parse=self.json_reader)
        return self.client.execute(operation, headers=headers, **call)

    def describe(self, headers: Mapping[str, str] | None = None, **call: Unpack[MoreOptions]) -> Any:
        """Return the object's describe: its fields, picklists and child relationships.

        With an ``If-Modified-Since`` header the result is None if nothing changed since.

        Example:
            >>> sf.Contact.describe()["keyPrefix"]
            '003'
            >>> sf.Contact.describe(headers={"If-Modified-Since": "Tue, 01 Jan 2999 00:00:00 GMT"})
        """
        operation = GetObjectResource(self.name, ("describe",), parse=self.json_reader)
        return self.client.execute(operation, headers=headers, **call)

    def describe_layout(
        self, record_id: str, headers: Mapping[str, str] | None = None, **call: Unpack[MoreOptions]
    ) -> Any:
        """Return the page layout of one of the object's record types, by the record type's id.

        Example:
            >>> record_types = sf.Account.describe()["recordTypeInfos"]
            >>> layout = sf.Account.describe_layout(record_types[0]["recordTypeId"])
            >>> layout["editLayoutSections"][0]["heading"]
            'Account Information'

        Raises:
            SalesforceResourceNotFound: the object has no such record type, or no layouts.
        """
        operation = GetObjectResource(self.name, ("describe", "layouts", record_id), parse=self.json_reader)
        return self.client.execute(operation, headers=headers, **call)

    def deleted(
        self,
        start: datetime,
        end: datetime,
        headers: Mapping[str, str] | None = None,
        **call: Unpack[MoreOptions],
    ) -> Any:
        """List the records that were deleted between two aware datetimes, up to 30 days back.

        Example:
            >>> from datetime import UTC, datetime, timedelta
            >>> now = datetime.now(UTC)
            >>> sorted(sf.Contact.deleted(now - timedelta(days=1), now))
            ['deletedRecords', 'earliestDateAvailable', 'latestDateCovered']

        Raises:
            ValueError: a datetime has no UTC offset.
        """
        operation = GetChanges(self.name, "deleted", start, end, parse=self.json_reader)
        return self.client.execute(operation, headers=headers, **call)

    def updated(
        self,
        start: datetime,
        end: datetime,
        headers: Mapping[str, str] | None = None,
        **call: Unpack[MoreOptions],
    ) -> Any:
        """List the ids of records that were created or changed between two aware datetimes, up to 30 days back.

        Example:
            >>> from datetime import UTC, datetime, timedelta
            >>> now = datetime.now(UTC) + timedelta(minutes=1)
            >>> contact.id in sf.Contact.updated(now - timedelta(days=1), now)["ids"]
            True

        Raises:
            ValueError: a datetime has no UTC offset.
        """
        operation = GetChanges(self.name, "updated", start, end, parse=self.json_reader)
        return self.client.execute(operation, headers=headers, **call)

    def get_base64(
        self,
        record_id: str,
        base64_field: str = "Body",
        data: object = None,
        headers: Mapping[str, str] | None = None,
        **call: Unpack[MoreOptions],
    ) -> bytes:
        """Return the bytes of a record's `base64_field`. `data` is taken for compatibility: a GET has no body.

        Example:
            >>> sf.Attachment.get_base64(attachment.id)
            b'%PDF-1.7 ...'
        """
        operation = GetObjectResource(self.name, (record_id, base64_field), parse=lambda response: response.content)
        return self.client.execute(operation, headers=headers, **call)

    def download(
        self,
        record_id: str,
        base64_field: str = "Body",
        *,
        file: str | Path | IO[bytes],
        **call: Unpack[CallOptions],
    ) -> int:
        """Write the bytes of a record's `base64_field` to a file, block by block; returns how many there were.

        Memory stays the same however large they are. A path only gets its file when all bytes have come.

        Example:
            >>> sf.Attachment.download(attachment.id, "Body", file="offer.pdf")
            12

        Raises:
            SalesforceConnectionError: the connection broke before the last byte.
        """
        from .blobs import Download  # few scripts need its classes

        operation = Download(self.name, record_id, base64_field)
        return self.client.execute(operation, **call).save(file)


class DeletesRecords(SObjectResource):
    """Records can be deleted.

    Example:
        >>> acme.Contact.delete(contact.id)
        204
    """

    @overload
    def delete(
        self,
        record_id: str,
        raw_response: Literal[False] = False,
        headers: Mapping[str, str] | None = None,
        **call: Unpack[MoreOptions],
    ) -> int: ...
    @overload
    def delete(
        self,
        record_id: str,
        raw_response: Literal[True],
        headers: Mapping[str, str] | None = None,
        **call: Unpack[MoreOptions],
    ) -> requests.Response: ...
    def delete(
        self,
        record_id: str,
        raw_response: bool = False,
        headers: Mapping[str, str] | None = None,
        **call: Unpack[MoreOptions],
    ) -> int | requests.Response:
        """Move a record to the recycle bin; returns the HTTP status, 204, or with `raw_response` the whole answer.

        Example:
            >>> sf.Contact.delete(contact.id)
            204
        """
        operation = DeleteRecord(self.name, record_id, parse=status_or_raw(raw_response))
        return self.client.execute(operation, headers=headers, **call)

    def deleting(self, record_id: str) -> DeleteRecord[int]:
        """Return `delete` as an operation, to be sent later.

        Example:
            >>> sf.execute(sf.Contact.deleting(contact.id))
            204
        """
        return DeleteRecord(self.name, record_id, parse=status_of)

    def delete_many(
        self, record_ids: Iterable[str], *, all_or_none: bool = False, **call: Unpack[CallOptions]
    ) -> SaveResults:
        """Delete records by their ids, 200 a request; results come in the order of the ids.

        The org goes by the ids alone: without generated code nothing sees that one is of another object.
        `all_or_none` holds for each request of 200: see `SaveResults`.

        Example:
            >>> sf.Contact.delete_many([contact.id]).ok
            True

        Raises:
            ValueError: one is no id; nothing was sent then.
        """
        from .composite.collections import DeleteMany, save_rows

        delete = partial(DeleteMany, self.name, all_or_none)
        return save_rows(self.client, checked_ids(record_ids), delete, all_or_none=all_or_none, call=call)


class CreatesBlobs(SObjectResource):
    """Records can be created with the bytes of a file.

    Example:
        >>> body = {"Name": "offer.pdf", "ParentId": account.id, "Body": b"%PDF-1.7 ..."}
        >>> acme.Attachment.create(body).success
        True
    """

    def upload_base64(
        self,
        file_path: str | Path,
        base64_field: str = "Body",
        headers: Mapping[str, str] | None = None,
        *,
        data: Mapping[str, Any] | None = None,
        **call: Unpack[MoreOptions],
    ) -> requests.Response:
        """Create a record from a file's bytes, put base64-encoded into `base64_field`; returns the whole answer.

        `data` are its other fields: most objects with a file require a name and what it belongs to.

        Example:
            >>> sf.Attachment.upload_base64("offer.pdf", data={"Name": "offer.pdf", "ParentId": account_id})
            <Response [201]>
        """
        body = {**(data or {}), base64_field: _base64_of(file_path)}
        return self.client.execute(CreateRecord(self.name, body, parse=raw_of), headers=headers, **call)

    def create_blob(
        self,
        data: Mapping[str, Any],
        file: str | Path | IO[bytes],
        base64_field: str = "Body",
        **call: Unpack[CallOptions],
    ) -> SaveResult:
        """Create a record of `data` with the bytes of a file in `base64_field`, sent as they are in a multipart body.

        The file is read block by block. The API takes 2 GB for ContentVersion this way, where base64 in JSON ends at
        37.5 MB.

        Example:
            >>> made = sf.Attachment.create_blob({"Name": "offer.pdf", "ParentId": account_id}, "offer.pdf")
            >>> made.success
            True
        """
        from .blobs import SaveBlob

        operation = SaveBlob(self.name, None, base64_field, file, data, parse=as_save_result(self.json_reader))
        return self.client.execute(operation, **call)


class UpdatesBlobs(SObjectResource):
    """The bytes in a base64 field can be replaced.

    Example:
        >>> acme.Attachment.update(attachment.id, {"Body": b"%PDF-1.7 ..."})
        204
    """

    @overload
    def update_base64(
        self,
        record_id: str,
        file_path: str | Path,
        base64_field: str = "Body",
        headers: Mapping[str, str] | None = None,
        raw_response: Literal[False] = False,
        **call: Unpack[MoreOptions],
    ) -> int: ...
    @overload
    def update_base64(
        self,
        record_id: str,
        file_path: str | Path,
        base64_field: str = "Body",
        headers: Mapping[str, str] | None = None,
        *,
        raw_response: Literal[True],
        **call: Unpack[MoreOptions],
    ) -> requests.Response: ...
    def update_base64(
        self,
        record_id: str,
        file_path: str | Path,
        base64_field: str = "Body",
        headers: Mapping[str, str] | None = None,
        raw_response: bool = False,
        **call: Unpack[MoreOptions],
    ) -> int | requests.Response:
        """Replace the bytes of a record's `base64_field` by a file's; returns the HTTP status, 204.

        Example:
            >>> sf.Attachment.update_base64(attachment.id, "offer.pdf")
            204
        """
        data = {base64_field: _base64_of(file_path)}
        operation = UpdateRecord(self.name, record_id, data, parse=status_or_raw(raw_response))
        return self.client.execute(operation, headers=headers, **call)

    def update_blob(
        self,
        record_id: str,
        file: str | Path | IO[bytes],
        base64_field: str = "Body",
        data: Mapping[str, Any] | None = None,
        **call: Unpack[CallOptions],
    ) -> int:
        """Replace the bytes of `base64_field` by a file's, and the fields of `data`, in a multipart body.

        Returns the HTTP status, 204.

        Example:
            >>> sf.Attachment.update_blob(attachment.id, "offer.pdf", data={"Name": "offer-2.pdf"})
            204
        """
        from .blobs import SaveBlob

        operation = SaveBlob(self.name, record_id, base64_field, file, data or {}, parse=status_of)
        return self.client.execute(operation, **call)


def _base64_of(file_path: str | Path) -> str:
    return base64.b64encode(Path(file_path).read_bytes()).decode()
