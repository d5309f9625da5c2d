"""JSON in both directions: what Python has and JSON lacks on the way out, the caller's hooks on the way in."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

from .error_bodies import decode_body
from .errors import SalesforceError, SalesforceGeneralError, outcome_unknown
from .retries import is_repeatable
from .transport import scrubbed_body, session_of

if TYPE_CHECKING:
    from .http import Response

PairsHook = Callable[[list[tuple[str, Any]]], Any]


def encode_json(value: object) -> bytes:
    """Encode a request body: dates, aware datetimes, times, Decimals and Enums included.

    A Decimal is a number where a double holds all its digits, else a string, which the API takes for numbers.

    Raises:
        ValueError: a datetime without an offset, NaN or an infinity; the message names the place.
        TypeError: a value that JSON can't carry; the message names the place.
    """
    try:
        return json.dumps(value, default=_plain, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError) as error:
        found = _find_fault(value, "")
        raise found or error from None


def check_aware(value: datetime) -> None:
    """Raise `ValueError` for a datetime without an offset."""
    if value.utcoffset() is None:
        raise ValueError(
            f"{value.isoformat()} has no UTC offset, so the moment it means is unknown; "
            "make it aware, for example with .replace(tzinfo=timezone.utc) or .astimezone()"
        )


def iso_datetime(value: datetime) -> str:
    """Write a datetime as the API takes it: to the second or millisecond, with its offset.

    Raises:
        ValueError: the datetime is naive.
    """
    check_aware(value)
    # The platform stores whole seconds, and takes milliseconds for the sake of JavaScript.
    return value.isoformat(timespec="milliseconds" if value.microsecond else "seconds")


def _plain(value: object) -> object:
    match value:
        case datetime():
            return iso_datetime(value)
        case date():
            return value.isoformat()
        case time():
            # A time field has no zone of its own: the API writes every one of them with a Z.
            return value.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
        case Decimal():
            return _number(value)
        case Enum():
            return value.value
        case Mapping():
            return dict(value)
    raise TypeError(f"a value of type {type(value).__name__} can't be sent as JSON; convert it first")


def _number(value: Decimal) -> float | int | str:
    if not value.is_finite():
        raise ValueError(f"{value} is no number that a field can hold; send None for an empty field")
    if value == value.to_integral_value() and value.adjusted() < 18:
        return int(value)
    nearest = float(value)
    return nearest if Decimal(repr(nearest)) == value else str(value)


def _find_fault(value: object, place: str) -> ValueError | TypeError | None:
    """Return the error of the first part that can't be encoded, its place in front of the message."""
    if isinstance(value, Mapping):
        parts = [(f"{place}.{key}" if place else str(key), part) for key, part in value.items()]
    elif isinstance(value, (list, tuple)):
        parts = [(f"{place}[{index}]", part) for index, part in enumerate(value)]
    else:
        return _fault(value, place)
    return next((fault for where, part in parts if (fault := _find_fault(part, where))), None)


def _fault(value: object, place: str) -> ValueError | TypeError | None:
    if isinstance(value, float) and value - value != 0:
        return ValueError(f"{place}: {value} is no number that a field can hold; send None for an empty field")
    try:
        json.dumps(value, default=_plain)
    except (TypeError, ValueError) as error:
        return type(error)(f"{place}: {error}" if place else str(error))
    return None


@dataclass(frozen=True, slots=True, eq=False)
class JsonReader:
    """Reads response bodies with the hooks that the client was made with, as `json.loads` calls them.

    Example:
        >>> read = JsonReader(parse_float=Decimal, object_pairs_hook=dict)
        >>> read.loads(b'{"Amount": 1.50}')
        {'Amount': Decimal('1.50')}
        >>> read.of_object(sf.send(sf.Contact.getting(contact.id).request()))["LastName"]
        'Smith'
        >>> read.if_any(sf.send(sf.Contact.updating(contact.id, {"FirstName": "Jo"}).request())) is None
        True
    """

    parse_float: Callable[[str], Any] | None = None
    object_pairs_hook: PairsHook | None = OrderedDict

    def __call__(self, response: Response) -> Any:
        """Return the body's JSON, or None where the status says that there is no body (204, 304).

        Raises:
            SalesforceGeneralError: the body is not JSON.
        """
        if response.status in (204, 304):
            return None
        try:
            return self.loads(response.content)
        except (ValueError, RecursionError):
            pass
        # Not on top of the decoder's own error, which holds the body.
        raise unreadable(
            response, "the body is not JSON, so something other than the REST API answered, or not to the end"
        )

    def of_object(self, response: Response) -> Any:
        """Return what the hook makes of a body that is a JSON object.

        Raises:
            SalesforceGeneralError: the body is no JSON object.
        """
        value = self(response)
        if self.object_pairs_hook in (None, dict, OrderedDict) and not isinstance(value, dict):
            raise unreadable(response, "the body is no JSON object, so something other than the REST API answered")
        return value

    def if_any(self, response: Response) -> Any:
        """Return the body's JSON, or None for an empty body of any status."""
        return self(response) if response.content.strip() else None

    def loads(self, content: bytes) -> Any:
        """Decode JSON with the hooks; `ValueError` if it is none."""
        return json.loads(content, parse_float=self.parse_float, object_pairs_hook=self.object_pairs_hook)

    def or_text(self, response: Response) -> Any:
        """Return the body's JSON, or its text where it is something else: Apex REST answers what it likes.

        Example:
            >>> from sfgen_runtime.http import Response
            >>> JsonReader().or_text(Response(200, {}, b"Hello", "https://acme.my.salesforce.com/services/apexrest/Hi"))
            'Hello'
        """
        try:
            return self.loads(response.content)
        except (ValueError, RecursionError):
            return response.content.decode("utf-8", "replace")


def unreadable(response: Response, cause: str) -> SalesforceError:
    """Return the error of a success whose body makes no sense; an `OutcomeUnknown` where doing it again would hurt."""
    if response.status == 304:
        cause = "it is as it was at the time in If-Modified-Since, so there is nothing to return"
    error = SalesforceGeneralError(
        response.url,
        response.status,
        response.resource,
        decode_body(scrubbed_body(response.content, session_of(response.raw))),
        method=response.method,
        cause=cause,
    )
    # Of a create, say, the record may be there, and only its id is lost.
    if response.asked is None or is_repeatable(response.asked):
        return error
    return outcome_unknown(error, response.asked)
