"""Reading the records of one sObject, and what every typed object class has, whatever the org allows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, Unpack, cast, get_args, overload

from ..ids import IdLike
from ..operations import GetRecord
from ..resource import SObjectResource
from . import writing
from .many import get_many
from .query import Query
from .reading import record_parser
from .registry import table_of
from .sobject import SObject

if TYPE_CHECKING:
    from ..client import SalesforceClient
    from ..http import CallOptions
    from .expressions import Column, Expr

M = TypeVar("M", bound=SObject)
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
    """What every generated object class has, whatever the org allows.

    Example:
        >>> sf.Contact.model is Contact, sf.Contact.name
        (True, 'Contact')
    """

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
    """Records can be read and queried.

    Example:
        >>> sf.Contact.get(contact.id).LastName
        'Smith'
    """

    def get(self, record_id: IdLike[M], **call: Unpack[CallOptions]) -> M:
        """Return a record with all the fields that the user may see.

        Example:
            >>> sf.Contact.get(contact.id).LastName
            'Smith'

        Raises:
            SalesforceResourceNotFound: there is no such record.
        """
        return self.client.execute(self.getting(record_id), **call)

    def getting(self, record_id: IdLike[M]) -> GetRecord[M]:
        """Return `get` as an operation, to be sent later.

        Example:
            >>> sf.execute(sf.Contact.getting(contact.id)).LastName
            'Smith'
        """
        writing.check_id(self.model, record_id)
        return GetRecord(self.name, record_id, parse=record_parser(self._of))

    def get_many(
        self,
        record_ids: Iterable[IdLike[M]],
        column: Column[M, Any],
        /,
        *columns: Column[M, Any],
        **call: Unpack[CallOptions],
    ) -> list[M | None]:
        """Return records that hold exactly these columns, in the order of the ids; None for one that isn't there.

        Example:
            >>> found = sf.Contact.get_many([contact.id, "003000000000999AAA"], Contact.LastName)
            >>> [record and record.LastName for record in found]
            ['Smith', None]

        Raises:
            InvalidRecord: an id is one of another object; a note says which.
            ValueError: one is no id.
        """
        return get_many(self.client, self._of, record_ids, (column, *columns), call)

    def select(self, column: Column[M, Any], /, *columns: Column[M, Any]) -> Query[M, M]:
        """Query records that hold exactly these columns.

        Example:
            >>> query = sf.Contact.select(Contact.LastName, Contact.Account.Name).where(Contact.Id == contact.id)
            >>> [record.LastName for record in query]
            ['Smith']
        """
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
        """Query tuples of the values of up to twelve columns, in their order.

        Example:
            >>> sf.Contact.values(Contact.LastName, Contact.Account.Name).where(Contact.Id == contact.id).all()
            [('Smith', None)]
        """
        return Query(self.client, self._of, columns, tuples=True)
