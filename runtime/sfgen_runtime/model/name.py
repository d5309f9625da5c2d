"""What every target of a polymorphic lookup has in common.

SOQL answers a path over a polymorphic lookup, such as ``What.Name`` or ``Owner.Type``, from the object ``Name``.
Salesforce document: Object Reference, "Name"; SOQL and SOSL Reference, "Understanding Polymorphic Relationships".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .fields import Boolean, Key, Text
from .name_table import NAME_TABLE
from .sobject import SObject

if TYPE_CHECKING:
    from .relationships import Null, Root, ViaParent


class Name(SObject):
    """A record behind a polymorphic lookup, as far as its object doesn't matter.

    Example:
        >>> sf.Case.select(Case.Owner.Name).first().Owner.Name != ""
        True
        >>> typeof(Task.What).when(Account, Account.Phone).else_(Name.Name).soql
        'TYPEOF What WHEN Account THEN Phone ELSE Name END'
    """

    __sobject__ = "Name"
    __table__ = NAME_TABLE

    Id: Key[Any]
    Name: Text[str]
    Type: Text[str]
    FirstName: Text[str | None]
    LastName: Text[str | None]
    Email: Text[str | None]
    Phone: Text[str | None]
    Title: Text[str | None]
    Alias: Text[str | None]
    Username: Text[str | None]
    IsActive: Boolean[bool]


class OtherRecord(Name):
    """A record whose object was not generated: it holds what the org sent of it, as JSON gives it.

    Example:
        >>> OtherRecord.from_row({"Name": "Jo"}).Name
        'Jo'
    """

    __sobject__ = ""


if TYPE_CHECKING:

    class NamePath(Name, ViaParent[Root, Null]):
        """Static only: `Name` at the end of a path.

        Example:
            >>> Case.Owner.Name, Task.What.Name
            (<column Owner.Name of Case>, <column What.Name of Task>)
        """

else:
    NamePath = Name
