"""``sf.Contact.bulk`` of generated packages: records checked before they are sent, typed as the other verbs are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, time
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar, Unpack

from ..bulk.enums import Operation
from ..bulk.resource import BulkJobs, LoadOptions, Rows, id_alone, id_column, need_column, needing
from ..bulk.results import BulkResult
from ..bulk.sources import ArrowBatch, Table
from ..ids import IdLike
from .bulk_checks import sure_records
from .bulk_reading import by_describe
from .checks import nearest
from .errors import FieldProblem, InvalidRecord
from .many import keyed, with_id
from .registry import table_of
from .sobject import SObject
from .writing import check_id, check_key, parent_fault

if TYPE_CHECKING:
    from ..bulk.jobs import JobInfo
    from ..bulk.query import BulkQuery
    from .sobject_type import SFType
    from .table import FieldRow, ParentRow

M = TypeVar("M", bound=SObject)
C = TypeVar("C", bound=Mapping[str, Any])
U = TypeVar("U", bound=Mapping[str, Any])
X = TypeVar("X", bound=str)
Encode = Callable[[Any], Mapping[str, Any]]


class BulkType(BulkJobs[M], Generic[M, C, U, X]):
    """Many records of one object through the Bulk API 2.0.

    Records come from any iterable of models or dicts, or are a CSV file, by its path or open, an Arrow table or record
    batches, or a pandas or polars frame. They are checked and written to CSV as they are read, split into jobs,
    uploaded in parallel and waited for. None is null; a field that a record doesn't have stays as it is.

    Example:
        >>> result = sf.Contact.bulk.insert([Contact(LastName="Smith"), {"LastName": "Jones"}])
        >>> [row.id for row in result.saved()]
        ['003...', '003...']
        >>> import pandas, pyarrow
        >>> sf.Contact.bulk.insert(pandas.DataFrame({"LastName": ["Smith", "Jones"]}))
        <bulk insert of Contact: 2 saved>
        >>> sf.Contact.bulk.insert(pyarrow.table({"LastName": ["Smith"]}))
        <bulk insert of Contact: 1 saved>
    """

    def __init__(self, of: SFType[M, C, U, X]) -> None:
        super().__init__(of.client, of.name)
        self._of = of

    def insert(self, records: Iterable[M | C | ArrowBatch] | Table, **options: Unpack[LoadOptions]) -> BulkResult[M]:
        """Create records.

        Example:
            >>> sf.Contact.bulk.insert("contacts.csv")
            <bulk insert of Contact: 2 saved>

        Raises:
            InvalidRecord: the org would refuse a record; a note says which. Jobs under way are told of in another.
            BulkInterrupted: the load stopped early; the error says which rows are in, and how to go on.
            BulkJobFailed: the org gave up a job.
            BulkRowsFailed: `raise_on_error`, and a row was not saved.
        """
        rows = Rows(self._new, self._columns(_createable))
        return self._load(Operation.insert, records, rows, options)

    def update(
        self, records: Iterable[M | tuple[IdLike[M], M | U] | ArrowBatch] | Table, **options: Unpack[LoadOptions]
    ) -> BulkResult[M]:
        """Change records: models that were read and then changed, or pairs of an id and changes.

        A file or frame has a column ``Id``. Raises what `insert` does.

        Example:
            >>> record = sf.Contact.get(contact.id)
            >>> record.FirstName = "Jo"
            >>> sf.Contact.bulk.update([record]).succeeded
            1
            >>> sf.Contact.bulk.update([(contact.id, {"FirstName": "Al"})]).succeeded
            1
        """
        rows = Rows(needing("Id", self._updated), self._columns(_updateable, "Id"))
        return self._load(Operation.update, records, rows, options)

    def upsert(
        self, records: Iterable[M | C | U | ArrowBatch] | Table, field: X, **options: Unpack[LoadOptions]
    ) -> BulkResult[M]:
        """Update the records that have the external ids in `field`, create the others. Raises what `insert` does.

        Example:
            >>> result = sf.Account.bulk.upsert([{"ERP_Id__c": "bulk/3", "Name": "Harbour"}], "ERP_Id__c")
            >>> [row.created for row in result.saved()]
            [True]
        """
        check_key(self._of.model, field)
        writable = self._columns(lambda row: row.createable or row.updateable, field)
        rows = Rows(self._with_key(field), writable)
        return self._load(Operation.upsert, records, rows, options, field)

    def delete(
        self, records: Iterable[IdLike[M] | M | ArrowBatch] | Table, **options: Unpack[LoadOptions]
    ) -> BulkResult[M]:
        """Move records to the recycle bin: ids, or records that were read with theirs. Raises what `insert` does.

        Example:
            >>> sf.Contact.bulk.delete(sf.Contact.select(Contact.Id).where(Contact.Id == contact.id)).succeeded
            1
        """
        return self._load(Operation.delete, records, Rows(self._deleted, id_column), options)

    def hard_delete(
        self, records: Iterable[IdLike[M] | M | ArrowBatch] | Table, **options: Unpack[LoadOptions]
    ) -> BulkResult[M]:
        """Delete records for good, which needs the permission Bulk API Hard Delete. Raises what `insert` does.

        Example:
            >>> sf.Contact.bulk.hard_delete([contact.id]).succeeded
            1
        """
        return self._load(Operation.hard_delete, records, Rows(self._deleted, id_column), options)

    def query(self, soql: str, *, include_deleted: bool = False) -> BulkQuery[dict[str, Any]]:
        """Return a query given as SOQL, to be run by the Bulk API when it is iterated.

        Records are dicts; fields of the object itself have the types that describe says, others are text. For typed
        records use ``sf.Contact.select(...).bulk()``.

        Example:
            >>> sf.Opportunity.bulk.query("SELECT Amount, CloseDate FROM Opportunity ORDER BY Name LIMIT 1").all()
            [{'Amount': Decimal('...'), 'CloseDate': datetime.date(...)}]
        """
        return by_describe(self.client, table_of(self._of.model), soql, include_deleted=include_deleted)

    # ---- encoding ----------------------------------------------------------------------------------------------------

    def _encoder(self, job: JobInfo) -> Callable[[Any], Mapping[str, Any]]:
        match job.operation:
            case Operation.insert:
                return self._new
            case Operation.update:
                return self._updated
            case Operation.upsert:
                return self._with_key(job.external_id_field)
            case _:
                return self._deleted

    @cached_property
    def _new(self) -> Encode:
        sure = sure_records(self._of.model, _createable, whole=True)
        checked = self._whole(self._of._new)
        return lambda record: record if isinstance(record, dict) and sure(record) else checked(record)

    def _updated(self, record: Any) -> Mapping[str, Any]:
        if isinstance(record, Mapping):
            # A row of a frame, or a dict of scripts that were written for another client.
            record = record.get("Id"), {name: value for name, value in record.items() if name != "Id"}
        row = with_id(record, self._changes)
        self._check_id(row["Id"])
        return row

    def _deleted(self, record: Any) -> Mapping[str, Any]:
        if isinstance(record, SObject) and "Id" not in record.__dict__:
            raise TypeError("to delete takes ids, or records that were read with theirs")
        row = id_alone(record)
        self._check_id(row["Id"])
        return row

    def _check_id(self, record_id: Any) -> None:
        if record_id:  # a row without one has an error of its own
            check_id(self._of.model, record_id)

    @cached_property
    def _changes(self) -> Callable[[Any], dict[str, Any]]:
        sure = sure_records(self._of.model, _updateable, whole=False)
        checked = self._whole(self._of._changed)
        return lambda record: record if isinstance(record, dict) and sure(record) else checked(record)

    def _with_key(self, field: str) -> Encode:
        return keyed(self._of.model, field, self._whole(self._of._either))

    def _whole(self, encode: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
        """Take the rows of frames for what they are: parents by their columns, integers and dates as pandas keeps them.

        A frame of pandas' has no integers where some are null, and no dates but midnights without a zone.
        """
        fields = table_of(self._of.model).fields
        kept = {name: _KEPT_AS[row.type] for name, row in fields.items() if row.type in _KEPT_AS}

        def encoded(record: Any) -> dict[str, Any]:
            if isinstance(record, Mapping):
                if not kept.keys().isdisjoint(record):
                    record = {name: kept[name](value) if name in kept else value for name, value in record.items()}
                if any("." in name for name in record):
                    record = _nested(record)
            return encode(record)

        return encoded

    def _columns(
        self, writable: Callable[[FieldRow], bool], key: str | None = None
    ) -> Callable[[tuple[str, ...]], None]:
        table = table_of(self._of.model)

        def check(header: tuple[str, ...]) -> None:
            problems = [
                problem for name in header if name != key and (problem := _problem(self._of.model, name, writable))
            ]
            if problems:
                raise InvalidRecord(table.name, tuple(problems))
            if key is not None:
                need_column(key)(header)

        return check


def _createable(row: FieldRow) -> bool:
    return row.createable


def _updateable(row: FieldRow) -> bool:
    return row.updateable


def _integer(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _day(value: Any) -> Any:
    midnight = isinstance(value, datetime) and value.tzinfo is None and value.time() == time.min
    return value.date() if midnight else value


_KEPT_AS: Mapping[str, Callable[[Any], Any]] = {"int": _integer, "long": _integer, "date": _day}


def _nested(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record whose parents are columns, ``Account.ERP_Id__c`` or ``Account:What.ERP_Id__c``, as dicts do."""
    nested: dict[str, Any] = {}
    for name, value in record.items():
        path, dot, field = name.partition(".")
        if not dot:
            nested[name] = value
            continue
        kind, _, parent = path.rpartition(":")
        told = {"attributes": {"type": kind}} if kind else {}
        nested[parent] = {**nested.get(parent, {}), **told, field: value}
    return nested


