"""SOQL over the org's tables: names, conditions, grouping, the shape of the answer, pages."""

from .run import Queries

__all__ = ["Queries"]
