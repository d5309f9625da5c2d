"""The demo org: a company that installs and services solar power plants, heat pumps and batteries.

Its objects are text files in `definitions/`, one an object, with a line for each field. This is how a file looks::

    # The key prefix of its ids, its labels, then words.
    sobject Garage__c a09 "Garage" "Garages" feed
    recordtype Public "Public garage" default
    # A group of fields, or a field with a label of its own, from shared.txt.
    + audit
    + id "Garage ID"
    Name            string(80)          required name  "Garage Name"
    Account__c      reference(Account)  children=Garages__r  "Account"
        ? Help text: whom the garage belongs to.
    # The default value has a star, a value that was retired a minus sign.
    Status__c       picklist restricted "Status"
        | *Planned | Open | -Mothballed
    # value > label; after the @ the controlling values that allow the values before it.
    Closed_For__c   picklist controller=Status__c "Closed For"
        | Works > Building works | Flood @ Planned, Open
        | Lack of cars @ *
    # A formula, and a formula for the default value.
    Full_Name__c    string "Full Name"
        = Account__r.Name & " / " & Name
    Opened__c       date "Opened"
        := TODAY()

A field is `Name type(size) words "Label"`: in parentheses stand the length, or precision and scale, or the digits of an
int, or the objects that a lookup points to. Without a word a field can be created, updated, be null and be used in SOQL
as its type allows. Words change that:

* `required`, `readonly`, `createonly`, `updateonly`, `defaulted` (the org fills it in on create), `fls`, `nofls`
  (whether field-level security applies)
* `name`, `autonumber`, `rollup`, `idlookup`, `external`, `unique`, `casesensitive`
* `restricted`, `controller=FIELD` and `values=SET` (a value set of shared.txt) of picklists
* `as=NAME` (relationship to the parent; `as=-`: none), `children=NAME` (relationship to the children), `master`
  (master-detail), `reparentable`, `cascade`, `restrict` (what a delete of the parent does) of lookups
* `default=VALUE`, `extra=TYPE` (extraTypeInfo), `mask=TYPE`, `compound=FIELD`, `bytes=N`
* `nofilter`, `nosort`, `nogroup`, `noaggregate`, `noprefilter`; `sortable` and `filterable` for longer texts that are

An address or a location brings the fields it is made of; a text area over 255 characters is a long one. To add a field,
write its line, give it a value in `records/` if it is required, and run the tests.

Example:
    >>> TODAY
    datetime.date(2026, ...)
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from .notation import ObjectSource, read_object, read_shared
from .objects import describe_objects
from .records import TODAY, make_records

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["TODAY", "describes", "records"]


def describes() -> dict[str, dict[str, Any]]:
    """Return the describe result of every object of the demo org by its name, as the REST API would give it.

    Each call makes a new dictionary, in alphabetical order: callers may change what they get.

    Example:
        >>> describes()["Account"]["keyPrefix"]
        '001'
    """
    return describe_objects(_sources())


def records() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the object's name and the fields of each of about 3,000 records, parents before children.

    A record holds its id, its audit fields and every other field of its object but the compound ones, whose parts hold
    the values: formulas, roll-ups and auto-numbers are worked out, so that records can be stored as they are. Dates are
    relative to `TODAY`, times are UTC. Two calls give equal records.

    Example:
        >>> org = Org(describes().values())
        >>> org.seed(records())
        >>> org.record_counts(["Account"])["Account"] > 100
        True
    """
    yield from make_records(describes())


@cache
def _sources() -> tuple[ObjectSource, ...]:
    folder = resources.files(__name__) / "definitions"
    shared = read_shared((folder / "shared.txt").read_text("utf-8"), "shared.txt")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".sobject")), key=lambda file: file.name)
    return tuple(read_object(file.read_text("utf-8"), file.name, shared) for file in files)
