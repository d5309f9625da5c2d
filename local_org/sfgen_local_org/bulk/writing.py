"""Writing the rows of a job under the org's rules, one by one: whatever a row is, it gets a result.

Salesforce document: Bulk API 2.0 and Bulk API Developer Guide, "Get Job Successful Record Results", "Get Job Failed
Record Results", "Relationship Fields in a Header Row", "Valid CSV Record Rows".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..errors import OrgError
from ..ids import to_18
from ..named import take, value_of
from ..repeats import repeated
from ..values import encode
from .cells import BOOLEANS
from .csv_text import NULL, BadBatch
from .inserting import ColumnInsert

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sfgen.describe import FieldDescribe

    from ..records import Records
    from ..schema import Schema, SObject
    from ..store import Store
    from .faults import JobFaults

OPERATIONS = ("insert", "update", "upsert", "delete", "hardDelete")


@dataclass(slots=True)
class Results:
    """What became of the rows of a batch, by their place in it: an id each, whether it is new, and the errors."""

    ids: list[str | None] = field(default_factory=list)
    created: list[bool] = field(default_factory=list)
    errors: dict[int, OrgError] = field(default_factory=dict)

    def add(self, record_id: str | None, *, created: bool) -> None:
        """Add a row that was written."""
        self.ids.append(record_id)
        self.created.append(created)

    def fail(self, error: OrgError) -> None:
        """Add a row that was refused."""
        self.errors[len(self.ids)] = error
        self.add(None, created=False)


class RowWriter:
    """Writes records of one object by one operation; a refused one doesn't stop the others."""

    def __init__(
        self,
        schema: Schema,
        store: Store,
        records: Records,
        sobject: SObject,
        operation: str,
        external_id: str | None,
        faults: JobFaults,
    ) -> None:
        self.schema = schema
        self.store = store
        self.records = records
        self.sobject = sobject
        self.operation = operation
        self.faults = faults
        self.external_id = external_id or "Id"
        verbs: dict[str, Callable[[dict[str, Any]], tuple[str, bool]]] = {
            "insert": self._insert,
            "update": self._update,
            "upsert": self._upsert,
            "delete": self._delete,
            "hardDelete": self._hard_delete,
        }
        self._write_one = verbs[operation]

    def write(self, records: Iterable[Mapping[str, Any]], results: Results) -> None:
        """Write records in order, in one transaction, and add the result of each."""
        given = list(records)
        refused = self.refused([value_of(record, self.external_id) for record in given])
        with self.store.transaction():
            faulty = self.faults.concern(self.sobject.name)
            for place, record in enumerate(given):
                try:
                    if place in refused:
                        raise refused[place]
                    if faulty and (fault := self.faults.take_row_error(self.sobject.name, record)) is not None:
                        raise fault
                    record_id, created = self._write_one(dict(record))
                    results.add(record_id, created=created)
                except OrgError as error:
                    results.fail(self._as_row_error(error, record))

    def refused(self, keys: Sequence[object]) -> dict[int, OrgError]:
        """Return the errors of the rows of an upsert whose external id another row has, by their places."""
        key = self.sobject.field(self.external_id) if self.operation == "upsert" else None
        return repeated(keys, key) if key is not None and key.type != "id" else {}

    def table(self, header: Sequence[str]) -> CsvTable:
        """Return what writes the rows of a CSV upload with this header.

        Raises:
            BadBatch: the header has a column too many or too few.
        """
        external_id = self.external_id if self.operation == "upsert" else None
        return CsvTable(self, Columns(self.schema, self.sobject, header, self.operation, external_id))

    def _insert(self, record: dict[str, Any]) -> tuple[str, bool]:
        return self.records.create(self.sobject, record), True

    def _update(self, record: dict[str, Any]) -> tuple[str, bool]:
        record_id = self._take_id(record)
        self.records.update(self.sobject, record_id, record)
        return record_id, False

    def _upsert(self, record: dict[str, Any]) -> tuple[str, bool]:
        value = take(record, self.external_id)
        is_id = self.external_id.lower() == "id"
        if value is None or value == "":
            if is_id:
                return self.records.create(self.sobject, record), True
            raise OrgError(400, "MISSING_ARGUMENT", f"{self.external_id} not specified", [])
        return self.records.upsert(self.sobject, self.external_id, str(value), record)

    def _delete(self, record: dict[str, Any]) -> tuple[str, bool]:
        record_id = self._take_id(record)
        self.records.delete(self.sobject, record_id)
        return record_id, False

    def _hard_delete(self, record: dict[str, Any]) -> tuple[str, bool]:
        record_id = self._take_id(record)
        row = self.store.row(self.sobject, record_id)
        if row is None or not row["_deleted"]:
            self.records.delete(self.sobject, record_id)
        self.store.purge(self.sobject, record_id)
        return record_id, False

    def _take_id(self, record: dict[str, Any]) -> str:
        """Remove and return the id of a record, in 18 characters."""
        given = take(record, "Id")
        if given is None or given == "":
            raise OrgError(400, "MISSING_ARGUMENT", f"Id not specified in an {self.operation} call", [])
        full = to_18(str(given).strip())
        if full is None or full[:3] != self.sobject.key_prefix:
            raise OrgError(400, "MALFORMED_ID", f"bad id {given}", ["Id"])
        return full

    def _as_row_error(self, error: OrgError, record: Mapping[str, Any]) -> OrgError:
        """Return an error in the words of the Bulk API: a row is no JSON document and no address."""
        if error.code == "NOT_FOUND":
            return OrgError(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [])
        if error.code != "JSON_PARSER_ERROR":
            return error
        for name, value in record.items():
            described = self.sobject.field(name)
            if described is None:
                continue
            try:
                encode(described, value)
            except OrgError:
                message = f"{described.label}: value not of required type: {value}"
                return OrgError(400, "INVALID_TYPE_ON_FIELD_IN_RECORD", message, [described.name])
        return error


