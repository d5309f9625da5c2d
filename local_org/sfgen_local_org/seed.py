"""Loading trusted records in bulk: demo data, fixtures, a tree that the Salesforce CLI exported.

Nothing is checked but what storing needs, so that ten thousand records load in a fraction of a second.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from . import defaults
from .ids import to_18
from .schema import COMPOUND_TYPES
from .values import loader, write_moment

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable

    from .records import Records
    from .schema import Schema, SObject
    from .store import SqlValue, Store


@dataclass(slots=True)
class _Layout:
    """What the records of an object that have the same keys store, and their rows so far.

    `standard` holds a row before a record fills it. `keys` tells for each key its column, how a value is loaded and
    whether it is a reference. `computed` are the columns that follow: the auto-numbers in `numbers`, a person's name.
    """

    sobject: SObject
    standard: dict[str, SqlValue]
    keys: list[tuple[str, str, Callable[[Any], SqlValue] | None, bool]] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    computed: list[str] = field(default_factory=list)
    rows: list[list[SqlValue]] = field(default_factory=list)


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
            layouts: dict[tuple[str, ...], _Layout] = {}
            for (sobject, record), record_id in zip(pending, ids, strict=True):
                # Most records of an object have the same keys: what the keys mean is worked out once.
                key = (sobject.name, *record)
                layout = layouts.get(key) or layouts.setdefault(key, self._layout(sobject, record))
                layout.rows.append(self._row(layout, record, record_id, named))
            for layout in layouts.values():
                self._store.insert_many(layout.sobject, (*layout.standard, *layout.computed), layout.rows)
        self._records.forget_counters()

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

    def _layout(self, sobject: SObject, keys: Iterable[str]) -> _Layout:
        """Work out what records with these keys store: defaults and audit fields first, then what each key says."""
        standard: dict[str, SqlValue] = {"Id": None, "_deleted": 0}
        for stored in sobject.stored:
            default = defaults.default_of(sobject, stored, self._user_id)
            if default is not None:
                standard[stored.name] = default
        standard |= defaults.audit(sobject, write_moment(self._clock()), self._user_id, created=True)
        layout = _Layout(sobject, standard)
        for key in keys:
            found = sobject.field(key)
            if found is None and key != "attributes":
                raise LookupError(f"{sobject.name} has no field {key!r} to seed")
            if found is not None and found.type not in COMPOUND_TYPES and found.type != "id":
                column = "_deleted" if found.name == "IsDeleted" else found.name
                standard.setdefault(column, None)
                layout.keys.append((key, column, loader(found), found.type == "reference"))
        given = {column for _, column, _, _ in layout.keys}
        layout.numbers = [each.name for each in sobject.stored if each.auto_number and each.name not in given]
        layout.computed = [*layout.numbers, *([sobject.fields["name"].name] if sobject.names_a_person else ())]
        for column in layout.computed:
            standard.pop(column, None)
        layout.keys = [key for key in layout.keys if key[1] not in layout.computed]
        return layout

    def _row(
        self, layout: _Layout, record: Mapping[str, Any], record_id: str, named: Mapping[str, str]
    ) -> list[SqlValue]:
        values = layout.standard.copy()
        values["Id"] = record_id
        for key, column, load, is_reference in layout.keys:
            value = record[key]
            if is_reference and isinstance(value, str) and value.startswith("@"):
                if value not in named:
                    raise LookupError(f"{layout.sobject.name}.{key}: no record has the referenceId {value[1:]!r}")
                value = named[value]
            values[column] = value if load is None else load(value)
        if "SystemModstamp" in values:
            values["_modified"] = values["SystemModstamp"]
        row = list(values.values())
        row += [self._records.next_number(layout.sobject, name) for name in layout.numbers]
        if layout.sobject.names_a_person:
            row.append(defaults.person_name(values))
        return row


def _attribute(record: Mapping[str, Any], name: str) -> str | None:
    attributes = record.get("attributes")
    value = attributes.get(name) if isinstance(attributes, Mapping) else None
    return value if isinstance(value, str) else None
