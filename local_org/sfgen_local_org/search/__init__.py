"""SOSL over the org's tables: the search expression, the statement around it, and the records that it finds."""

from .run import Searches

__all__ = ["Searches"]