class Columns:
    """The header of a CSV upload, and rows of cells as records.

    Raises:
        BadBatch: a column that the object doesn't have, or that is there twice, or one that the operation lacks.
    """

    def __init__(
        self, schema: Schema, sobject: SObject, header: Sequence[str], operation: str, external_id: str | None
    ) -> None:
        self._cells: list[tuple[str, str | None, str | None, bool]] = []
        self.fields: list[FieldDescribe | None] = []
        for name in header:
            self._add(schema, sobject, name)
        present = [field.name.lower() for field in self.fields if field is not None]
        twice = next((name for name in present if present.count(name) > 1), None)
        if twice is not None:
            raise BadBatch("InvalidBatch", f"Duplicate column in the header: {twice}")
        needed = {"insert": None, "upsert": external_id}.get(operation, "Id")
        if needed is not None and needed.lower() not in present:
            raise BadBatch("InvalidBatch", f"The '{operation}' batch must contain the column {needed}")
        if operation in ("delete", "hardDelete") and len(header) > 1:
            raise BadBatch("InvalidBatch", f"The '{operation}' batch must contain only ids")

    def record(self, row: Sequence[str]) -> dict[str, Any]:
        """Return a row as a record: without its empty cells, and with null for `#N/A`."""
        record: dict[str, Any] = {}
        for (name, parent_field, parent_type, is_boolean), cell in zip(self._cells, row, strict=True):
            if cell == "":
                continue
            value: Any = None if cell == NULL else cell
            if parent_field is not None and value is not None:
                value = {parent_field: value} | ({"attributes": {"type": parent_type}} if parent_type else {})
            elif is_boolean and value is not None:
                value = BOOLEANS.get(cell.strip().lower(), cell)
            record[name] = value
        return record

    def _add(self, schema: Schema, sobject: SObject, name: str) -> None:
        relationship, dot, parent_field = name.partition(".")
        if not dot:
            described = sobject.field(name)
            if described is None:
                raise _unknown_column(name)
            self.fields.append(described)
            self._cells.append((described.name, None, None, described.type == "boolean"))
            return
        # `Who.Email`, or `Contact:Who.Email` where the parent may be of several types.
        parent_type, _, relationship = relationship.rpartition(":")
        lookup = sobject.parents.get(relationship.lower())
        target = schema.get(parent_type or lookup.reference_to[0]) if lookup is not None else None
        if target is None or target.field(parent_field) is None:
            raise _unknown_column(name)
        self.fields.append(None)
        self._cells.append((relationship, parent_field, parent_type or None, False))


def error_text(error: OrgError) -> str:
    """Return an error as the cell of a result has it: `CODE:message:fields --`."""
    fields = f"{', '.join(error.fields)} " if error.fields else ""
    return f"{error.code}:{error.message}:{fields}--"


def _unknown_column(name: str) -> BadBatch:
    return BadBatch("InvalidBatch", f"Field name not found : {name}")


class CsvTable:
    """Writes the rows of a CSV upload."""

    def __init__(self, writer: RowWriter, columns: Columns) -> None:
        self._writer = writer
        self._columns = columns
        self._fast = ColumnInsert.of(writer, columns.fields)

    def write(self, rows: Sequence[Sequence[str]]) -> Results:
        """Write rows in order and return what became of each."""
        results = Results()
        if not rows:
            return results
        with self._writer.store.transaction():
            if self._fast is None or self._writer.faults.concern(self._writer.sobject.name):
                self._write_each(rows, results)
            else:
                self._write_runs(self._fast, rows, results)
        return results

    def _write_runs(self, fast: ColumnInsert, rows: Sequence[Sequence[str]], results: Results) -> None:
        """Insert the rows between those that have to go through the rules, and these, in order."""
        columns, slow = fast.encode(rows)
        keys = [] if fast.key is None else [None if row[fast.key] == NULL else row[fast.key] for row in rows]
        refused = self._writer.refused(keys)
        start = 0
        for number in [*sorted({*slow, *refused}), len(rows)]:
            if start < number:
                whole = start == 0 and number == len(rows)
                ids = fast.insert(columns if whole else [column[start:number] for column in columns])
                results.ids += ids
                results.created += [True] * len(ids)
            if number in refused:
                results.fail(refused[number])
            else:
                self._write_each(rows[number : number + 1], results)
            start = number + 1

    def _write_each(self, rows: Sequence[Sequence[str]], results: Results) -> None:
        self._writer.write((self._columns.record(row) for row in rows), results)
