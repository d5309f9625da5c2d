"""Results with two faces: the mapping that the API answers, and attributes with the same names."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from .error_bodies import error_details
from .error_codes import error_of
from .errors import SalesforceError, SalesforceGeneralError

if TYPE_CHECKING:
    from .http import Response
    from .json_codec import JsonReader

D = TypeVar("D", bound=OrderedDict[str, Any])


class SaveResult(OrderedDict[str, Any]):
    """What a create answers: ``result["id"]`` and ``result.id``.

    Example:
        >>> made = sf.Contact.create({"LastName": "Smith"})
        >>> made.success, made.id == made["id"], made.errors, made.error
        (True, True, [], None)
    """

    @property
    def id(self) -> str:
        """The id of the record, 18 characters.

        Raises:
            LookupError: the record was not saved.
        """
        if not self.get("id"):
            raise LookupError(f"the record was not saved, so it has no id: {self.error}")
        return str(self["id"])

    @property
    def error(self) -> SalesforceError | None:
        """Why the org refused this record, as the error that a single create would have raised; None if it didn't."""
        if self.get("success"):
            return None
        return error_of("", 200, "", json.dumps(self.errors, default=str).encode())

    @property
    def success(self) -> bool:
        """Whether the org saved the record."""
        return bool(self["success"])

    @property
    def errors(self) -> list[Any]:
        """Warnings and errors of a save; empty if it went through."""
        return list(self.get("errors") or ())

    @property
    def created(self) -> bool | None:
        """Whether an upsert made a new record; None after a create, which doesn't say, and where it isn't known.

        It isn't known where an upsert was sent again after a lost answer, and found the record to be there.

        Example:
            >>> sf.Account.upsert_many("ERP_Id__c", [{"ERP_Id__c": "made/1", "Name": "Acme"}])[0].created
            True
        """
        return self.get("created")


class SaveResults(list[SaveResult]):
    """One result for each record of a collection, in the order of the records.

    The org saves a collection in requests of at most 200 records. With ``all_or_none=True`` each request is saved
    whole or not at all; after one that isn't, no more are sent, and the records of these have the code ``NOT_SENT``.
    So up to 200 records are all saved or none; of more, the requests before the failure stay saved.

    Example:
        >>> results = sf.Contact.create_many([{"LastName": "Smith"}, {"FirstName": "Jo"}])
        >>> results.ok, [result.success for result in results], results.failed[0].row
        (False, [True, False], 1)
        >>> results.ids[1] is None
        True
    """

    @property
    def ok(self) -> bool:
        """Whether every record was saved."""
        return all(result.success for result in self)

    @property
    def failed(self) -> list[FailedRow]:
        """The records that were not saved: where each stands in the list that was given, and its result."""
        return [FailedRow(index, result) for index, result in enumerate(self) if not result.success]

    @property
    def ids(self) -> list[str | None]:
        """The ids in order, None for a record that was not saved."""
        return [result.get("id") if result.success else None for result in self]

    def raise_on_errors(self) -> SaveResults:
        """Return these results, or raise if a record was not saved.

        Example:
            >>> sf.Contact.create_many([{"LastName": "Smith"}]).raise_on_errors().ids == [None]
            False

        Raises:
            RecordsNotSaved: some were not.
        """
        if not self.ok:
            raise RecordsNotSaved(self)
        return self


class FailedRow(NamedTuple):
    """A record of a collection that was not saved.

    Example:
        >>> results = sf.Contact.create_many([{"LastName": "Smith"}, {"FirstName": "Jo"}])
        >>> [(row.row, row.result.error.error_code) for row in results.failed]
        [(1, 'REQUIRED_FIELD_MISSING')]
    """

    row: int
    result: SaveResult


class RecordsNotSaved(SalesforceGeneralError):
    """Some records of a collection were not saved; `results` has all of them, `failed` these.

    Example:
        >>> try:
        ...     sf.Contact.create_many([{"LastName": "Smith"}, {"FirstName": "Jo"}]).raise_on_errors()
        ... except RecordsNotSaved as error:
        ...     [row.row for row in error.failed], error.error_code
        ([1], 'REQUIRED_FIELD_MISSING')
    """

    remedy = "The records that are not listed as failed were saved."

    def __init__(self, results: SaveResults) -> None:
        self.results, self.failed = results, results.failed
        content = [error for row in self.failed for error in row.result.errors]
        super().__init__("", 200, "", content)

    def __str__(self) -> str:
        told = "; ".join(f"[{row}] {'; '.join(map(_row_error, result.errors))}" for row, result in self.failed[:5])
        more = f"; and {len(self.failed) - 5} more" if len(self.failed) > 5 else ""
        return f"{len(self.failed)} of {len(self.results)} records were not saved: {told}{more}. {self.remedy}"


def _row_error(error: Any) -> str:
    details = error_details([error])
    return str(details[0]) if details else str(error)


class QueryResult(OrderedDict[str, Any]):
    """One page of a query: ``result["records"]`` and ``result.records``.

    Example:
        >>> page = sf.query("SELECT Id FROM Account LIMIT 1")
        >>> page.records == page["records"], page.totalSize, page.done, page.nextRecordsUrl
        (True, 1, True, None)
    """

    @property
    def records(self) -> list[Any]:
        """The records of this page; empty for ``COUNT()``."""
        return list(self.get("records") or ())

    @property
    def totalSize(self) -> int:
        """How many records the whole query finds."""
        return int(self["totalSize"])

    @property
    def done(self) -> bool:
        """Whether this is the last page."""
        return bool(self["done"])

    @property
    def nextRecordsUrl(self) -> str | None:
        """The path of the next page, or None after the last."""
        return self.get("nextRecordsUrl")


def as_save_result(read: JsonReader) -> Callable[[Response], SaveResult]:
    """Return a parser whose plain dicts become `SaveResult`; what a caller's own hook makes stays as it is."""
    return lambda response: _certain(_dressed(read.of_object(response), SaveResult), response)


def save_results(rows: list[dict[str, Any]], response: Response) -> list[SaveResult]:
    """Return the results of a collection's answer."""
    return [_certain(SaveResult(row), response) for row in rows]


def _certain(result: SaveResult, response: Response) -> SaveResult:
    # What the second try did not create, the first may have, its answer being lost.
    if response.repeated and isinstance(result, SaveResult) and result.created is False:
        result["created"] = None
    return result


def as_query_result(read: JsonReader) -> Callable[[Response], QueryResult]:
    """Return a parser whose plain dicts become `QueryResult`; what a caller's own hook makes stays as it is."""
    return lambda response: _dressed(read.of_object(response), QueryResult)


def _dressed(value: Any, kind: type[D]) -> D:
    # The type is a promise for plain dicts only: who gives a hook of their own knows what it makes.
    return kind(value) if type(value) in (dict, OrderedDict) else cast("D", value)


def next_records_url(page: object) -> str | None:
    """Return where a page says the next one is, whether it is a mapping or has attributes; None after the last.

    Raises:
        SalesforceGeneralError: the page says that there are more records, but not where.
    """
    if isinstance(page, Mapping):
        url, done = page.get("nextRecordsUrl"), page.get("done")
    else:
        url, done = getattr(page, "nextRecordsUrl", None), getattr(page, "done", None)
    if done is not True and isinstance(url, str) and url:
        return url
    if done is False:
        raise SalesforceGeneralError("", 200, "query", "", cause="there are more records, but no URL of the next page")
    return None
