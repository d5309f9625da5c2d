"""sObject collections: many records a request, split at the API's limit, with a result for each in input order.

Salesforce document: REST API Developer Guide, "sObject Collections".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..error_bodies import error_details
from ..errors import SalesforceError
from ..http import CallOptions, Request, Response
from ..ids import checked_ids
from ..json_codec import JsonReader, encode_json, unreadable
from ..paths import segment
from ..results import SaveResult, SaveResults, save_results
from ..retries import may_have_acted, passing_row

T = TypeVar("T")
R = TypeVar("R")

if TYPE_CHECKING:
    from ..client import SalesforceClient
    from ..http import Operation

    # What makes the operation of the rows of one request.
    Saving = Callable[[Sequence[T]], Operation[list[SaveResult]]]

_JSON = {"Content-Type": "application/json"}
MOST_SAVED = 200
MOST_RETRIEVED = 2_000
_ROLLED_BACK = "ALL_OR_NONE_OPERATION_ROLLED_BACK"
_plain = JsonReader(None, dict)


@dataclass(frozen=True, slots=True)
class SaveMany:
    """Create (`POST`) or update (`PATCH`) up to 200 records of one object; updates have an ``Id`` in each."""

    method: str
    object_name: str
    all_or_none: bool
    records: Sequence[Mapping[str, Any]]

    def request(self) -> Request:
        """Return ``POST composite/sobjects`` or ``PATCH composite/sobjects``."""
        return Request(
            self.method,
            "composite/sobjects",
            headers=_JSON,
            body=_body(self.object_name, self.all_or_none, self.records),
            idempotent=self.method == "PATCH",
            resource=self.object_name,
        )

    @property
    def parse(self) -> Callable[[Response], list[SaveResult]]:
        """What reads the results."""
        return partial(_rows, len(self.records))


@dataclass(frozen=True, slots=True)
class UpsertMany:
    """Update or create up to 200 records by the external id field in each."""

    object_name: str
    field_name: str
    all_or_none: bool
    records: Sequence[Mapping[str, Any]]

    def request(self) -> Request:
        """Return ``PATCH composite/sobjects/{Object}/{field}``."""
        of, by = segment(self.object_name, "the object name"), segment(self.field_name, "the field")
        return Request(
            "PATCH",
            f"composite/sobjects/{of}/{by}",
            headers=_JSON,
            body=_body(self.object_name, self.all_or_none, self.records),
            # With the Id field, a record without one is created anew each time.
            idempotent=self.field_name.lower() != "id",
            resource=self.object_name,
        )

    @property
    def parse(self) -> Callable[[Response], list[SaveResult]]:
        """What reads the results."""
        return partial(_rows, len(self.records))


@dataclass(frozen=True, slots=True)
class DeleteMany:
    """Delete up to 200 records by id."""

    object_name: str
    all_or_none: bool
    record_ids: Sequence[str]

    def request(self) -> Request:
        """Return ``DELETE composite/sobjects?ids=...``."""
        params = {"ids": ",".join(checked_ids(self.record_ids)), "allOrNone": str(self.all_or_none).lower()}
        return Request("DELETE", "composite/sobjects", params=params, idempotent=True, resource=self.object_name)

    @property
    def parse(self) -> Callable[[Response], list[SaveResult]]:
        """What reads the results."""
        return partial(_deleted_rows, len(self.record_ids))


@dataclass(frozen=True, slots=True)
class RetrieveMany(Generic[R]):
    """Read the named fields of up to 2,000 records by id; null for one that isn't there."""

    object_name: str
    fields: Sequence[str]
    record_ids: Sequence[str]
    parse: Callable[[Response], list[R]] = field(kw_only=True)

    def request(self) -> Request:
        """Return ``POST composite/sobjects/{Object}``: a POST since the ids fit no URL."""
        return Request(
            "POST",
            f"composite/sobjects/{segment(self.object_name, 'the object name')}",
            headers=_JSON,
            body=encode_json({"ids": checked_ids(self.record_ids), "fields": list(self.fields)}),
            idempotent=True,
            resource=self.object_name,
        )


def _body(object_name: str, all_or_none: bool, records: Iterable[Mapping[str, Any]]) -> bytes:
    attributes = {"attributes": {"type": object_name}}
    return encode_json({"allOrNone": all_or_none, "records": [attributes | dict(record) for record in records]})


def _rows(count: int, response: Response) -> list[SaveResult]:
    """Read the results of a collection of so many records.

    Raises:
        SalesforceGeneralError: the body is no list of as many results.
    """
    rows = _plain(response)
    if not isinstance(rows, list) or not all(isinstance(row, dict) and "success" in row for row in rows):
        raise unreadable(response, "no list of results")
    if len(rows) != count:
        raise unreadable(response, f"{len(rows)} results for {count} records, so which is whose is unknown")
    return save_results(rows, response)


def _deleted_rows(count: int, response: Response) -> list[SaveResult]:
    """Read the results of a delete. Sent again after a lost answer, it finds deleted what it has deleted."""
    rows = _rows(count, response)
    failed = [row for row in rows if not row.success]
    if response.repeated and all(_is_deleted(row) for row in failed):
        for row in failed:
            row.update(success=True, errors=[])
    return rows


def _is_deleted(row: SaveResult) -> bool:
    return [detail.code for detail in error_details(row.errors)] == ["ENTITY_IS_DELETED"]


