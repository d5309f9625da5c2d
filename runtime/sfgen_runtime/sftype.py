"""The untyped interface of one sObject: dicts in, dicts out, as simple-salesforce's."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, Unpack, overload

from .attributes import nearest_attribute, property_again
from .connection import warn_of_overrides
from .ids import checked_ids
from .instance import DEFAULT_API_VERSION
from .json_codec import JsonReader, PairsHook
from .operations import (
    CreateRecord,
    GetRecord,
    GetRecordByExternalId,
    UpdateRecord,
    UpsertRecord,
    status_of,
    status_or_raw,
)
from .resource import CreatesBlobs, DeletesRecords, UpdatesBlobs
from .results import as_save_result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, MutableMapping

    import requests

    from .bulk.resource import BulkObject
    from .client import SalesforceClient
    from .http import CallOptions, MoreOptions, Response
    from .results import SaveResult, SaveResults
    from .usage import PerAppUsage, Usage


class SFType(CreatesBlobs, UpdatesBlobs, DeletesRecords):
    """An object of the org by its API name.

    Made by ``sf.Contact`` or ``sf.sobject("Contact")``. Made by hand it takes simple-salesforce's arguments: a client
    as `salesforce`, or a session id and instance of its own.

    Example:
        >>> contacts = SFType("Contact", salesforce=sf)
        >>> contacts.get(contact.id)["LastName"]
        'Smith'
        >>> contacts.salesforce is sf, contacts.session is sf.session, contacts.session_id == sf.session_id
        (True, True, True)
        >>> contacts.base_url == f"{sf.base_url}sobjects/Contact/", contacts.api_usage == sf.api_usage
        (True, True)
    """

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        warn_of_overrides(cls)

    def __init__(
        self,
        object_name: str,
        session_id: str | None = None,
        sf_instance: str | None = None,
        sf_version: str | float | None = DEFAULT_API_VERSION,
        proxies: MutableMapping[str, str] | None = None,
        session: requests.Session | None = None,
        salesforce: SalesforceClient | None = None,
        parse_float: Callable[[str], Any] | None = None,
        object_pairs_hook: PairsHook | None = OrderedDict,
    ) -> None:
        if salesforce is None:
            if session_id is None or sf_instance is None:
                raise RuntimeError(f"SFType({object_name!r}) needs salesforce=, or session_id= and sf_instance=")
            salesforce = _client_of_session(session_id, sf_instance, sf_version, proxies, session)
        super().__init__(salesforce, object_name)
        # Hooks given here win over the client's.
        own = parse_float is not None or object_pairs_hook is not OrderedDict
        self._json_reader = JsonReader(parse_float, object_pairs_hook) if own else salesforce.json_reader

    if not TYPE_CHECKING:
        # Hidden from type checkers, to which any attribute would exist if they saw it.
        def __getattr__(self, name: str) -> Any:
            if hasattr(type(self), name):
                return property_again(self, name)
            hint = "" if name.startswith("_") else nearest_attribute(self, name)
            if name in ("select", "values"):
                hint = "this client is untyped. Import Salesforce from your generated package"
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}" + (f": {hint}" if hint else ""))

    @property
    def json_reader(self) -> JsonReader:
        """What reads the answers, with the hooks given here or to the client.

        Example:
            >>> accounts = SFType("Account", salesforce=sf, parse_float=str)
            >>> accounts.json_reader.loads(b'{"AnnualRevenue": 1.50}')["AnnualRevenue"]
            '1.50'
        """
        return self._json_reader

    @property
    def bulk(self) -> BulkObject:
        """Many records at a time, through the Bulk API 2.0: ``sf.Contact.bulk.insert(records)``.

        Example:
            >>> sf.Contact.bulk.insert({"LastName": f"Smith {n}"} for n in range(3))
            <bulk insert of Contact: 3 saved>
        """
        from .bulk.resource import BulkObject  # most programs load no records in bulk

        return BulkObject(self.client, self.name)

    @property
    def salesforce(self) -> SalesforceClient:
        """The client that this object belongs to."""
        return self.client

    @property
    def session_id(self) -> str:
        """The session id in use."""
        return self.client.session_id

    @property
    def session(self) -> requests.Session:
        """The HTTP session in use."""
        return self.client.session

    @property
    def base_url(self) -> str:
        """The URL of the object, ending with a slash."""
        return f"{self.client.base_url}sobjects/{self.name}/"

    @property
    def api_usage(self) -> dict[str, Usage | PerAppUsage]:
        """The org's API usage, as the client's last answer told it."""
        return self.client.api_usage

    def parse_result_to_json(self, result: requests.Response) -> Any:
        """Decode the body of an answer, with the hooks given here or to the client.

        Example:
            >>> answer = sf.Account.upsert("ERP_Id__c/json-1", {"Name": "Acme"}, raw_response=True)
            >>> sf.Account.parse_result_to_json(answer)["created"]
            True
        """
        return self.json_reader.loads(result.content)

    @property
    def _record(self) -> Callable[[Response], dict[str, Any]]:
        # A hook of the caller's may make something else: it is theirs to know.
        return self.json_reader.of_object

    def get(
        self, record_id: str, headers: Mapping[str, str] | None = None, **call: Unpack[MoreOptions]
    ) -> dict[str, Any]:
        """Return a record by id, or by ``Field/value``; ``params={"fields": "Id,Name"}`` chooses fields.

        Example:
            >>> sf.Contact.get(contact.id, params={"fields": "LastName"})["LastName"]
            'Smith'
        """
        return self.client.execute(self.getting(record_id), headers=headers, **call)

    def get_by_custom_id(
        self,
        custom_id_field: str,
        custom_id: object,
        headers: Mapping[str, str] | None = None,
        **call: Unpack[MoreOptions],
    ) -> dict[str, Any]:
        """Return the record whose external id field has this value.

        Example:
            >>> sf.Account.upsert(format_external_id("ERP_Id__c", "B 7"), {"Name": "Acme"})
            201
            >>> sf.Account.get_by_custom_id("ERP_Id__c", "B 7")["Name"]
            'Acme'

        Raises:
            SalesforceMoreThanOneRecord: several have it.
            SalesforceResourceNotFound: none has it.
        """
        operation = GetRecordByExternalId(self.name, custom_id_field, custom_id, parse=self._record)
        return self.client.execute(operation, headers=headers, **call)

    def create(
        self, data: Mapping[str, Any], headers: Mapping[str, str] | None = None, **call: Unpack[MoreOptions]
    ) -> SaveResult:
        """Create a record; the result has ``result["id"]`` and ``result.id``.

        Example:
            >>> sf.Contact.create({"LastName": "Smith"}, headers={"Sforce-Auto-Assign": "FALSE"}, timeout=30).success
            True
        """
        return self.client.execute(self.creating(data), headers=headers, **call)

    @overload
    def upsert(
        self,
        record_id: str,
        data: Mapping[str, Any],
        raw_response: Literal[False] = False,
        headers: Mapping[str, str] | None = None,
        **call: Unpack[MoreOptions],
    ) -> int: ...
    @overload
    def upsert(
        self,
        record_id: str,
        data: Mapping[str, Any],
        raw_response: Literal[True],
        headers: Mapping[str, str] | None = None,
        **call: Unpack[MoreOptions],
    ) -> requests.Response: ...
    def upsert(
        self,
        record_id: str,
        data: Mapping[str, Any],
        raw_response: bool = False,
        headers: Mapping[str, str] | None = None,
        **call: Unpack[MoreOptions],
    ) -> int | requests.Response:
        """Create or update by ``Field/value``, best made by `format_external_id`.

        Returns the HTTP status, 201 if it created; with `raw_response` the whole answer.

        Example:
            >>> sf.Account.upsert(format_external_id("ERP_Id__c", "A/8"), {"Name": "Acme"})
            201
        """
        operation = UpdateRecord(self.name, record_id, data, parse=status_or_raw(raw_response))
        return self.client.execute(operation, headers=headers, **call)

    @overload
    def update(
        self,
        record_id: str,
        data: Mapping[str, Any],
        raw_response: Literal[False] = False,
        headers: Mapping[str, str] | None = None,
        **call: Unpack[MoreOptions],
    ) -> int: ...
    @overload
    def update(
        self,
        record_id: str,
        data: Mapping[str, Any],
        raw_response: Literal[True],
        headers: Mapping[str, str] | None = None,
        **call: Unpack[MoreOptions],
    ) -> requests.Response: ...
    def update(
        self,
        record_id: str,
        data: Mapping[str, Any],
        raw_response: bool = False,
        headers: Mapping[str, str] | None = None,
        **call: Unpack[MoreOptions],
    ) -> int | requests.Response:
        """Change the given fields of a record; returns the HTTP status, 204; with `raw_response` the whole answer.

        Example:
            >>> sf.Contact.update(contact.id, {"FirstName": "Jo"})
            204
        """
        operation = UpdateRecord(self.name, record_id, data, parse=status_or_raw(raw_response))
        return self.client.execute(operation, headers=headers, **call)

    def _call_salesforce(
        self, method: str, url: str, retries: object = 0, max_retries: int = 0, **kwargs: Any
    ) -> requests.Response:
        """Send any request to the org and return the HTTP library's response: what scripts call behind the scenes."""
        return self.client._call_salesforce(method, url, self.name, **kwargs)

    def _raw_response(self, response: requests.Response, body_flag: bool) -> int | requests.Response:
        """Return the answer, or without `body_flag` its status: what subclasses end verbs of their own with."""
        return response if body_flag else response.status_code

    # -- many records ------------------------------------------------------------------------------------------------

    def create_many(
        self, records: Iterable[Mapping[str, Any]], *, all_or_none: bool = False, **call: Unpack[CallOptions]
    ) -> SaveResults:
        """Create records, 200 a request; results come in the order of the records.

        `all_or_none` holds for each request of 200: see `SaveResults`.

        Example:
            >>> sf.Contact.create_many([{"LastName": "Smith"}, {"LastName": "Jones"}]).ok
            True
        """
        from .composite.collections import SaveMany, save_rows  # few scripts need its classes

        save = partial(SaveMany, "POST", self.name, all_or_none)
        return save_rows(self.client, list(records), save, all_or_none=all_or_none, call=call)

    def update_many(
        self, records: Iterable[Mapping[str, Any]], *, all_or_none: bool = False, **call: Unpack[CallOptions]
    ) -> SaveResults:
        """Change records, each given by its ``Id`` and the fields to change, 200 a request.

        Example:
            >>> sf.Contact.update_many([{"Id": contact.id, "FirstName": "Jo"}]).ok
            True
        """
        from .composite.collections import SaveMany, save_rows

        save = partial(SaveMany, "PATCH", self.name, all_or_none)
        return save_rows(self.client, list(records), save, all_or_none=all_or_none, call=call)

    def upsert_many(
        self,
        field: str,
        records: Iterable[Mapping[str, Any]],
        *,
        all_or_none: bool = False,
        **call: Unpack[CallOptions],
    ) -> SaveResults:
        """Update or create records by the external id `field` in each, 200 a request; ``created`` says which it was.

        Example:
            >>> results = sf.Account.upsert_many("ERP_Id__c", [{"ERP_Id__c": "many/1", "Name": "Harbour"}])
            >>> [(result.success, result.created) for result in results]
            [(True, True)]
        """
        from .composite.collections import UpsertMany, save_rows

        save = partial(UpsertMany, self.name, field, all_or_none)
        return save_rows(self.client, list(records), save, all_or_none=all_or_none, call=call)

    def get_many(
        self, record_ids: Iterable[str], fields: Iterable[str], **call: Unpack[CallOptions]
    ) -> list[dict[str, Any] | None]:
        """Return the named fields of records, in the order of the ids; None for one that isn't there.

        Example:
            >>> sf.Contact.get_many([contact.id, "003000000000999AAA"], ["LastName"])[1] is None
            True

        Raises:
            ValueError: one is no id; nothing was sent then.
        """
        from .composite.collections import objects_of, retrieve

        parse = partial(objects_of, self.json_reader)
        return retrieve(self.client, self.name, list(fields), checked_ids(record_ids), parse, call)

    def create_tree(self, records: Iterable[Mapping[str, Any]], **call: Unpack[CallOptions]) -> SaveResults:
        """Create records with their children, up to 200 together; results come for parents before their children.

        What one request holds is created whole or not at all. Child lists stand under the relationship's name, and
        each child names its object.

        Example:
            >>> child = {"attributes": {"type": "Contact"}, "LastName": "Smith"}
            >>> results = sf.Account.create_tree([{"Name": "Acme", "Contacts": [child]}])
            >>> sf.Contact.get(results[1].id)["AccountId"] == results[0].id
            True

        Raises:
            ValueError: a tree is too large or too deep, or a child doesn't name its object.
        """
        from .composite.tree import create_trees, untyped_node

        return create_trees(self.client, self.name, [untyped_node(self.name, record) for record in records], call)

    # -- verbs as operations: what `SalesforceClient.execute` and the steps of a batch take --------------------------

    def getting(self, record_id: str, fields: Iterable[str] = ()) -> GetRecord[dict[str, Any]]:
        """Return `get` as an operation, to be sent later.

        Example:
            >>> with sf.batch() as batch:
            ...     read = batch.add(sf.Contact.getting(contact.id, ["LastName"]))
            >>> read.result["LastName"]
            'Smith'
        """
        return GetRecord(self.name, record_id, fields, parse=self._record)

    def creating(self, data: Mapping[str, Any]) -> CreateRecord[SaveResult]:
        """Return `create` as an operation, to be sent later.

        Example:
            >>> sf.execute(sf.Contact.creating({"LastName": "Smith"})).success
            True
        """
        return CreateRecord(self.name, data, parse=as_save_result(self.json_reader))

    def updating(self, record_id: str, data: Mapping[str, Any]) -> UpdateRecord[int]:
        """Return `update` as an operation, to be sent later.

        Example:
            >>> sf.execute(sf.Contact.updating(contact.id, {"FirstName": "Jo"}))
            204
        """
        return UpdateRecord(self.name, record_id, data, parse=status_of)

    def upserting(self, field: str, value: object, data: Mapping[str, Any]) -> UpsertRecord[int]:
        """Return an upsert by an external id as an operation, to be sent later.

        Example:
            >>> sf.execute(sf.Account.upserting("ERP_Id__c", "A-9", {"Name": "Acme"}))
            201
        """
        return UpsertRecord(self.name, field, value, data, parse=status_of)


def _client_of_session(
    session_id: str,
    sf_instance: str,
    sf_version: str | float | None,
    proxies: MutableMapping[str, str] | None,
    session: requests.Session | None,
) -> SalesforceClient:
    # The client makes SFTypes too: one of the two imports has to wait.
    from .client import SalesforceClient

    return SalesforceClient(
        session_id=session_id, instance=sf_instance, version=sf_version, proxies=proxies, session=session
    )
