"""SOSL: searching a text in many objects at once, with typed results."""

from .find import Find, Search

__all__ = ["Find", "Search"]
