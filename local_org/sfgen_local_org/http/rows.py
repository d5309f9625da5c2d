"""What collections and trees have in common: many records in one transaction, with a result for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sfgen_local_org.errors import OrgError
from sfgen_local_org.http.errors import ApiError, row_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sfgen_local_org.org import Org

MOST_RECORDS = 200
Result = dict[str, Any]


class RolledBackError(Exception):
    """Raised to leave a transaction without keeping what was done in it."""


def run_rows(org: Org, rows: Iterable[Callable[[], Result]], *, all_or_none: bool) -> list[Result]:
    """Run one operation a row and return their results; with `all_or_none`, undo all if one fails."""
    results: list[Result] = []

    def run_all() -> None:
        for row in rows:
            try:
                with org.transaction():
                    results.append(row())
            except (ApiError, OrgError) as error:
                results.append(failure(error))

    if not all_or_none:
        run_all()
        return results
    try:
        with org.transaction():
            run_all()
            if not all(result["success"] for result in results):
                raise RolledBackError
    except RolledBackError:
        return [_rolled_back() if result["success"] else result for result in results]
    return results


def success(record_id: str, **more: Any) -> Result:
    """Return the result of a row that was written."""
    return {"id": record_id, "success": True, "errors": [], **more}


def failure(error: ApiError | OrgError) -> Result:
    """Return the result of a row that was refused."""
    if error.code == "NOT_FOUND":
        # That is a status of addresses; a row has an id that refers to nothing.
        error = ApiError(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
    return {"success": False, "errors": [row_error(error)]}


def check_count(count: int) -> None:
    """Refuse more records than one request may have."""
    if count > MOST_RECORDS:
        message = f"record limit reached. cannot submit more than {MOST_RECORDS} records into this call"
        raise ApiError(400, "EXCEEDED_ID_LIMIT", message)


def type_of(record: dict[str, Any]) -> str:
    """Return the object that a record's `attributes` name."""
    attributes = record.get("attributes")
    name = attributes.get("type") if isinstance(attributes, dict) else None
    if not isinstance(name, str) or not name:
        raise ApiError(400, "INVALID_INPUT", "Each record needs attributes with the type of its object.")
    return name


def records_of(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the `records` of a request."""
    records = body.get("records")
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise ApiError(400, "JSON_PARSER_ERROR", "The request needs records: a list of JSON objects.")
    return records


def _rolled_back() -> Result:
    message = "Record rolled back because not all records were valid and the request was using AllOrNone header"
    return failure(ApiError(400, "ALL_OR_NONE_OPERATION_ROLLED_BACK", message))
