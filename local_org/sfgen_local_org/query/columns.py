"""The description of a query's columns that `?columns=true` asks for; the Salesforce CLI builds its tables from it.

Not part of a published document: the keys are those that jsforce and the Salesforce CLI read.
"""

from __future__ import annotations

from typing import Any

from .shape import Aggregate, Children, Leaf, OneOf, Record


def column_metadata(shape: Record | Aggregate) -> list[dict[str, Any]]:
    """Return one item a column; parents and subqueries nest their columns in `joinColumns`."""
    return [_column(name, item) for name, item in shape.items.items()]


def _column(name: str, item: object) -> dict[str, Any]:
    aggregate = isinstance(item, Children) or (isinstance(item, Leaf) and item.is_function)
    return {"columnName": name, "displayName": name, "aggregate": aggregate, "joinColumns": _joined(item)}


def _joined(item: object) -> list[dict[str, Any]]:
    match item:
        case Record():
            return column_metadata(item)
        case Children(plan):
            return column_metadata(plan.shape)
        case OneOf(whens, otherwise):
            # Each type has fields of its own, and some are common to several.
            columns = [column for record in (*whens, otherwise) for column in column_metadata(record)]
            return list({column["columnName"]: column for column in columns}.values())
    return []
