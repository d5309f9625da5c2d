"""What makes seed records: ids, audit fields, and a chance that falls the same way on every machine."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from ...ids import make_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Record = dict[str, Any]
T = TypeVar("T")

# The demo org's "today": all dates are relative to it, so that the records never change.
TODAY = date(2026, 6, 30)
_NOON = datetime(TODAY.year, TODAY.month, TODAY.day, 12)
_SEED = 20260630
_AUDIT = frozenset({"CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById", "SystemModstamp"})


class Chance:
    """Random choices from a fixed seed. Only `randrange` is used: Python keeps its sequence from version to version."""

    def __init__(self, seed: int = _SEED) -> None:
        self._below = random.Random(seed).randrange  # noqa: S311  (plausible data, not secrets)

    def number(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return self._below(low, high + 1)

    def one_of(self, choices: Sequence[T]) -> T:
        """Return one of the choices."""
        return choices[self._below(len(choices))]

    def some_of(self, choices: Sequence[T], most: int) -> list[T]:
        """Return one to `most` different choices, in their own order."""
        wanted = {self._below(len(choices)) for _ in range(self.number(1, most))}
        return [choices[at] for at in sorted(wanted)]

    def percent(self, chance: int) -> bool:
        """Return True in `chance` of 100 cases."""
        return self._below(100) < chance

    def decimal(self, low: int, high: int, places: int) -> float:
        """Return a number from `low` to `high` with at most so many decimal places."""
        unit: int = 10**places
        return self.number(low * unit, high * unit) / unit

    def moment(self, first: int, last: int) -> datetime:
        """Return a moment, in UTC, from `first` to `last` days after today's noon."""
        return _NOON + timedelta(seconds=self.number(first * 86_400, last * 86_400))

    def day(self, first: int, last: int) -> date:
        """Return a day from `first` to `last` days after today."""
        return TODAY + timedelta(days=self.number(first, last))


def stamp(moment: datetime) -> str:
    """Return a moment of UTC as the REST API writes it."""
    return f"{moment.isoformat(timespec='seconds')}.000+0000"


class Org:
    """The records made so far, parents before children.

    Every record has every field of its object but the compound ones, whose parts hold the values; a field that nobody
    set has the describe's default, or null.
    """

    def __init__(self, describes: Mapping[str, Record]) -> None:
        self.chance = Chance()
        self.rows: list[tuple[str, Record]] = []
        self.tables: dict[str, list[Record]] = {}
        self._describes = describes
        self._blanks = {name: _blank(described) for name, described in describes.items()}

    def add(self, name: str, **fields: Any) -> Record:
        """Add a record with these fields; `CreatedDate`, where given, is a datetime."""
        table = self.tables.setdefault(name, [])
        created = fields.pop("CreatedDate", None) or self.chance.moment(-900, -30)
        blank = self._blanks[name]
        if unknown := fields.keys() - blank.keys():
            raise KeyError(f"{name} has no field {', '.join(sorted(unknown))}")
        record = {**blank, "Id": self.id_of(name, len(table) + 1), **self._audit(blank, created), **fields}
        if "OwnerId" in blank and record["OwnerId"] is None:
            record["OwnerId"] = self.user()["Id"]
        table.append(record)
        self.rows.append((name, record))
        return record

    def id_of(self, name: str, number: int) -> str:
        """Return the id of an object's record `number`, whether it has been added or not."""
        return make_id(self._describes[name]["keyPrefix"], number)

    def user(self) -> Record:
        """Return one of the active people."""
        return self.chance.one_of([user for user in self.tables["User"] if user["IsActive"] and user["FirstName"]])

    def record_type(self, name: str, developer_name: str) -> str:
        """Return the id of an object's record type."""
        infos = self._describes[name]["recordTypeInfos"]
        found: str = next(info["recordTypeId"] for info in infos if info["developerName"] == developer_name)
        return found

    def _audit(self, blank: Record, created: datetime) -> Record:
        last = min(created + timedelta(hours=self.chance.number(0, 2_000)), _NOON)
        users = len(self.tables["User"]) if len(self.tables.get("User", [])) == 5 else 1
        values = {
            "CreatedDate": stamp(created),
            "CreatedById": self.id_of("User", self.chance.number(1, users)),
            "LastModifiedDate": stamp(last),
            "LastModifiedById": self.id_of("User", self.chance.number(1, users)),
            "SystemModstamp": stamp(last),
        }
        return {field: value for field, value in values.items() if field in blank}


def _blank(described: Record) -> Record:
    """Return a record of the object in which every field has its default or null."""
    return {
        field["name"]: field["defaultValue"]
        for field in described["fields"]
        if field["type"] not in ("address", "location")
    }
