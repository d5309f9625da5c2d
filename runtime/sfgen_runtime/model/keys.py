"""Naming a record by a field that identifies it, where its id is not known.

Salesforce document: REST API Developer Guide, "Insert or Update (Upsert) a Record Using an External ID", and
"Create a Record" with a relationship set by external id.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeAlias

from typing_extensions import TypeVar

from ..ids import IdLike

if TYPE_CHECKING:
    from .sobject import SObject

M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class ByKey(Generic[M]):
    """The record of `M` whose `field`, an external id or idLookup field, has `value`; made by `Model.by_key`.

    A lookup takes it in place of an id, and the org finds the record when it saves.

    Example:
        >>> Contact(LastName="Smith", AccountId=Account.by_key(ERP_Id__c="C-100001"))
        Contact(LastName='Smith', AccountId=ByKey(model=..., field='ERP_Id__c', value='C-100001'))
    """

    model: type[SObject]
    field: str
    value: object


IdOrKey: TypeAlias = IdLike[M] | ByKey[M]
"""What a lookup to `M` takes: an id, a plain text, or `Model.by_key(...)`."""
