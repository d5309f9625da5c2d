"""The typed interface of one sObject: `sf.Contact` of a generated package.

Each verb is a class, so that an object which the org doesn't let one create has no `create` at all.
Salesforce document: REST API Developer Guide, "sObject Rows".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, Unpack, cast, get_args, overload

from ..ids import IdLike
from ..operations import CreateRecord, GetRecord, GetRecordByExternalId, UpdateRecord, UpsertRecord, status_of
from ..resource import SObjectResource
from ..results import SaveResult, as_save_result
from . import writing
from .query import Query
from .reading import record_parser
from .registry import table_of
from .sobject import SObject

if TYPE_CHECKING:
    from ..client import SalesforceClient
    from ..http import CallOptions
    from .expressions import Expr

M = TypeVar("M", bound=SObject)
C = TypeVar("C", bound=Mapping[str, Any])
U = TypeVar("U", bound=Mapping[str, Any])
X = TypeVar("X", bound=str)
A1 = TypeVar("A1")
A2 = TypeVar("A2")
A3 = TypeVar("A3")
A4 = TypeVar("A4")
A5 = TypeVar("A5")
A6 = TypeVar("A6")
A7 = TypeVar("A7")
A8 = TypeVar("A8")
A9 = TypeVar("A9")
A10 = TypeVar("A10")
A11 = TypeVar("A11")
A12 = TypeVar("A12")


class ModelType(SObjectResource, Generic[M]):
    """What every generated object class has, whatever the org allows."""

    model: ClassVar[type[SObject]]

    def __init__(self, client: SalesforceClient) -> None:
        super().__init__(client, table_of(self.model).name)

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        for base in getattr(cls, "__orig_bases__", ()):
            first = next(iter(get_args(base)), None)
            if isinstance(first, type) and issubclass(first, SObject):
                cls.model = first

    @property
    def _of(self) -> type[M]:
        return cast("type[M]", self.model)


class Reads(ModelType[M]):
    """Records can be read and queried."""

    def get(self, record_id: IdLike[M], **call: Unpack[CallOptions]) -> M:
        """Return a record with all the fields that the user may see.

        Raises:
            SalesforceResourceNotFound: there is no such record.
        """
        return self.client.execute(GetRecord(self.name, record_id, parse=record_parser(self._of)), **call)

    def select(self, column: Expr[M, Any], /, *columns: Expr[M, Any]) -> Query[M, M]:
        """Query records that hold exactly these columns."""
        return Query(self.client, self._of, (column, *columns))

    @overload
    def values(self, c1: Expr[M, A1], /) -> Query[M, tuple[A1]]: ...
    @overload
    def values(self, c1: Expr[M, A1], c2: Expr[M, A2], /) -> Query[M, tuple[A1, A2]]: ...
    @overload
    def values(self, c1: Expr[M, A1], c2: Expr[M, A2], c3: Expr[M, A3], /) -> Query[M, tuple[A1, A2, A3]]: ...
    @overload
    def values(
        self,
        c1: Expr[M, A1],
        c2: Expr[M, A2],
        c3: Expr[M, A3],
        c4: Expr[M, A4],
        /,
    ) -> Query[M, tuple[A1, A2, A3, A4]]: ...
    @overload
    def values(
        self,
        c1: Expr[M, A1],
        c2: Expr[M, A2],
        c3: Expr[M, A3],
        c4: Expr[M, A4],
        c5: Expr[M, A5],
        /,
    ) -> Query[M, tuple[A1, A2, A3, A4, A5]]: ...
    @overload
    def values(
        self,
        c1: Expr[M, A1],
        c2: Expr[M, A2],
        c3: Expr[M, A3],
        c4: Expr[M, A4],
        c5: Expr[M, A5],
        c6: Expr[M, A6],
        /,
    ) -> Query[M, tuple[A1, A2, A3, A4, A5, A6]]: ...
    @overload
    def values(
        self,
        c1: Expr[M, A1],
        c2: Expr[M, A2],
        c3: Expr[M, A3],
        c4: Expr[M, A4],
        c5: Expr[M, A5],
        c6: Expr[M, A6],
        c7: Expr[M, A7],
        /,
    ) -> Query[M, tuple[A1, A2, A3, A4, A5, A6, A7]]: ...
    @overload
    def values(
        self,
        c1: Expr[M, A1],
        c2: Expr[M, A2],
        c3: Expr[M, A3],
        c4: Expr[M, A4],
        c5: Expr[M, A5],
        c6: Expr[M, A6],
        c7: Expr[M, A7],
        c8: Expr[M, A8],
        /,
    ) -> Query[M, tuple[A1, A2, A3, A4, A5, A6, A7, A8]]: ...
    @overload
    def values(
        self,
        c1: Expr[M, A1],
        c2: Expr[M, A2],
        c3: Expr[M, A3],
        c4: Expr[M, A4],
        c5: Expr[M, A5],
        c6: Expr[M, A6],
        c7: Expr[M, A7],
        c8: Expr[M, A8],
        c9: Expr[M, A9],
        /,
    ) -> Query[M, tuple[A1, A2, A3, A4, A5, A6, A7, A8, A9]]: ...
    @overload
    def values(
        self,
        c1: Expr[M, A1],
        c2: Expr[M, A2],
        c3: Expr[M, A3],
        c4: Expr[M, A4],
        c5: Expr[M, A5],
        c6: Expr[M, A6],
        c7: Expr[M, A7],
        c8: Expr[M, A8],
        c9: Expr[M, A9],
        c10: Expr[M, A10],
        /,
    ) -> Query[M, tuple[A1, A2, A3, A4, A5, A6, A7, A8, A9, A10]]: ...
    @overload
    def values(
        self,
        c1: Expr[M, A1],
        c2: Expr[M, A2],
        c3: Expr[M, A3],
        c4: Expr[M, A4],
        c5: Expr[M, A5],
        c6: Expr[M, A6],
        c7: Expr[M, A7],
        c8: Expr[M, A8],
        c9: Expr[M, A9],
        c10: Expr[M, A10],
        c11: Expr[M, A11],
        /,
    ) -> Query[M, tuple[A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11]]: ...
    @overload
    def values(
        self,
        c1: Expr[M, A1],
        c2: Expr[M, A2],
        c3: Expr[M, A3],
        c4: Expr[M, A4],
        c5: Expr[M, A5],
        c6: Expr[M, A6],
        c7: Expr[M, A7],
        c8: Expr[M, A8],
        c9: Expr[M, A9],
        c10: Expr[M, A10],
        c11: Expr[M, A11],
        c12: Expr[M, A12],
        /,
    ) -> Query[M, tuple[A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12]]: ...
    def values(self, *columns: Expr[M, Any]) -> Query[M, Any]:
        """Query tuples of the values of up to twelve columns, in their order."""
        return Query(self.client, self._of, columns, tuples=True)


class Creates(ModelType[M], Generic[M, C]):
    """Records can be created."""

    def create(self, data: M | C, **call: Unpack[CallOptions]) -> SaveResult:
        """Create a record from a model or a dict of its fields; ``result.id`` is its id.

        Raises:
            InvalidRecord: the org would refuse it, found before the call.
            SalesforceError: the org refused it.
        """
        values = data.__dict__ if isinstance(data, SObject) else writing.validate_create(self.model, data)
        operation = CreateRecord(self.name, writing.to_wire(self.model, values), parse=as_save_result(self.json_reader))
        return self.client.execute(operation, **call)


class Updates(ModelType[M], Generic[M, U]):
    """Records can be updated."""

    def update(self, record_id: IdLike[M], data: M | U, **call: Unpack[CallOptions]) -> int:
        """Change the given fields of a record, or those of a model that were set. Returns the HTTP status, 204.

        Raises:
            InvalidRecord: the org would refuse a value, found before the call.
            SalesforceError: the org refused.
        """
        values = writing.changes(data) if isinstance(data, SObject) else writing.validate_update(self.model, data)
        operation = UpdateRecord(self.name, record_id, writing.to_wire(self.model, values), parse=status_of)
        return self.client.execute(operation, **call)


class Upserts(ModelType[M], Generic[M, C, U, X]):
    """Records can be found, updated and created by a field that identifies them: an external id or idLookup field."""

    def get_by_custom_id(self, custom_id_field: X, custom_id: object, **call: Unpack[CallOptions]) -> M:
        """Return the record whose external id field has this value.

        Raises:
            SalesforceMoreThanOneRecord: several have it.
            SalesforceResourceNotFound: none has it.
        """
        operation = GetRecordByExternalId(self.name, custom_id_field, custom_id, parse=record_parser(self._of))
        return self.client.execute(operation, **call)

    @overload
    def upsert(self, field: X, value: object, data: M | C | U, /, **call: Unpack[CallOptions]) -> int: ...
    @overload
    def upsert(self, record_id: str, data: M | C | U, /, **call: Unpack[CallOptions]) -> int: ...
    def upsert(self, *arguments: Any, **call: Unpack[CallOptions]) -> int:
        """Update the record whose external id field has this value, or create it; 201 says that it was created.

        ``upsert("ERP_Id__c", "A-1", {...})``; simple-salesforce's ``upsert("ERP_Id__c/A-1", {...})`` works as well.

        Raises:
            InvalidRecord: the org would refuse a value, found before the call.
            SalesforceError: the org refused.
        """
        *key, data = arguments
        values = writing.changes(data) if isinstance(data, SObject) else writing.validate_upsert(self.model, data)
        body = writing.to_wire(self.model, values)
        if len(key) == 1:
            return self.client.execute(UpdateRecord(self.name, key[0], body, parse=status_of), **call)
        field, value = key
        body.pop(field, None)
        return self.client.execute(UpsertRecord(self.name, field, value, body, parse=status_of), **call)


class SFType(Reads[M], Creates[M, C], Updates[M, U], Upserts[M, C, U, X]):
    """An object that can be read, created, updated and deleted: most are."""
