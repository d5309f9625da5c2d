"""Picklists as tables: values, labels, the default, and what a controlling value allows.

Salesforce document: SOAP API Developer Guide, "PicklistEntry", which defines the bitmap `validFor`.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, cast

from typing_extensions import TypeVar

from .caching import cached
from .registry import table_of

if TYPE_CHECKING:
    from .sobject import SObject
    from .table import Choice, FieldRow, ObjectTable

__all__ = ["Picklist", "RecordTypes"]

V = TypeVar("V", bound=str, default=str)


class Picklist(Generic[V]):
    """The values of one picklist field, in the org's order.

    Example:
        >>> from acme_org.picklists.site__c import Region__c
        >>> Region__c.allowed("Germany")
        ('North', 'South', 'Bavaria', 'Saxony')
        >>> Region__c.values[0], Region__c.labels["North"], Region__c.controller
        ('North', 'North', 'Country__c')
        >>> Region__c.default, Region__c.restricted, Region__c.retired
        (None, True, ())
    """

    def __init__(self, row: FieldRow, controller: FieldRow | None = None) -> None:
        self._row, self._controller = row, controller

    def __repr__(self) -> str:
        return f"<picklist {self._row.name}: {', '.join(map(repr, self.values))}>"

    def __iter__(self) -> Iterator[V]:
        return iter(self.values)

    def __contains__(self, value: object) -> bool:
        """Tell whether `value` is an active value."""
        return value in self.values

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def values(self) -> tuple[V, ...]:
        """The active values."""
        return self._values(choice for choice in self._row.choices if choice.active)

    @cached_property
    def retired(self) -> tuple[str, ...]:
        """The values that old records may hold and new ones may not."""
        return self._values(choice for choice in self._row.choices if not choice.active)

    @cached_property
    def labels(self) -> Mapping[V, str]:
        """Value to label, in the language of the user who described the org; retired values included."""
        return MappingProxyType({cast("V", choice.value): choice.label for choice in self._row.choices})

    @property
    def default(self) -> V | None:
        """The value that a new record gets, or None."""
        return next((cast("V", choice.value) for choice in self._row.choices if choice.default and choice.active), None)

    @property
    def restricted(self) -> bool:
        """Whether the org refuses any other value."""
        return self._row.restricted

    @property
    def controller(self) -> str | None:
        """The API name of the field that decides which values are allowed, or None."""
        return None if self._controller is None else self._controller.name

    def allowed(self, controlling: str | bool | None) -> tuple[V, ...]:
        """Return the values allowed with a value of the controlling field; all of them where there is no such field.

        Raises:
            ValueError: the controlling field has no such value.
        """
        if self._controller is None:
            return self.values
        if controlling is None:
            return ()
        at = _index_of(self._controller, controlling)
        return self._values(choice for choice in self._row.choices if choice.active and _bit(choice.valid_for, at))

    @staticmethod
    def _values(choices: Iterator[Choice]) -> tuple[V, ...]:
        return tuple(cast("V", value) for value in dict.fromkeys(choice.value for choice in choices))


def _index_of(controller: FieldRow, value: str | bool) -> int:
    if controller.type == "boolean":
        return int(bool(value))
    for at, choice in enumerate(controller.choices):
        if choice.value == value:
            return at
    raise ValueError(f"{controller.name} has no value {value!r}")


def _bit(valid_for: str | None, at: int) -> bool:
    # Bits count from the left of each byte. A bitmap that is missing or cut short allows nothing there.
    bitmap = _decoded(valid_for or "")
    return at // 8 < len(bitmap) and bool(bitmap[at // 8] & (0x80 >> at % 8))


@cached
def _decoded(valid_for: str) -> bytes:
    try:
        return base64.b64decode(valid_for, validate=True)
    except binascii.Error:
        return b""


@cached
def picklist_of(model: type[SObject], attribute: str) -> Picklist[Any]:
    """Return the picklist of a model's field.

    Raises:
        LookupError: the model has no such field, or it is no picklist.
    """
    table = table_of(model)
    row = table.fields.get(attribute)
    if row is None or not row.choices:
        raise LookupError(f"{table.name} has no picklist {attribute!r}")
    return Picklist(row, controller_row(table, row))


def controller_row(table: ObjectTable, row: FieldRow) -> FieldRow | None:
    """Return the field that controls a dependent picklist, or None."""
    if row.controller is None:
        return None
    return next((field for field in table.fields.values() if field.name == row.controller), None)


class RecordTypes(Generic[V]):
    """The active record types of an object, by developer name.

    Example:
        >>> from acme_org.picklists.account import RECORD_TYPES
        >>> RECORD_TYPES.id("Partner")
        '012Lc0000000002IAA'
    """

    def __init__(self, ids: Mapping[str, str]) -> None:
        self._ids = ids

    def __repr__(self) -> str:
        return f"<record types {', '.join(self._ids)}>"

    def __iter__(self) -> Iterator[V]:
        return cast("Iterator[V]", iter(self._ids))

    def __len__(self) -> int:
        return len(self._ids)

    def id(self, developer_name: V) -> str:
        """Return the id of a record type. Ids differ between orgs: a sandbox that was refreshed keeps production's.

        Raises:
            LookupError: there is no such record type.
        """
        try:
            return self._ids[developer_name]
        except KeyError:
            raise LookupError(f"no record type {developer_name!r}; there are {', '.join(self._ids)}") from None
