"""Relationships: parents, children, and paths through parents, statically and at run time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Never, overload

from typing_extensions import TypeVar

if TYPE_CHECKING:
    from .query import ChildRelationship
    from .sobject import SObject

P = TypeVar("P")  # what a record's parent is
Q = TypeVar("Q")  # its path class where it may be missing
R = TypeVar("R")  # its path class where it is always there
M = TypeVar("M", bound="SObject")
S = TypeVar("S", bound="SObject")


class ViaParent:
    """Static only: marks the class that a parent path leads to, `ContactPath` for one.

    Example:
        >>> Contact.Owner.Name
        <column Owner.Name of Contact>
    """


class OrNone(ViaParent):
    """Static only: marks the class that a path leads to which may be missing, so that its columns are nullable.

    Example:
        >>> sf.Contact.values(Contact.Account.Name).where(Contact.Id == contact.id).all()
        [(None,)]
    """


class Parent(Generic[P, Q]):
    """A parent that may be missing. On the model it is a path: `Contact.Account.Name`.

    Example:
        >>> record = sf.Contact.select(Contact.LastName, Contact.Account.Name).where(Contact.Id == contact.id).one()
        >>> record.Account is None
        True
    """

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: SObject, owner: type[SObject]) -> P | None: ...
        @overload
        def __get__(self, instance: None, owner: type[SObject]) -> type[Q]: ...
        def __get__(self, instance: object, owner: object) -> object: ...
        def __set__(self, instance: SObject, value: Never) -> None: ...


class RequiredParent(Generic[P, R, Q]):
    """A parent that is always there. Behind one that may be missing, it may be missing too.

    Example:
        >>> sf.Contact.select(Contact.Owner.Name).where(Contact.Id == contact.id).one().Owner.Name != ""
        True
    """

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: SObject, owner: type[SObject]) -> P: ...
        @overload
        def __get__(self, instance: None, owner: type[OrNone]) -> type[Q]: ...
        @overload
        def __get__(self, instance: None, owner: type[SObject]) -> type[R]: ...
        def __get__(self, instance: object, owner: object) -> object: ...
        def __set__(self, instance: SObject, value: Never) -> None: ...


class Children(Generic[M]):
    """Child records: on the model, a relationship to select from; on a record, the children that a query included.

    Example:
        >>> query = sf.Account.select(Account.Name).include(Account.Contacts.select(Contact.LastName).limit(3))
        >>> all(len(account.Contacts) <= 3 for account in query)
        True
    """

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: SObject, owner: type[SObject]) -> list[M]: ...
        @overload
        def __get__(self, instance: None, owner: type[S]) -> ChildRelationship[S, M]: ...
        def __get__(self, instance: object, owner: object) -> object: ...
        def __set__(self, instance: SObject, value: Never) -> None: ...
