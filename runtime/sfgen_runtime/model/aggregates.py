"""What functions make of columns: ``SUM(Amount)``, ``CALENDAR_YEAR(CloseDate)``.

Salesforce document: SOQL and SOSL Reference, "Aggregate Functions" and "Date Functions".
"""

from __future__ import annotations

from typing import Generic

from .conditions import O
from .expressions import Equality, Groupable, Range, Sortable, T, V
from .table import FieldRow


class Aggregate(Equality[O, T, V], Range[O, T, V], Sortable[O, T], Generic[O, T, V]):
    """An aggregate of a group's rows, to select with `values`, sort by, and compare in `having` with values of `V`."""

    __slots__ = ()
    aggregated = True


class Computed(Equality[O, T, T], Range[O, T, T], Sortable[O, T], Groupable[O, T]):
    """A part of a date, which can be selected in a grouped query, filtered and grouped by."""

    __slots__ = ()


def computed_row(text: str, row: FieldRow, type_: str | None) -> FieldRow:
    """Return the row of what a function makes of a field: named by its text, of its own type if `type_` is given."""
    return FieldRow(text, text, type_ or row.type, "nfsg", label=row.label)