def objects_of(read: JsonReader, response: Response) -> list[Any]:
    """Read the records of a retrieval, with a caller's hooks.

    Raises:
        SalesforceGeneralError: the body is no list.
    """
    records = read(response)
    if not isinstance(records, list):
        raise unreadable(response, "no list of records")
    return records


def retrieve(
    client: SalesforceClient,
    object_name: str,
    fields: Sequence[str],
    record_ids: Sequence[str],
    parse: Callable[[Response], list[R]],
    call: CallOptions,
) -> list[R]:
    """Return the records with these ids, 2,000 a request, in the order of the ids.

    Raises:
        SalesforceError: the org refused a request, or did not answer it with a record or null for each id.
    """
    found: list[R] = []
    for ids in chunks(record_ids, MOST_RETRIEVED):
        operation = RetrieveMany(object_name, fields, ids, parse=partial(_one_each, parse, len(ids)))
        found += client.execute(operation, **call)
    return found


def _one_each(parse: Callable[[Response], list[R]], count: int, response: Response) -> list[R]:
    records = parse(response)
    if len(records) != count:
        raise unreadable(response, f"{len(records)} records for {count} ids, so which is whose is unknown")
    return records


def chunks(rows: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield the rows in lists of at most `size`."""
    return (rows[start : start + size] for start in range(0, len(rows), size))


def save_rows(
    client: SalesforceClient,
    rows: Sequence[T],
    operation: Saving[T],
    *,
    all_or_none: bool,
    call: CallOptions,
) -> SaveResults:
    """Send all rows, 200 a request, and return their results in the order of the rows.

    Rows that failed for a reason that passes, UNABLE_TO_LOCK_ROW, are sent again as the client's retry policy says. An
    error of a whole request carries the results of the requests before it: `results_before` finds them.

    Raises:
        SalesforceError: the org refused a whole request, or did not answer.
    """
    results = SaveResults()
    parts = list(chunks(rows, MOST_SAVED))
    if len(parts) > 1:
        _check_bodies(parts, operation)
    for chunk in parts:
        if all_or_none and not results.ok:
            results.extend(_not_sent() for _ in chunk)
            continue
        try:
            _save_chunk(client, chunk, operation, all_or_none, call, results)
        except SalesforceError as error:
            note_results(error, results, len(rows))
            raise
    return results


def _check_bodies(parts: Sequence[Sequence[T]], operation: Saving[T]) -> None:
    """Raise for a value that JSON can't carry, before the requests in front of its own have saved theirs."""
    for number, chunk in enumerate(parts):
        try:
            operation(chunk).request()
        except (TypeError, ValueError) as error:
            error.add_note(f"records[0] is record {number * MOST_SAVED} of the list; nothing was sent.")
            raise


def _save_chunk(
    client: SalesforceClient,
    chunk: Sequence[T],
    operation: Saving[T],
    all_or_none: bool,
    call: CallOptions,
    results: SaveResults,
) -> None:
    """Send the rows of one request, and once more those that were locked; add to `results` what becomes of each."""
    start = len(results)
    results.extend(client.execute(operation(chunk), **call))
    tries = client.tries(**call)
    while (again := _to_repeat(results[start:], all_or_none)) and tries.again():
        places = [start + index for index in again]
        try:
            answers = client.execute(operation([chunk[index] for index in again]), **call)
        except SalesforceError as error:
            if may_have_acted(error):
                _put(results, places, [_outcome_unknown() for _ in places])
            raise
        _put(results, places, answers)


def _put(results: SaveResults, places: Sequence[int], answers: Sequence[SaveResult]) -> None:
    for place, answer in zip(places, answers, strict=True):
        results[place] = answer


def _to_repeat(answers: Sequence[SaveResult], all_or_none: bool) -> list[int]:
    """Return which rows may go through if they are sent again: of a request that was rolled back, all or none."""
    failed = {index: _codes(answer) for index, answer in enumerate(answers) if not answer.success}
    if all_or_none:
        causes = [codes for codes in failed.values() if _ROLLED_BACK not in codes]
        return list(range(len(answers))) if causes and all(map(_passes, causes)) else []
    return [index for index, codes in failed.items() if _passes(codes)]


def _codes(answer: SaveResult) -> list[str]:
    return [detail.code for detail in error_details(answer.errors)]


def _passes(codes: list[str]) -> bool:
    return bool(codes) and all(map(passing_row, codes))


def _not_sent() -> SaveResult:
    return _failed("NOT_SENT", "not sent, since all_or_none=True and a request before this one failed")


def _outcome_unknown() -> SaveResult:
    return _failed("OUTCOME_UNKNOWN", "it was locked and sent again, and whether the org saved it then is unknown")


def _failed(code: str, message: str) -> SaveResult:
    return SaveResult(success=False, errors=[{"statusCode": code, "message": message, "fields": []}])


def note_results(error: SalesforceError, results: SaveResults, count: int) -> None:
    """Give an error the results of the requests before the one that failed, for `results_before`."""
    if results:
        error.__dict__["results_before"] = results
        saved = sum(result.success for result in results)
        error.add_note(
            f"Of {count} records {len(results)} were answered before this, {saved} of them saved: "
            "results_before(error) has their results."
        )


def results_before(error: SalesforceError) -> SaveResults:
    """Return the results of a collection's or a tree's requests before the one that failed with `error`.

    Where that one sent locked rows again, those of its first try are among them; a row of the second whose outcome is
    unknown has the code ``OUTCOME_UNKNOWN``.
    """
    found = error.__dict__.get("results_before")
    return found if isinstance(found, SaveResults) else SaveResults()
