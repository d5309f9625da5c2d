"""What scripts import from simple-salesforce's module of this name."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from itertools import chain
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar
from urllib.parse import quote_plus
from xml.parsers.expat import ExpatError

from .error_codes import error_of
from .errors import (
    SalesforceExpiredSession,
    SalesforceGeneralError,
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceRefusedRequest,
    SalesforceResourceNotFound,
)
from .json_codec import iso_datetime
from .transport import DEFAULT_TIMEOUT, exchange, scrubbed, scrubbed_body, session_of
from .usage import PerAppUsage, Usage

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    import requests

T = TypeVar("T")
# Types that annotations of scripts name.
Headers = MutableMapping[str, str]
Proxies = MutableMapping[str, str]
BulkDataAny = list[Mapping[str, Any]]
BulkDataStr = list[Mapping[str, str]]

__all__ = [
    "BulkDataAny",
    "BulkDataStr",
    "Headers",
    "PerAppUsage",
    "Proxies",
    "SalesforceExpiredSession",
    "SalesforceGeneralError",
    "SalesforceMalformedRequest",
    "SalesforceMoreThanOneRecord",
    "SalesforceRefusedRequest",
    "SalesforceResourceNotFound",
    "Usage",
    "call_salesforce",
    "date_to_iso8601",
    "exception_handler",
    "getUniqueElementValueFromXmlString",
    "list_from_generator",
]


def call_salesforce(
    url: str, method: str, session: requests.Session, headers: Mapping[str, str], **kwargs: Any
) -> requests.Response:
    """Send one request as it is, and return the answer; `additional_headers` win over `headers`.

    Nothing is repeated and no session renewed: a client's `restful` does both.

    Example:
        >>> headers = {"Authorization": f"Bearer {sf.session_id}"}
        >>> call_salesforce(f"{sf.base_url}limits", "GET", sf.session, headers).status_code
        200

    Raises:
        SalesforceError: an answer of status 300 or more, and no answer.
    """
    sent = {**headers, **(kwargs.pop("additional_headers", None) or {})}
    secrets = tuple(value.rpartition(" ")[2] for name, value in sent.items() if name.lower() in _WITH_TOKENS)
    result = exchange(session, method, url, secrets=secrets, headers=sent, **{"timeout": DEFAULT_TIMEOUT, **kwargs})
    if result.status_code >= 300:
        exception_handler(result)
    return result


_WITH_TOKENS = ("authorization", "x-sfdc-session")


def exception_handler(result: requests.Response, name: str = "") -> NoReturn:
    """Raise the error that an answer means.

    Example:
        >>> answer = sf.session.get(f"{sf.base_url}sobjects/Kontact", headers=dict(sf.headers))
        >>> exception_handler(answer, name="Kontact")
        Traceback (most recent call last):
            ...
        sfgen_runtime.errors.SalesforceResourceNotFound: ...

    Raises:
        SalesforceError: always.
    """
    secrets = session_of(result)
    raise error_of(
        scrubbed(result.url, secrets),
        result.status_code,
        name,
        scrubbed_body(result.content, secrets),
        method=str(getattr(result.request, "method", None) or ""),  # tests make answers that nobody asked for
    )


def list_from_generator(generator_function: Iterable[Iterable[T]]) -> list[T]:
    """Return the items of all lists of an iterable, as the pages of a bulk query.

    Example:
        >>> list_from_generator([[1, 2], [3]])
        [1, 2, 3]
    """
    return list(chain.from_iterable(generator_function))


def getUniqueElementValueFromXmlString(xmlString: str | bytes, elementName: str) -> str | None:
    """Return the text of the first element of a name, None if there is none.

    Example:
        >>> getUniqueElementValueFromXmlString("<a><b>1</b></a>", "b")
        '1'

    Raises:
        ValueError: the text is not XML, or is XML that is made to harm its reader.
    """
    import defusedxml
    import defusedxml.minidom

    try:
        document = defusedxml.minidom.parseString(xmlString)  # type: ignore[arg-type]  # bytes too
    except (ExpatError, defusedxml.DefusedXmlException) as error:
        raise ValueError(f"no XML that can be read: {error}") from None
    found = document.getElementsByTagName(elementName)
    return "".join(part.toxml() for part in found[0].childNodes) if found else None


def date_to_iso8601(date: datetime) -> str:
    """Return a datetime as a part of a URL has it, percent-encoded.

    Example:
        >>> from datetime import UTC, datetime
        >>> date_to_iso8601(datetime(2026, 1, 31, tzinfo=UTC))
        '2026-01-31T00%3A00%3A00%2B00%3A00'

    Raises:
        ValueError: the datetime has no UTC offset, or it is a date.
    """
    if not hasattr(date, "utcoffset"):
        raise ValueError(f"{date!r} isn't a moment: give a datetime with a UTC offset")
    return quote_plus(iso_datetime(date))
