"""Creating, changing and deleting records under the rules that describe states.

The order of the checks is the platform's: names first, then the user's rights on fields, then each value by itself,
then what only the other records can tell.

Salesforce document: REST API Developer Guide, "Working with Records"; SOAP API Developer Guide, "create()", "update()",
"upsert()", "delete()".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from . import defaults
from .errors import OrgError, no_such_field, not_found
from .files import ContentFiles
from .ids import make_id, make_ids, number_of, to_18
from .values import encode, write_moment

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from sfgen.describe import FieldDescribe

    from .schema import Schema, SObject
    from .store import SqlValue, Store

# Keys that clients send with a record and that are no fields.
_NOT_FIELDS = frozenset({"attributes"})


class Records:
    """The records of every object, as the running user changes them."""

    def __init__(self, schema: Schema, store: Store, clock: Callable[[], dt.datetime], user_id: str) -> None:
        self._schema = schema
        self._store = store
        self.now = clock
        self.user_id = user_id
        self._last_id: dict[str, int] = {}
        self._last_number: dict[tuple[str, str], str] = {}
        self._files = ContentFiles(schema, store, self._fill_in)

    # --- create ---

    def create(self, sobject: SObject, record: Mapping[str, Any]) -> str:
        """Add a record and return its id."""
        if not sobject.described.createable:
            message = f"entity type cannot be inserted: {sobject.described.label}"
            raise OrgError(400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", message, [])
        given = self._fields_of(sobject, record, creating=True)
        with self._store.transaction():
            values = self._encode(sobject, given)
            self._files.prepare(sobject, values)
            self._require(sobject, values)
            self._check_references(sobject, values)
            self._fill_in(sobject, values)
            self._check_unique(sobject, values, None)
            self._store.insert(sobject, values)
            self._files.publish(sobject, values)
        return str(values["Id"])

    def new_id(self, sobject: SObject) -> str:
        """Return an id that no record of the object has had."""
        return self.new_ids(sobject, 1)[0]

    def new_ids(self, sobject: SObject, count: int) -> list[str]:
        """Return ids that no record of the object has had, in ascending order."""
        last = self._last_id.get(sobject.key_prefix)
        if last is None:
            first, end = make_id(sobject.key_prefix, 0)[:6], make_id(sobject.key_prefix, 62**9 - 1)
            table = self._store.ensure(sobject)
            sql = f'SELECT MAX("Id") FROM {table} WHERE "Id" BETWEEN ? AND ?'
            highest = self._store.fetch(sql, (first, end))[0][0]
            last = number_of(highest) if highest else 0
        self._last_id[sobject.key_prefix] = last + count
        return make_ids(sobject.key_prefix, last + 1, count)

    def next_number(self, sobject: SObject, column: str) -> str:
        """Return the next value of an auto-number field."""
        last = self._last_number.get((sobject.name, column))
        if last is None:
            sql = f'SELECT MAX("{column}") FROM {self._store.ensure(sobject)}'
            last = self._store.fetch(sql)[0][0]
        following = defaults.auto_number(last)
        self._last_number[sobject.name, column] = following
        return following

    def forget_counters(self) -> None:
        """Look the highest ids and auto-numbers up again: records came in past this class."""
        self._last_id.clear()
        self._last_number.clear()

    def _fill_in(self, sobject: SObject, values: dict[str, SqlValue]) -> None:
        """Add the id and everything that the org writes by itself."""
        for field in sobject.stored:
            if field.auto_number:
                values[field.name] = self.next_number(sobject, field.name)
            elif field.name not in values or (values[field.name] is None and not field.nillable):
                default = defaults.default_of(sobject, field, self.user_id)
                if default is not None:
                    values[field.name] = default
        values |= defaults.closed_flags(sobject, values)
        values |= defaults.blob_lengths(sobject, values)
        values |= defaults.audit(sobject, write_moment(self.now()), self.user_id, created=True)
        if sobject.names_a_person:
            values[sobject.fields["name"].name] = defaults.person_name(values)
        values["Id"] = self.new_id(sobject)

    # --- update ---

    def update(self, sobject: SObject, record_id: str, record: Mapping[str, Any]) -> None:
        """Change the given fields of a record."""
        if not sobject.described.updateable:
            message = f"entity type cannot be updated: {sobject.described.label}"
            raise OrgError(400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", message, [])
        given = self._fields_of(sobject, record, creating=False)
        with self._store.transaction():
            row = self.live_row(sobject, record_id)
            values = self._encode(sobject, given)
            self._require_still(sobject, values)
            self._check_references(sobject, values)
            self._check_unique(sobject, values, str(row["Id"]))
            values |= defaults.closed_flags(sobject, values)
            values |= defaults.blob_lengths(sobject, values)
            values |= defaults.audit(sobject, write_moment(self.now()), self.user_id, created=False)
            if sobject.names_a_person:
                values[sobject.fields["name"].name] = defaults.person_name(row | values)
            self._store.update(sobject, str(row["Id"]), values)

    def live_row(self, sobject: SObject, record_id: str) -> dict[str, SqlValue]:
        """Return the row of a record that exists and isn't deleted.

        Raises:
            OrgError: NOT_FOUND, or ENTITY_IS_DELETED for one in the recycle bin.
        """
        full = to_18(record_id)
        if full is None:
            # What is no id is taken for the name of an external id that has no value.
            message = f"Provided external ID field does not exist or is not accessible: {record_id}"
            raise OrgError(404, "NOT_FOUND", message)
        row = self._store.row(sobject, full)
        if row is None:
            raise not_found()
        if row["_deleted"]:
            raise OrgError(404, "ENTITY_IS_DELETED", "entity is deleted", [])
        return row

    # --- upsert and lookups ---

    def upsert(self, sobject: SObject, field_name: str, value: str, record: Mapping[str, Any]) -> tuple[str, bool]:
        """Update the record that has this external id, or create it. Returns its id, and whether it is new."""
        field = self._lookup_field(sobject, field_name)
        if any(key.lower() == field.name.lower() for key in record):
            message = f"The {field.name} field should not be specified in the sobject data."
            raise OrgError(400, "INVALID_FIELD", message, [])
        with self._store.transaction():
            matches = self._matches(sobject, field, value)
            if not matches:
                if field.type == "id":
                    raise not_found()
                return self.create(sobject, {**record, field.name: value}), True
            self.update(sobject, matches[0], record)
            return matches[0], False

    def find(self, sobject: SObject, field_name: str, value: str) -> str:
        """Return the id of the one record with this external id."""
        field = self._lookup_field(sobject, field_name)
        matches = self._matches(sobject, field, value)
        if not matches:
            raise not_found()
        return matches[0]

    def _lookup_field(self, sobject: SObject, name: str) -> FieldDescribe:
        field = sobject.field(name)
        if field is None or not (field.external_id or field.id_lookup or field.type == "id"):
            message = f"Provided external ID field does not exist or is not accessible: {name}"
            raise OrgError(404, "NOT_FOUND", message)
        return field

    def _matches(self, sobject: SObject, field: FieldDescribe, value: str) -> list[str]:
        encoded = encode(field, value)
        if encoded is None:
            message = f"{field.name} not specified"
            raise OrgError(400, "MISSING_ARGUMENT", message, [])
        matches = self._store.find(sobject, field.name, encoded)
        if len(matches) > 1:
            message = f"{field.label}: more than one record found for external id field: [{', '.join(matches)}]"
            raise OrgError(300, "DUPLICATE_EXTERNAL_ID", message, [field.name], choices=matches)
        return matches

    # --- delete ---

    def delete(self, sobject: SObject, record_id: str) -> None:
        """Put a record in the recycle bin, and with it the children that describe deletes with their parent."""
        if not sobject.described.deletable:
            message = f"entity type cannot be deleted: {sobject.described.label}"
            raise OrgError(400, "INSUFFICIENT_ACCESS_OR_READONLY", message, [])
        with self._store.transaction():
            row = self.live_row(sobject, record_id)
            self._delete(sobject, str(row["Id"]), write_moment(self.now()))

    def _delete(self, sobject: SObject, record_id: str, moment: str) -> None:
        # Marked first: a child that leads back here finds nothing left to do.
        values: dict[str, SqlValue] = {"_deleted": 1} | defaults.audit(sobject, moment, self.user_id, created=False)
        self._store.update(sobject, record_id, values)
        for relationship in sobject.described.children:
            child = self._schema.get(relationship.child)
            field = child.field(relationship.field) if child is not None else None
            if child is None or field is None or field.type != "reference":
                continue
            orphans = self._store.find(child, field.name, record_id, limit=-1)
            if not orphans:
                continue
            if relationship.cascade_delete:
                for orphan in orphans:
                    self._delete(child, orphan, moment)
            elif relationship.restricted_delete:
                message = (
                    f"Your attempt to delete {record_id[:15]} could not be completed because it is associated with "
                )
                message += f"the following {child.described.label_plural}.: {', '.join(orphans[:10])}\n"
                raise OrgError(400, "DELETE_FAILED", message, [])
            elif field.nillable:
                for orphan in orphans:
                    self._store.update(child, orphan, {field.name: None})

    # --- checks ---

    def _fields_of(
        self, sobject: SObject, record: Mapping[str, Any], *, creating: bool
    ) -> list[tuple[FieldDescribe, Any]]:
        """Find the field of each key of a record, and refuse those that the user may not write."""
        given: list[tuple[FieldDescribe, Any]] = []
        read_only: list[str] = []
        for name, value in record.items():
            field = sobject.field(name)
            if name in _NOT_FIELDS:
                continue
            if field is None:
                given.append(self._parent_by_external_id(sobject, name, value))
                continue
            if field.type == "id":
                self._refuse_id(value, creating=creating)
                continue
            if not (field.createable if creating else field.updateable):
                read_only.append(field.name)
            given.append((field, value))
        if read_only:
            message = (
                f"Unable to create/update fields: {', '.join(read_only)}. Please check the security settings of this "
                "field and verify that it is read/write for your profile or permission set."
            )
            raise OrgError(400, "INVALID_FIELD_FOR_INSERT_UPDATE", message, read_only)
        return given

    def _refuse_id(self, value: Any, *, creating: bool) -> None:
        if value is None:
            return
        if creating:
            message = "cannot specify Id in an insert call"
            raise OrgError(400, "INVALID_FIELD_FOR_INSERT_UPDATE", message, ["Id"])
        raise OrgError(400, "INVALID_FIELD", "The Id field should not be specified in the sobject data.")

    def _parent_by_external_id(self, sobject: SObject, name: str, value: Any) -> tuple[FieldDescribe, Any]:
        """Resolve `{"Account": {"ERP_Id__c": "x"}}` to the lookup and the id of the account."""
        lookup = sobject.parents.get(name.lower())
        if lookup is None:
            raise no_such_field(name, sobject.name)
        if value is None:
            return lookup, None
        if not isinstance(value, Mapping):
            message = f"Cannot deserialize instance of {name} from VALUE_STRING value {value}"
            raise OrgError(400, "JSON_PARSER_ERROR", f"{message} or request may be missing a required field")
        attributes = value.get("attributes")
        wanted = attributes.get("type") if isinstance(attributes, Mapping) else None
        keys = [key for key in value if key not in _NOT_FIELDS]
        target = self._schema.get(str(wanted) if wanted else lookup.reference_to[0])
        if target is None or len(keys) != 1:
            message = f"{name}: a parent is given by its type and exactly one external id field"
            raise OrgError(400, "INVALID_FIELD", message, [])
        field = target.field(keys[0])
        if field is None or not (field.external_id or field.id_lookup):
            raise no_such_field(keys[0], target.name)
        try:
            found = self._matches(target, field, value[keys[0]])
        except OrgError as error:
            # Which record was meant is asked of whoever names it by its own id, not of who names its parent.
            raise OrgError(400, error.code, error.message, error.fields) from None
        if not found:
            message = (
                f"Foreign key external ID: {value[keys[0]]} not found for field {field.name} in entity {target.name}"
            )
            raise OrgError(400, "INVALID_FIELD", message, [])
        return lookup, found[0]

    def _encode(self, sobject: SObject, given: Sequence[tuple[FieldDescribe, Any]]) -> dict[str, SqlValue]:
        return {field.name: encode(field, value) for field, value in given if field.type not in ("address", "location")}

    def _require(self, sobject: SObject, values: Mapping[str, SqlValue]) -> None:
        missing = [f.name for f in sobject.stored if f.required_on_create and values.get(f.name) is None]
        if missing:
            message = f"Required fields are missing: [{', '.join(missing)}]"
            raise OrgError(400, "REQUIRED_FIELD_MISSING", message, missing)

    def _require_still(self, sobject: SObject, values: Mapping[str, SqlValue]) -> None:
        """Refuse an update that takes a required value away."""
        missing = [f.name for f in sobject.stored if not f.nillable and f.name in values and values[f.name] is None]
        if missing:
            message = f"Required fields are missing: [{', '.join(missing)}]"
            raise OrgError(400, "REQUIRED_FIELD_MISSING", message, missing)

    def _check_references(self, sobject: SObject, values: Mapping[str, SqlValue]) -> None:
        for name, value in values.items():
            field = sobject.field(name)
            if field is None or field.type != "reference" or not isinstance(value, str):
                continue
            self._check_reference(sobject, field, value)

    def accepts_reference(self, sobject: SObject, field: FieldDescribe, record_id: str) -> bool:
        """Tell whether a lookup of the object may point at this id of 18 characters."""
        try:
            self._check_reference(sobject, field, record_id)
        except OrgError:
            return False
        return True

    def _check_reference(self, sobject: SObject, field: FieldDescribe, value: str) -> None:
        if field.name == "RecordTypeId" and value in sobject.record_type_ids:
            return  # a record type need not be a row: the describe of its object lists it
        listed = [name for name in field.reference_to if self._schema.is_listed(name)]
        targets = [target for name in listed if (target := self._schema.get(name)) is not None]
        owners = [owner for owner in self._schema.of_id(value) if self._schema.is_listed(owner.name)]
        if len(targets) < len(field.reference_to) and not owners:
            return  # it may be a record of an object that this org has no describe of
        candidates = [target for target in targets if target.key_prefix == value[:3]]
        if field.reference_to and not candidates:
            message = f"{field.label}: id value of incorrect type: {value}"
            raise OrgError(400, "FIELD_INTEGRITY_EXCEPTION", message, [field.name])
        rows = [row for target in candidates if (row := self._store.row(target, value)) is not None]
        if candidates and not rows:
            raise OrgError(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [])
        if rows and rows[0]["_deleted"]:
            raise OrgError(400, "ENTITY_IS_DELETED", "entity is deleted", [])

    def _check_unique(self, sobject: SObject, values: Mapping[str, SqlValue], own_id: str | None) -> None:
        for name, value in values.items():
            field = sobject.field(name)
            if field is None or not field.unique or value is None or field.type == "id":
                continue
            others = [found for found in self._store.find(sobject, field.name, value) if found != own_id]
            if others:
                message = f"duplicate value found: {field.name} duplicates value on record with id: {others[0][:15]}"
                raise OrgError(400, "DUPLICATE_VALUE", message, [])
