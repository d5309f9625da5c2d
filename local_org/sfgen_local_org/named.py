"""A record's fields by their names, whose case doesn't count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def value_of(record: Mapping[str, Any], name: str) -> Any:
    """Return a field, or None."""
    return next((record[key] for key in record if key.lower() == name.lower()), None)


def take(record: dict[str, Any], name: str) -> Any:
    """Remove and return a field, or return None."""
    key = next((key for key in record if key.lower() == name.lower()), name)
    return record.pop(key, None)
