"""What scripts import from simple-salesforce's module of this name."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from .json_codec import iso_datetime
from .usage import PerAppUsage, Usage

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["PerAppUsage", "Usage", "date_to_iso8601"]


def date_to_iso8601(date: datetime) -> str:
    """Return a datetime as a part of a URL has it, percent-encoded.

    Example:
        >>> from datetime import UTC, datetime
        >>> date_to_iso8601(datetime(2026, 1, 31, tzinfo=UTC))
        '2026-01-31T00%3A00%3A00%2B00%3A00'

    Raises:
        ValueError: the datetime has no UTC offset.
    """
    return quote_plus(iso_datetime(date))
