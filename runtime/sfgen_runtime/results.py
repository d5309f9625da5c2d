"""Results with two faces: the mapping that the API answers, and attributes with the same names."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from .errors import SalesforceGeneralError

if TYPE_CHECKING:
    from .http import Response
    from .json_codec import JsonReader

D = TypeVar("D", bound=OrderedDict[str, Any])


class SaveResult(OrderedDict[str, Any]):
    """What a create answers: ``result["id"]`` and ``result.id``."""

    @property
    def id(self) -> str:
        """The id of the record, 18 characters."""
        return str(self["id"])

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
        """Whether an upsert made a new record; None after a create, which doesn't say."""
        return self.get("created")


class QueryResult(OrderedDict[str, Any]):
    """One page of a query: ``result["records"]`` and ``result.records``."""

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
    return lambda response: _dressed(read.of_object(response), SaveResult)


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
