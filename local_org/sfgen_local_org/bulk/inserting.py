"""Inserting the rows of a CSV upload a column at a time, for inserts and for the new rows of upserts.

A row that is plainly right is inserted with its neighbours in one statement; any other goes through `Records` by
itself. Both ways lead to the same records and the same errors: that is tested.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import defaults
from ..schema import is_text
from ..values import write_moment
from .cells import SLOW, column_encoder

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sfgen.describe import FieldDescribe

    from ..store import SqlValue
    from .cells import Encoder
    from .writing import RowWriter

_NAME_PARTS = ("FirstName", "MiddleName", "LastName", "Suffix")
_STATUS = ("StageName", "Status")


class ColumnInsert:
    """Inserts rows with certain columns of an object; of an upsert, those whose key no record has.

    `key` is the place of an upsert's external id among the columns.
    """

    def __init__(self, writer: RowWriter, fields: Sequence[FieldDescribe], encoders: Sequence[Encoder]) -> None:
        self._records = writer.records
        self._store = writer.store
        self._sobject = writer.sobject
        self._encoders = encoders
        key = writer.external_id.lower() if writer.operation == "upsert" else None
        self.key = next((place for place, field in enumerate(fields) if field.name.lower() == key), None)
        self._unique = [(place, field) for place, field in enumerate(fields) if field.unique or place == self.key]
        self._given = [field.name for field in fields]
        self._constant = self._defaults(writer.records.user_id)
        self._numbers = [field.name for field in self._sobject.stored if field.auto_number]
        places = {name.lower(): place for place, name in enumerate(self._given)}
        self._names = [places[part.lower()] for part in _NAME_PARTS if part.lower() in places]
        self._status = next((places[name.lower()] for name in _STATUS if name.lower() in places), None)

    @classmethod
    def of(cls, writer: RowWriter, fields: Sequence[FieldDescribe | None]) -> ColumnInsert | None:
        """Return the inserter of these columns, or None where every row has to go through the rules."""
        sobject = writer.sobject
        given = {field.name for field in fields if field is not None}
        lacking = any(field.required_on_create and field.name not in given for field in sobject.stored)
        if writer.operation not in ("insert", "upsert") or not sobject.described.createable or lacking or not fields:
            return None
        known: list[FieldDescribe] = []
        encoders: list[Encoder] = []
        for field in fields:
            encoder = None
            if field is not None:

                def accepts(record_id: str, field: FieldDescribe = field) -> bool:
                    return writer.records.accepts_reference(sobject, field, record_id)

                encoder = column_encoder(sobject, field, writer.records.user_id, accepts)
            if field is None or encoder is None:
                return None
            known.append(field)
            encoders.append(encoder)
        return cls(writer, known, encoders)

    def encode(self, rows: Sequence[Sequence[str]]) -> tuple[list[list[Any]], list[int]]:
        """Return the encoded columns, and the rows that have to go through the rules, in order."""
        columns = [encode(cells) for encode, cells in zip(self._encoders, zip(*rows, strict=True), strict=True)]
        slow = {number for column in columns if SLOW in column for number, value in enumerate(column) if value is SLOW}
        for place, field in self._unique:
            slow.update(self._doubtful(field, columns[place], [row[place] for row in rows]))
            if place == self.key:
                slow.update(number for number, value in enumerate(columns[place]) if value is None)
        return columns, sorted(slow)

    def insert(self, columns: Sequence[list[Any]]) -> list[str]:
        """Insert rows and return their ids."""
        count = len(columns[0])
        ids = self._records.new_ids(self._sobject, count)
        moment = write_moment(self._records.now())
        audit = defaults.audit(self._sobject, moment, self._records.user_id, created=True)
        named: dict[str, Iterable[Any]] = dict(zip(self._given, columns, strict=True))
        named |= {name: [self._records.next_number(self._sobject, name) for _ in ids] for name in self._numbers}
        named |= self._closed_flags(columns)
        if self._sobject.names_a_person:
            parts = [columns[place] for place in self._names]
            rows = zip(*parts, strict=True)
            whole = not any(None in part for part in parts)
            names = map(" ".join, rows) if whole else (" ".join(filter(None, row)) or None for row in rows)
            named[self._sobject.fields["name"].name] = names
        constant = {name: value for name, value in (self._constant | audit).items() if name not in named}
        self._store.insert_many(self._sobject, ("Id", *named), zip(ids, *named.values(), strict=True), constant)
        return ids

    def _defaults(self, user_id: str) -> dict[str, SqlValue]:
        """Return what the org writes for the fields without a column."""
        values: dict[str, SqlValue] = {}
        for field in self._sobject.stored:
            if field.name not in self._given and not field.auto_number:
                default = defaults.default_of(self._sobject, field, user_id)
                if default is not None:
                    values[field.name] = default
        return values | defaults.closed_flags(self._sobject, values)

    def _closed_flags(self, columns: Sequence[list[Any]]) -> dict[str, list[SqlValue]]:
        """Return IsClosed and IsWon where the upload has the status that they follow."""
        if self._status is None:
            return {}
        statuses = columns[self._status]
        by_status = {
            status: defaults.closed_flags(self._sobject, {self._given[self._status]: status})
            for status in set(statuses)
        }
        names = next(iter(by_status.values()))
        return {name: [by_status[status][name] for status in statuses] for name in names}

    def _doubtful(self, field: FieldDescribe, values: Sequence[Any], cells: Sequence[str]) -> set[int]:
        """Return the rows whose unique value another record has, or a row before them."""
        taken = self._store.taken(self._sobject, field.name, [value for value in values if value is not SLOW])
        folds = is_text(field) and not field.case_sensitive
        seen: set[object] = {value.casefold() if folds else value for value in taken}
        doubtful: set[int] = set()
        for number, (value, cell) in enumerate(zip(values, cells, strict=True)):
            if value is None:
                continue
            key = cell.strip() if value is SLOW else value
            key = key.casefold() if folds else key
            if key in seen:
                doubtful.add(number)
            seen.add(key)
        return doubtful
