"""`composite/sobjects`: up to 200 records in one request.

Salesforce document: REST API Developer Guide, "sObject Collections".
"""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from sfgen_local_org.errors import OrgError
from sfgen_local_org.http.call import Answer, Call
from sfgen_local_org.http.errors import ApiError
from sfgen_local_org.http.router import Route
from sfgen_local_org.http.rows import Result, check_count, records_of, run_rows, success, type_of
from sfgen_local_org.ids import to_18
from sfgen_local_org.named import take, value_of

if TYPE_CHECKING:
    from sfgen_local_org.org import Org

_ROOT = "/services/data/v{version}/composite/sobjects"
_MOST_RETRIEVED = 2_000


class Collections:
    """The endpoints of sObject collections."""

    def __init__(self, org: Org) -> None:
        self._org = org

    def routes(self) -> list[Route]:
        """Return the endpoints."""
        return [
            Route("POST", _ROOT, self.create),
            Route("PATCH", _ROOT, self.update),
            Route("DELETE", _ROOT, self.delete),
            Route("GET", _ROOT + "/{sobject}", self.retrieve),
            Route("POST", _ROOT + "/{sobject}", self.retrieve_listed),
            Route("PATCH", _ROOT + "/{sobject}/{field}", self.upsert),
        ]

    def create(self, call: Call) -> Answer:
        """Create records, of one object or several."""
        records, all_or_none = _records(call)
        return self._run([partial(self._create_one, record) for record in records], all_or_none)

    def update(self, call: Call) -> Answer:
        """Update records by the id in each."""
        records, all_or_none = _records(call)
        return self._run([partial(self._update_one, record) for record in records], all_or_none)

    def upsert(self, call: Call) -> Answer:
        """Update or create records by the external id in each."""
        records, all_or_none = _records(call)
        sobject, field = call.args["sobject"], call.args["field"]
        refused = self._org.repeated_keys(sobject, field, [value_of(record, field) for record in records])
        rows = [
            partial(_refuse, refused[place]) if place in refused else partial(self._upsert_one, sobject, field, record)
            for place, record in enumerate(records)
        ]
        return self._run(rows, all_or_none)

    def delete(self, call: Call) -> Answer:
        """Delete records by the ids of the query."""
        ids = _listed(call.query.get("ids", ""))
        check_count(len(ids))
        if not ids:
            raise ApiError(
                400, "MISSING_ARGUMENT", "The ids parameter is required: a comma-separated list of record ids."
            )
        return self._run([partial(self._delete_one, record_id) for record_id in ids], call.flag("allOrNone"))

    def retrieve(self, call: Call) -> Answer:
        """Answer the fields of records by the ids and fields of the query; null for one that isn't there."""
        return self._retrieve(call, _listed(call.query.get("ids", "")), _listed(call.query.get("fields", "")))

    def retrieve_listed(self, call: Call) -> Answer:
        """Do the same by the ids and fields of the body."""
        body = call.json_object()
        return self._retrieve(call, _texts(body, "ids"), _texts(body, "fields"))

    def _retrieve(self, call: Call, ids: list[str], fields: list[str]) -> Answer:
        if not ids or not fields:
            raise ApiError(400, "MISSING_ARGUMENT", "The request needs ids and fields.")
        if len(ids) > _MOST_RETRIEVED:
            raise ApiError(
                400, "EXCEEDED_ID_LIMIT", f"cannot retrieve more than {_MOST_RETRIEVED} records in one request"
            )
        return Answer(200, [self._retrieve_one(call, record_id, fields) for record_id in ids])

    def _retrieve_one(self, call: Call, record_id: str, fields: list[str]) -> dict[str, Any] | None:
        try:
            return self._org.retrieve(call.args["sobject"], record_id, fields, version=call.version)
        except OrgError as error:
            if error.code in ("NOT_FOUND", "ENTITY_IS_DELETED", "MALFORMED_ID"):
                return None
            raise

    def _run(self, rows: list[partial[Result]], all_or_none: bool) -> Answer:
        return Answer(200, run_rows(self._org, rows, all_or_none=all_or_none))

    def _create_one(self, record: dict[str, Any]) -> Result:
        return success(self._org.create(self._known(type_of(record)), _fields(record)))

    def _update_one(self, record: dict[str, Any]) -> Result:
        fields = _fields(record)
        record_id = take(fields, "Id")
        if not isinstance(record_id, str) or not record_id:
            raise ApiError(400, "MISSING_ARGUMENT", "Id not specified in an update call")
        sobject = self._known(type_of(record))
        self._check_id(sobject, record_id)
        self._org.update(sobject, record_id, fields)
        return success(record_id)

    def _check_id(self, sobject: str, record_id: str) -> None:
        """Refuse what can be no id of the object."""
        described = self._org.describe(sobject)
        full, prefix = to_18(record_id), described.get("keyPrefix")
        if full is None or (prefix and full[:3] != prefix):
            label = described.get("label") or sobject
            raise OrgError(400, "MALFORMED_ID", f"{label} ID: id value of incorrect type: {record_id}", ["Id"])

    def _known(self, sobject: str) -> str:
        """Return the name of an object that is there: in a row, one that isn't is no address that has nothing."""
        if self._org.object_name(sobject) is None:
            raise ApiError(400, "INVALID_TYPE", f"sObject type '{sobject}' is not supported.")
        return sobject

    def _upsert_one(self, sobject: str, field: str, record: dict[str, Any]) -> Result:
        if type_of(record).lower() != sobject.lower():
            raise ApiError(400, "INVALID_INPUT", f"The record's type is not {sobject}, which the address names.")
        fields = _fields(record)
        value = take(fields, field)
        if value is None or isinstance(value, list | dict):
            if field.lower() == "id":
                return success(self._org.create(sobject, fields), created=True)
            raise ApiError(400, "MISSING_ARGUMENT", f"{field} not specified")
        record_id, created = self._org.upsert(sobject, field, str(value), fields)
        return success(record_id, created=created)

    def _delete_one(self, record_id: str) -> Result:
        sobject = self._by_prefix.get(record_id[:3])
        if sobject is None:
            raise ApiError(400, "MALFORMED_ID", f"malformed id {record_id}")
        self._org.delete(sobject, record_id)
        return success(record_id)

    @cached_property
    def _by_prefix(self) -> dict[str, str]:
        objects = self._org.describe_global()["sobjects"]
        return {item["keyPrefix"]: item["name"] for item in objects if item.get("keyPrefix")}


def _records(call: Call) -> tuple[list[dict[str, Any]], bool]:
    body = call.json_object()
    records = records_of(body)
    check_count(len(records))
    return records, body.get("allOrNone") is True


def _fields(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != "attributes"}


def _refuse(error: OrgError) -> Result:
    raise error


def _listed(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


def _texts(body: dict[str, Any], key: str) -> list[str]:
    values = body.get(key)
    return [str(value) for value in values] if isinstance(values, list) else []
