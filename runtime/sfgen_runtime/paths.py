"""Paths of the REST API, built so that no id, field or value can leave its place in them."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

_FIELD_NAME = re.compile(r"[A-Za-z]\w*", re.ASCII)
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def segment(value: object, what: str = "the id") -> str:
    """Percent-encode a value as exactly one path segment.

    Raises:
        ValueError: the value is None, empty, ``.`` or ``..``, which no URL can carry as a segment.
    """
    if value is None:
        raise ValueError(f"{what} is None; check what was passed")
    encoded = quote(value if isinstance(value, (str, bytes)) else str(value), safe="")
    _refuse_dots(encoded, what)
    return encoded


def _refuse_dots(encoded: str, what: str) -> None:
    # HTTP libraries resolve dot segments even where the dots are percent-encoded.
    if (text := unquote(encoded)) in ("", ".", ".."):
        raise ValueError(f"{what} is {text!r}, which can't be part of a URL; check what was passed")


def sobject_path(object_name: str, *rest: object) -> str:
    """Return the path of an object's resource below the data root, every part one segment."""
    return "/".join(["sobjects", segment(object_name, "the object name"), *(segment(part) for part in rest)])


def split_key(key: str) -> tuple[str, str]:
    """Return the field and the value of ``Field/value``, the value as it is without the percent escapes of a URL.

    Example:
        >>> split_key("ERP_Id__c/A%201%2F2")
        ('ERP_Id__c', 'A 1/2')
    """
    field, _, value = key.partition("/")
    return field, unquote(value)


def record_path(object_name: str, record_id: object) -> str:
    """Return the path of a record by its id, or by ``Field/value`` as simple-salesforce's `upsert` and `get` take it.

    Only what comes before the first slash may name a field; all that follows is the value, one segment. Percent escapes
    that it already has are kept, since `format_external_id` has put them there.
    """
    field, slash, value = record_id.partition("/") if isinstance(record_id, str) else ("", "", "")
    if not slash or not _FIELD_NAME.fullmatch(field):
        return sobject_path(object_name, record_id)
    encoded = quote(_STRAY_PERCENT.sub("%25", value), safe="%")
    _refuse_dots(encoded, field)
    return f"{sobject_path(object_name, field)}/{encoded}"
