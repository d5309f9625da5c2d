"""Relationships: parents, children, and paths through parents, as type checkers read them.

A parent of a model leads to a path class of the parent's, and that class knows the model where the path started:
`Contact.Account` is a `type[AccountPath[Contact, None]]`, with None since a contact may have no account. On a path
class each parent leads on with the same root. At run time paths are those of `sfgen_runtime.model.paths`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Never, overload

from typing_extensions import TypeVar

if TYPE_CHECKING:
    from .query import ChildRelationship
    from .sobject import SObject

P = TypeVar("P")  # what a record's parent is
Q = TypeVar("Q")  # its path class
M = TypeVar("M", bound="SObject")
S = TypeVar("S", bound="SObject")
Root = TypeVar("Root", bound="SObject")  # the model that a path starts from
Null = TypeVar("Null", covariant=True, default=Never)  # None where a parent on the path may be missing


class ViaParent(Generic[Root, Null]):
    """Static only: marks the class that a parent path leads to, `ContactPath` for one.

    `Null` is None where a parent on the way may be missing, so that the columns behind it are nullable.

    Example:
        >>> Contact.Owner.Name
        <column Owner.Name of Contact>
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


class RequiredParent(Generic[P, Q]):
    """A parent that is always there. On the model it is a path: `Contact.Owner.Name`.

    Example:
        >>> sf.Contact.select(Contact.Owner.Name).where(Contact.Id == contact.id).one().Owner.Name != ""
        True
    """

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: SObject, owner: type[SObject]) -> P: ...
        @overload
        def __get__(self, instance: None, owner: type[SObject]) -> type[Q]: ...
        def __get__(self, instance: object, owner: object) -> object: ...
        def __set__(self, instance: SObject, value: Never) -> None: ...


class PathParent(Generic[Q]):
    """Static only: a parent on a path.

    Example:
        >>> Contact.Account.Parent.Name, Contact.Account.Owner.Name
        (<column Account.Parent.Name of Contact>, <column Account.Owner.Name of Contact>)
    """

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: SObject, owner: type[SObject]) -> Any: ...
        @overload
        def __get__(self, instance: None, owner: type[SObject]) -> type[Q]: ...
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
