"""Reading the bodies of errors, which may be anything: JSON, HTML of a gateway, nothing, bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_EXCERPT = 300
_LONGEST_MESSAGE = 2_000
# What the OAuth endpoints that take a session answer, with 403, to one that has expired or is none.
_BARE_CODES = ("Bad_OAuth_Token", "Missing_OAuth_Token")
# Patterns of what is rare, compiled by who first meets it. Of a text off the wire: what a terminal would obey, but for
# the line breaks of a query's error.
_CONTROL = r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
_CREDENTIAL = (
    r"(?i)(?<![\w-])((?:access_|refresh_|security_)?token|client_secret|password|assertion|sid|code|session_?id)"
    r"=[^&;#\s]*"
)
_USER_INFO = r"^([A-Za-z][A-Za-z0-9+.-]*://)[^/?#]*@"
_XML_EXCEPTION = r"<(exceptionCode|exceptionMessage)>([^<]*)</"
_TITLE = r"(?is)<title[^>]*>(.*?)</title>"
_TAG = r"(?s)<!--.*?-->|<(script|style)\b.*?</\1>|<[^>]*>"


@dataclass(frozen=True, slots=True)
class ErrorDetail:
    """One error of an answer: its code, what it says, and the fields it names.

    Example:
        >>> print(ErrorDetail("REQUIRED_FIELD_MISSING", "Required fields are missing", ("LastName",)))
        REQUIRED_FIELD_MISSING: Required fields are missing [LastName]
    """

    code: str
    message: str
    fields: tuple[str, ...] = ()

    def __str__(self) -> str:
        unsaid = [name for name in self.fields if name not in self.message]
        fields = f" [{', '.join(unsaid)}]" if unsaid else ""
        return _printable(f"{self.code}: {self.message}{fields}")


def _printable(text: str) -> str:
    """Return a text from the wire as it may stand in a message: no terminal's commands, and an end."""
    text = re.sub(_CONTROL, "\ufffd", text)
    return text if len(text) <= _LONGEST_MESSAGE else text[:_LONGEST_MESSAGE] + "…"


def from_gateway(content: Any) -> bool:
    """Tell whether the body of an error isn't in any form that the org itself answers in."""
    if isinstance(content, bytes):
        content = decode_body(content)
    return not error_details(content) and not (isinstance(content, str) and "faultcode>" in content)


def decode_body(body: bytes) -> Any:
    """Return the JSON of a body, or its text with undecodable bytes replaced."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body.decode("utf-8", "replace")


def error_details(content: Any) -> list[ErrorDetail]:
    """Return the errors that a body lists.

    The REST API answers ``[{"errorCode", "message", "fields"}]``; collections say ``statusCode``, OAuth endpoints
    ``{"error", "error_description"}``, the Bulk API 1.0 ``exceptionCode`` in JSON or XML, and userinfo the bare word
    ``Bad_OAuth_Token``. Whatever doesn't look like that is left out.
    """
    if isinstance(content, bytes):
        content = decode_body(content)
    if isinstance(content, str):
        content = {"error": content.strip()} if content.strip() in _BARE_CODES else _xml_exception(content)
    items = content if isinstance(content, list) else [content]
    return [detail for item in items if isinstance(item, Mapping) and (detail := _detail(item))]


def _xml_exception(text: str) -> dict[str, str]:
    """Return the parts of a Bulk API 1.0 error; they are flat, so no parser need see what is off the wire."""
    return dict(re.findall(_XML_EXCEPTION, text[:20_000])) if "<exceptionCode>" in text else {}


def _detail(item: Mapping[str, Any]) -> ErrorDetail | None:
    code = item.get("errorCode") or item.get("statusCode") or item.get("error") or item.get("exceptionCode")
    if not isinstance(code, str):
        return None
    message = item.get("message") or item.get("error_description") or item.get("exceptionMessage") or ""
    fields = item.get("fields")
    return ErrorDetail(
        code,
        message if isinstance(message, str) else str(message),
        tuple(map(str, fields)) if isinstance(fields, (list, tuple)) else (),
    )


def matched_ids(content: Any) -> Iterator[str]:
    """Yield the ids of matching records: under ``duplicateResult``, which some versions spell ``duplicateResut``."""
    for item in content if isinstance(content, list) else ():
        if not isinstance(item, Mapping):
            continue
        result = item.get("duplicateResult") or item.get("duplicateResut")
        for match in _mappings(result, "matchResults"):
            for found in _mappings(match, "matchRecords"):
                record = found.get("record")
                record_id = record.get("Id") or record.get("id") if isinstance(record, Mapping) else None
                if isinstance(record_id, str):
                    yield record_id


def _mappings(value: Any, key: str) -> list[Mapping[str, Any]]:
    items = value.get(key) if isinstance(value, Mapping) else None
    return [item for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []


def excerpt(content: Any) -> str:
    """Return a short piece of a body for a message: of HTML its title, else its words."""
    text = decode_body(content) if isinstance(content, bytes) else content
    text = text if isinstance(text, str) else json.dumps(text, default=str)
    if "<" in text:
        import html  # its table of entities is large, and most errors are JSON

        title = re.search(_TITLE, text[:20_000])
        text = html.unescape(title[1] if title else re.sub(_TAG, " ", text[:20_000]))
    text = re.sub(_CONTROL, "\ufffd", " ".join(text.split()))
    return text if len(text) <= _EXCERPT else text[:_EXCERPT] + "…"


def without_secrets_in_url(url: str) -> str:
    """Return the URL without the values of parameters that hold secrets, and without a user and password."""
    return re.sub(_CREDENTIAL, r"\1=***", re.sub(_USER_INFO, r"\1", url))
