"""Paths of the REST API, built so that no id, field or value can leave its place in them."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

_FIELD_NAME = re.compile(r"[A-Za-z]\w*", re.ASCII)
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


class ExternalId(str):
    """``Field/value`` with the value percent-encoded, as `format_external_id` makes it; knows its two parts."""

    __slots__ = ("field", "value")

    field: str
    value: str

    def __new__(cls, field: str, value: object) -> ExternalId:
        """Encode `value`; an int, date or Decimal is written as `str` writes it, bytes as UTF-8."""
        self = super().__new__(cls, f"{segment(field, 'the field')}/{segment(value, field)}")
        self.field, self.value = field, value.decode() if isinstance(value, bytes) else str(value)
        return self

    def __getnewargs__(self) -> tuple[str, str]:
        return self.field, self.value


def segment(value: object, what: str = "the id") -> str:
    """Percent-encode a value as exactly one path segment.

    Raises:
        ValueError: the value is empty or only dots, which no URL can carry as a segment.
    """
    text = value if isinstance(value, (str, bytes)) else str(value)
    encoded = quote(text, safe="")
    # HTTP libraries resolve dot segments even where the dots are percent-encoded.
    if unquote(encoded) in ("", ".", ".."):
        raise ValueError(f"{what} is {text!r}, which can't be part of a URL; check what was passed")
    return encoded


def sobject_path(object_name: str, *rest: object) -> str:
    """Return the path of an object's resource below the data root, every part one segment."""
    return "/".join(["sobjects", segment(object_name, "the object name"), *(segment(part) for part in rest)])


def record_path(object_name: str, record_id: object) -> str:
    """Return the path of a record by its id, or by ``Field/value`` as simple-salesforce's `upsert` and `get` take it.

    Only what comes before the first slash may name a field; all that follows is the value, one segment. Percent escapes
    that the value already has are kept.
    """
    if isinstance(record_id, ExternalId):
        return sobject_path(object_name, record_id.field, record_id.value)
    field, slash, value = record_id.partition("/") if isinstance(record_id, str) else ("", "", "")
    if not slash or not _FIELD_NAME.fullmatch(field):
        return sobject_path(object_name, record_id)
    if unquote(value) in ("", ".", ".."):
        raise ValueError(f"{field} is {value!r}, which can't be part of a URL; check what was passed")
    encoded = quote(_STRAY_PERCENT.sub("%25", value), safe="%")
    return f"{sobject_path(object_name, field)}/{encoded}"