def _problem(model: type[SObject], name: str, writable: Callable[[FieldRow], bool]) -> FieldProblem | None:
    table = table_of(model)
    fields = {row.name: row for row in table.fields.values()}
    path, dot, key = name.partition(".")
    kind, _, relationship = path.rpartition(":")
    parent = next((row for row in table.parents.values() if row.name == relationship), None) if dot else None
    if parent is not None:
        fault = _fault_of_kind(parent, kind, key) or parent_fault(
            model, parent, {key: ""}, {}, lambda row: "" if writable(row) else "writable"
        )
        return FieldProblem("INVALID_FIELD", name, fault) if fault else None
    row = fields.get(name)
    if row is None:
        return FieldProblem("INVALID_FIELD", name, f"{table.name} has no such field{nearest(name, fields)}")
    if not writable(row):
        return FieldProblem("INVALID_FIELD_FOR_INSERT_UPDATE", name, "it can't be written here; leave the column out")
    return None


def _fault_of_kind(parent: ParentRow, kind: str, key: str) -> str:
    """Return what is wrong with the object that a column names for a parent, or nothing."""
    if kind and kind not in parent.targets:
        return f"{parent.name} is no {kind}{nearest(kind, parent.targets)}"
    if not kind and len(parent.targets) > 1:
        return f"{parent.name} may be of several objects; say which, as in {parent.targets[0]}:{parent.name}.{key}"
    return ""
