"""Loading trusted records in bulk: demo data, fixtures, a tree that the Salesforce CLI exported.

Nothing is checked but what storing needs, so that ten thousand records load in a fraction of a second.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from . import defaults
from .ids import to_18
from .values import load, write_moment

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable

    from .records import Records
    from .schema import Schema, SObject
    from .store import SqlValue, Store


class Seeder:
    """Loads records into one org."""

    def __init__(
        self, schema: Schema, store: Store, records: Records, clock: Callable[[], dt.datetime], user_id: str
    ) -> None:
        self._schema = schema
        self._store = store
        self._records = records
        self._clock = clock
        self._user_id = user_id

    def load(self, records: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        """Store the records, all or none.

        Raises:
            LookupError: an object that the org doesn't have, or a reference to a name that no record has.
            ValueError: an `Id` that is none.
        """
        with self._store.transaction():
            pending = [(self._object(name), record) for name, record in records]
            ids = [self._id(sobject, record) for sobject, record in pending]
            named = {
                f"@{reference}": record_id
                for (_, record), record_id in zip(pending, ids, strict=True)
                if (reference := _attribute(record, "referenceId"))
            }
            moment = write_moment(self._clock())
            batches: dict[tuple[str, tuple[str, ...]], tuple[SObject, list[list[SqlValue]]]] = {}
            standard: dict[str, dict[str, SqlValue]] = {}
            for (sobject, record), record_id in zip(pending, ids, strict=True):
                if sobject.name not in standard:
                    standard[sobject.name] = self._standard(sobject, moment)
                values = standard[sobject.name] | self._values(sobject, record, named)
                self._complete(sobject, values, record_id)
                batch = batches.setdefault((sobject.name, tuple(values)), (sobject, []))
                batch[1].append(list(values.values()))
            for (_, columns), (sobject, rows) in batches.items():
                self._store.insert_many(sobject, columns, rows)

    def _object(self, name: str) -> SObject:
        found = self._schema.get(name)
        if found is None:
            raise LookupError(f"the org has no object {name!r} to seed")
        return found

    def _id(self, sobject: SObject, record: Mapping[str, Any]) -> str:
        given = record.get("Id")
        if given is None:
            return self._records.new_id(sobject)
        full = to_18(str(given))
        if full is None:
            raise ValueError(f"{sobject.name}: {given!r} is no id: it needs 15 characters, or 18 with a right checksum")
        return full

    def _standard(self, sobject: SObject, moment: str) -> dict[str, SqlValue]:
        """Return what every record of the object starts with."""
        values: dict[str, SqlValue] = {"_deleted": 0}
        for field in sobject.stored:
            default = defaults.default_of(sobject, field, self._user_id)
            if default is not None:
                values[field.name] = default
        return values | defaults.audit(sobject, moment, self._user_id, created=True)

    def _values(self, sobject: SObject, record: Mapping[str, Any], named: Mapping[str, str]) -> dict[str, SqlValue]:
        values: dict[str, SqlValue] = {}
        for name, value in record.items():
            field = sobject.field(name)
            if name == "attributes" or (field is not None and field.type == "id"):
                continue
            if field is None:
                raise LookupError(f"{sobject.name} has no field {name!r} to seed")
            if field.name == "IsDeleted":
                values["_deleted"] = int(bool(value))
            elif field.type == "reference" and isinstance(value, str) and value.startswith("@"):
                values[field.name] = named[value]
            elif field.type not in ("address", "location"):
                values[field.name] = load(field, value)
        return values

    def _complete(self, sobject: SObject, values: dict[str, SqlValue], record_id: str) -> None:
        values["Id"] = record_id
        if "SystemModstamp" in values:
            values["_modified"] = values["SystemModstamp"]
        for field in sobject.stored:
            if field.auto_number and values.get(field.name) is None:
                values[field.name] = self._records.next_number(sobject)
        if sobject.names_a_person:
            values[sobject.fields["name"].name] = defaults.person_name(values)


def _attribute(record: Mapping[str, Any], name: str) -> str | None:
    attributes = record.get("attributes")
    value = attributes.get(name) if isinstance(attributes, Mapping) else None
    return value if isinstance(value, str) else None
