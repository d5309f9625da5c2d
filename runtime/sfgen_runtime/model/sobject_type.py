"""The typed interface of one sObject: `sf.Contact` of a generated package.

Each verb is a class, so that an object which the org doesn't let one create has no `create` at all.
Salesforce document: REST API Developer Guide, "sObject Rows".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, Unpack, overload

from ..composite.collections import SaveMany, UpsertMany, save_rows
from ..ids import IdLike
from ..operations import (
    CreateRecord,
    DeleteRecord,
    GetRecordByExternalId,
    UpdateRecord,
    UpsertRecord,
    status_of,
    status_or_raw,
)
from ..paths import split_key
from ..resource import CreatesBlobs, DeletesRecords, UpdatesBlobs
from ..results import SaveResult, SaveResults, as_save_result
from . import writing
from .many import ids_of, keyed, prepared, tree_node, with_id
from .reading import record_parser
from .reads import ModelType, Reads
from .sobject import SObject

if TYPE_CHECKING:
    import requests

    from ..http import CallOptions, MoreOptions
    from .bulk import BulkType

M = TypeVar("M", bound=SObject)
C = TypeVar("C", bound=Mapping[str, Any])
U = TypeVar("U", bound=Mapping[str, Any])
X = TypeVar("X", bound=str)


class Creates(ModelType[M], CreatesBlobs, Generic[M, C]):
    """Records can be created.

    Example:
        >>> sf.Contact.create(Contact(LastName="Smith")).success
        True
    """

    def create(self, data: M | C, *, checks: bool = True, **call: Unpack[CallOptions]) -> SaveResult:
        """Create a record from a model or a dict of its fields; ``result.id`` is its id.

        ``checks=False`` leaves the judgement of values to the org.

        Example:
            >>> sf.Contact.create(Contact(LastName="Smith")).success, sf.Contact.create({"LastName": "Smith"}).success
            (True, True)

        Raises:
            InvalidRecord: the org would refuse it, found before the call.
            SalesforceError: the org refused it.
        """
        return self.client.execute(self.creating(data, checks=checks), **call)

    def creating(self, data: M | C, *, checks: bool = True) -> CreateRecord[SaveResult]:
        """Return `create` as an operation, checked and to be sent later.

        Example:
            >>> sf.execute(sf.Contact.creating({"LastName": "Smith"})).success
            True
        """
        return CreateRecord(self.name, self._new(data, checks=checks), parse=as_save_result(self.json_reader))

    def create_many(
        self, records: Iterable[M | C], *, all_or_none: bool = False, **call: Unpack[CallOptions]
    ) -> SaveResults:
        """Create records, 200 a request; results come in the order of the records.

        All records are checked before the first request. `all_or_none` holds for each request of 200: see
        `SaveResults`.

        Example:
            >>> sf.Contact.create_many([Contact(LastName="Smith"), {"LastName": "Jones"}]).ok
            True

        Raises:
            InvalidRecord: the org would refuse one, found before the first call; a note says which.
            SalesforceError: the org refused a whole request.
        """
        save = partial(SaveMany, "POST", self.name, all_or_none)
        rows = prepared(records, self._new)
        return save_rows(self.client, rows, save, all_or_none=all_or_none, call=call)

    def create_tree(self, records: Iterable[Mapping[str, Any]], **call: Unpack[CallOptions]) -> SaveResults:
        """Create records with their children, up to 200 together; results come for parents before their children.

        What one request holds is created whole or not at all. Child lists stand under the relationship's name.

        Example:
            >>> results = sf.Account.create_tree([{"Name": "Acme", "Contacts": [{"LastName": "Smith"}]}])
            >>> sf.Contact.get(results[1].id).AccountId == results[0].id
            True

        Raises:
            InvalidRecord: the org would refuse one, found before the call; a note says which.
            ValueError: a tree is too large or too deep.
        """
        from ..composite.tree import create_trees

        nodes = prepared(records, lambda record: tree_node(self.model, record))
        return create_trees(self.client, self.name, nodes, call)

    def _new(self, data: M | C, *, checks: bool = True) -> dict[str, Any]:
        return writing.to_wire(self.model, writing.to_create(self.model, data, checks=checks))


class Updates(ModelType[M], UpdatesBlobs, Generic[M, U]):
    """Records can be updated.

    Example:
        >>> sf.Contact.update(contact.id, {"FirstName": "Jo"})
        204
    """

    def update(self, record_id: IdLike[M], data: M | U, *, checks: bool = True, **call: Unpack[CallOptions]) -> int:
        """Change the given fields of a record, or those of a model that were set. Returns the HTTP status, 204.

        ``checks=False`` leaves the judgement of values to the org.

        Example:
            >>> sf.Contact.update(contact.id, {"FirstName": "Jo"})
            204

        Raises:
            InvalidRecord: the org would refuse a value, found before the call.
            SalesforceError: the org refused.
        """
        return self.client.execute(self.updating(record_id, data, checks=checks), **call)

    def updating(self, record_id: IdLike[M], data: M | U, *, checks: bool = True) -> UpdateRecord[int]:
        """Return `update` as an operation, checked and to be sent later.

        Example:
            >>> sf.execute(sf.Contact.updating(contact.id, {"FirstName": "Jo"}))
            204
        """
        writing.check_id(self.model, record_id)
        return UpdateRecord(self.name, record_id, self._changed(data, checks=checks), parse=status_of)

    def update_many(
        self,
        records: Iterable[M | tuple[IdLike[M], M | U]],
        *,
        all_or_none: bool = False,
        **call: Unpack[CallOptions],
    ) -> SaveResults:
        """Change records, 200 a request: models that were read and then changed, or pairs of an id and changes.

        `all_or_none` holds for each request of 200: see `SaveResults`.

        Example:
            >>> sf.Contact.update_many([(contact.id, {"FirstName": "Jo"})]).ok
            True

        Raises:
            InvalidRecord: the org would refuse one, found before the first call; a note says which.
            SalesforceError: the org refused a whole request.
        """
        save = partial(SaveMany, "PATCH", self.name, all_or_none)
        rows = prepared(records, self._changed_row)
        return save_rows(self.client, rows, save, all_or_none=all_or_none, call=call)

    def _changed_row(self, record: M | tuple[IdLike[M], M | U]) -> dict[str, Any]:
        row = with_id(record, self._changed)
        writing.check_id(self.model, row["Id"])
        return row

    def _changed(self, data: M | U, *, checks: bool = True) -> dict[str, Any]:
        return writing.to_wire(self.model, writing.to_update(self.model, data, checks=checks))


class Upserts(ModelType[M], Generic[M, C, U, X]):
    """Records can be found, updated and created by a field that identifies them: an external id or idLookup field.

    Example:
        >>> sf.Account.upsert("ERP_Id__c", "typed/0", {"Name": "Acme"})
        201
    """

    def get_by_custom_id(self, custom_id_field: X, custom_id: object, **call: Unpack[CallOptions]) -> M:
        """Return the record whose external id field has this value.

        Example:
            >>> sf.Account.upsert("ERP_Id__c", "A 7", {"Name": "Acme"}) in (201, 200, 204)
            True
            >>> sf.Account.get_by_custom_id("ERP_Id__c", "A 7").Name
            'Acme'

        Raises:
            SalesforceMoreThanOneRecord: several have it.
            SalesforceResourceNotFound: none has it.
        """
        writing.check_key(self.model, custom_id_field)
        operation = GetRecordByExternalId(self.name, custom_id_field, custom_id, parse=record_parser(self._of))
        return self.client.execute(operation, **call)

    @overload
    def upsert(
        self, field: X, value: object, data: M | C | U, /, *, checks: bool = True, **call: Unpack[CallOptions]
    ) -> int: ...
    @overload
    def upsert(
        self, record_id: str, data: M | C | U, /, *, checks: bool = True, **call: Unpack[CallOptions]
    ) -> int: ...
    def upsert(self, *arguments: Any, checks: bool = True, **call: Unpack[CallOptions]) -> int:
        """Update the record whose external id field has this value, or create it; 201 says that it was created.

        ``upsert("ERP_Id__c", "A-1", {...})``; simple-salesforce's ``upsert("ERP_Id__c/A-1", {...})`` works as well.
        ``checks=False`` leaves the judgement of values to the org.

        Example:
            >>> sf.Account.upsert("ERP_Id__c", "typed/1", {"Name": "Acme"})
            201

        Raises:
            InvalidRecord: the org would refuse a value, found before the call.
            SalesforceError: the org refused.
        """
        *key, data = arguments
        field: Any
        field, value = key if len(key) == 2 else split_key(str(key[0]))
        return self.client.execute(self.upserting(field, value, data, checks=checks), **call)

    def upserting(self, field: X, value: object, data: M | C | U, *, checks: bool = True) -> UpsertRecord[int]:
        """Return `upsert` as an operation, checked and to be sent later.

        Example:
            >>> sf.execute(sf.Account.upserting("ERP_Id__c", "typed/2", {"Name": "Acme"}))
            201
        """
        writing.check_key(self.model, field)
        body = self._either(data, checks=checks)
        given = body.pop(field, None)
        if given is not None and str(given) != str(value):
            raise ValueError(f"upsert by {field} {value!r}, and the record says {given!r}: which of the two is it?")
        return UpsertRecord(self.name, field, value, body, parse=status_of)

    def upsert_many(
        self, field: X, records: Iterable[M | C | U], *, all_or_none: bool = False, **call: Unpack[CallOptions]
    ) -> SaveResults:
        """Update or create records by the external id `field` in each, 200 a request; ``created`` says which it was.

        Example:
            >>> results = sf.Account.upsert_many("ERP_Id__c", [{"ERP_Id__c": "many/2", "Name": "Harbour"}])
            >>> [(result.success, result.created) for result in results]
            [(True, True)]

        Raises:
            InvalidRecord: the org would refuse one, or it has no key, found before the first call; a note says which.
            SalesforceError: the org refused a whole request.
        """
        writing.check_key(self.model, field)
        save = partial(UpsertMany, self.name, field, all_or_none)
        rows = prepared(records, keyed(self.model, field, self._either))
        return save_rows(self.client, rows, save, all_or_none=all_or_none, call=call)

    def _either(self, data: M | C | U, *, checks: bool = True) -> dict[str, Any]:
        return writing.to_wire(self.model, writing.to_upsert(self.model, data, checks=checks))


class Deletes(ModelType[M], DeletesRecords):
    """Records can be deleted; the id of another object's is a type error, and is refused before the call.

    Example:
        >>> sf.Contact.delete(contact.id)
        204
    """

    @overload
    def delete(
        self,
        record_id: IdLike[M],
        raw_response: Literal[False] = False,
        headers: Mapping[str, str] | None = None,
        **call: Unpack[MoreOptions],
    ) -> int: ...
    @overload
    def delete(
        self,
        record_id: IdLike[M],
        raw_response: Literal[True],
        headers: Mapping[str, str] | None = None,
        **call: Unpack[MoreOptions],
    ) -> requests.Response: ...
    def delete(
        self,
        record_id: IdLike[M],
        raw_response: bool = False,
        headers: Mapping[str, str] | None = None,
        **call: Unpack[MoreOptions],
    ) -> int | requests.Response:
        """Move a record to the recycle bin; returns the HTTP status, 204, or with `raw_response` the whole answer.

        Example:
            >>> sf.Contact.delete(contact.id)
            204

        Raises:
            InvalidRecord: the id is one of another object.
            SalesforceError: the org refused.
        """
        writing.check_id(self.model, record_id)
        parse = status_or_raw(raw_response)
        return self.client.execute(DeleteRecord(self.name, record_id, parse=parse), headers=headers, **call)

    def deleting(self, record_id: IdLike[M]) -> DeleteRecord[int]:
        """Return `delete` as an operation, to be sent later.

        Example:
            >>> sf.execute(sf.Contact.deleting(contact.id))
            204
        """
        writing.check_id(self.model, record_id)
        return DeleteRecord(self.name, record_id, parse=status_of)

    def delete_many(
        self, record_ids: Iterable[IdLike[M]], *, all_or_none: bool = False, **call: Unpack[CallOptions]
    ) -> SaveResults:
        """Delete records by their ids, 200 a request; results come in the order of the ids.

        `all_or_none` holds for each request of 200: see `SaveResults`.

        Example:
            >>> sf.Contact.delete_many([contact.id]).ok
            True

        Raises:
            InvalidRecord: an id is one of another object, found before the first call; a note says which.
            ValueError: one is no id.
            SalesforceError: the org refused a whole request.
        """
        return super().delete_many(ids_of(self.model, record_ids), all_or_none=all_or_none, **call)


class SFType(Reads[M], Creates[M, C], Updates[M, U], Upserts[M, C, U, X], Deletes[M]):
    """An object that can be read, created, updated and deleted: most are.

    Example:
        >>> from acme_org.contact import ContactType
        >>> ContactType(sf).get(contact.id).LastName
        'Smith'
    """

    @property
    def bulk(self) -> BulkType[M, C, U, X]:
        """Many records at a time, through the Bulk API 2.0: ``sf.Contact.bulk.insert(records)``.

        Example:
            >>> sf.Contact.bulk.insert([{"LastName": "Smith"}])
            <bulk insert of Contact: 1 saved>
        """
        from .bulk import BulkType  # most programs load no records in bulk

        return BulkType(self)
