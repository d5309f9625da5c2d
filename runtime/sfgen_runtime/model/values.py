"""Values of compound and rare field types.

Salesforce document: Object Reference, "Compound Fields" and "Field Types".
"""

from __future__ import annotations

import datetime as _dt
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, Generic, Protocol

from typing_extensions import TypeVar

# `Any` keeps nested access usable (`record.Config["a"]["b"]`) where describe gives no structure at all.
JsonValue = Any
"""What a field holds whose structure describe doesn't give: json, anyType, complexvalue, and types unknown to sfgen."""

T = TypeVar("T", default=str)


class DateOnly(Protocol):
    """Static only: a `datetime.date` that is no `datetime.datetime`, whose time and offset a date field would lose.

    A date-time is a date by inheritance. Its ``<`` takes date-times alone, and by that type checkers tell it apart.

    Example:
        >>> day: DateOnly = _dt.date(2026, 1, 31)
        >>> sf.Opportunity.select(Opportunity.Name).where(Opportunity.CloseDate > day).soql
        'SELECT Name FROM Opportunity WHERE CloseDate > 2026-01-31'
    """

    @property
    def year(self) -> int:
        """The year."""
        ...

    @property
    def month(self) -> int:
        """The month, 1 to 12."""
        ...

    @property
    def day(self) -> int:
        """The day, 1 to 31."""
        ...

    def isoformat(self) -> str:
        """Return the date as in ``2026-01-31``."""
        ...

    def __lt__(self, value: _dt.date, /) -> bool:
        """Compare as dates."""
        ...


@dataclass(frozen=True, slots=True)
class Location:
    """A geolocation: latitude and longitude in decimal degrees.

    Example:
        >>> Location(48.137, 11.575).latitude
        48.137
    """

    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """A compound address. Read-only in the API: write its parts, such as ``BillingCity``, instead.

    `latitude` and `longitude` are decimal degrees; `geocodeAccuracy` is one of the API's accuracy words.

    Example:
        >>> found = sf.Account.select(Account.BillingAddress).where(Account.BillingCity.is_not_null()).first()
        >>> found.BillingAddress.city is None
        False
    """

    street: str | None = None
    city: str | None = None
    state: str | None = None
    stateCode: str | None = None
    postalCode: str | None = None
    country: str | None = None
    countryCode: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    geocodeAccuracy: str | None = None


_ADDRESS_PARTS = frozenset(part.name for part in fields(Address))


def read_address(value: dict[str, Any]) -> Address:
    """Make an `Address` of the API's object; parts that sfgen doesn't know are left out."""
    return Address(**{part: text for part, text in value.items() if part in _ADDRESS_PARTS})


def read_location(value: dict[str, Any]) -> Location:
    """Make a `Location` of the API's object."""
    return Location(value.get("latitude"), value.get("longitude"))


class Blob(str):
    """Where the bytes of a base64 field are: a path such as ``/services/data/v62.0/sobjects/Attachment/00P.../Body``.

    A query answers this and not the content. `SFType.get_base64` downloads it; to write the field, set `bytes`.

    Example:
        >>> path = sf.Attachment.get(attachment.id).Body
        >>> path
        '/services/data/v62.0/sobjects/Attachment/.../Body'
        >>> sf.Attachment.get_base64(attachment.id)[:4]
        b'%PDF'
    """

    __slots__ = ()


class MultiPicklist(tuple[T, ...], Generic[T]):
    """The selected values of a multi-select picklist, in the order of the org.

    On the wire they are one text, separated by semicolons.

    Example:
        >>> MultiPicklist.parse("Solar;Wind")
        MultiPicklist(('Solar', 'Wind'))
        >>> str(MultiPicklist(["Solar", "Wind"]))
        'Solar;Wind'
    """

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> MultiPicklist[str]:
        """Read the wire form; an empty text has no value selected."""
        return MultiPicklist[str](text.split(";") if text else ())

    @classmethod
    def of(cls, values: str | Iterable[str]) -> MultiPicklist[str]:
        """Take the wire form, or the values one by one.

        Example:
            >>> MultiPicklist.of("Solar;Wind") == MultiPicklist.of(["Solar", "Wind"])
            True
        """
        return cls.parse(values) if isinstance(values, str) else MultiPicklist[str](values)

    def __str__(self) -> str:
        return ";".join(map(str, self))

    def __repr__(self) -> str:
        return f"MultiPicklist({super().__repr__()})"
