"""Child subqueries: one statement fetches the children of all parents of a page.

Salesforce document: SOQL and SOSL Reference, "Using Relationship Queries", parent-to-child.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..store import SqlValue
    from .shape import Record, Row


@dataclass(frozen=True, slots=True)
class ChildPlan:
    """A subquery. Its statement takes `before`, the parent ids as a JSON array, and `after` as parameters.

    `key_index` is the place of the parent's id in a row, `limit` holds for each parent by itself.
    """

    name: str
    sql: str
    before: tuple[SqlValue, ...]
    after: tuple[SqlValue, ...]
    key_index: int
    limit: int | None
    shape: Record
    children: tuple[ChildPlan, ...]

    def by_parent(self, rows: list[tuple[Any, ...]]) -> dict[str, list[Row]]:
        """Sort the rows to their parents."""
        grouped: dict[str, list[Row]] = {}
        for row in rows:
            siblings = grouped.setdefault(row[self.key_index], [])
            if self.limit is None or len(siblings) < self.limit:
                siblings.append(row)
        return grouped
