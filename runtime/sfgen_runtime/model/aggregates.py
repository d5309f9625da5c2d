"""What functions make of columns: ``SUM(Amount)``, ``CALENDAR_YEAR(CloseDate)``.

Salesforce document: SOQL and SOSL Reference, "Aggregate Functions" and "Date Functions".
"""

from __future__ import annotations

from typing import Generic

from .conditions import HavingCondition, O
from .expressions import Comparable, Equality, Groupable, Range, Sortable, T, V, Values
from .table import FieldRow


class Aggregate(Comparable[O, T], Sortable[O, T], Generic[O, T, V]):
    """An aggregate of a group's rows: selected by `values`, sorted by, and compared in `having` with values of `V`.

    Example:
        >>> many = Opportunity.Id.count()
        >>> query = sf.Opportunity.values(Opportunity.StageName, many).group_by(Opportunity.StageName)
        >>> query.having(many > 3).order_by(many.desc()).soql
        'SELECT StageName, COUNT(Id) FROM Opportunity GROUP BY StageName HAVING COUNT(Id) > 3 ORDER BY COUNT(Id) DESC'
        >>> many.in_([1, 2]).soql(), many.not_in([3]).soql()
        ('COUNT(Id) IN (1, 2)', 'COUNT(Id) NOT IN (3)')
        >>> Opportunity.Amount.sum().is_null().soql(), Opportunity.Amount.sum().is_not_null().soql()
        ('SUM(Amount) = null', 'SUM(Amount) != null')
    """

    __slots__ = ()
    aggregated = True
    __hash__ = object.__hash__

    def __eq__(self, other: V | None) -> HavingCondition[O]:  # type: ignore[override]
        return self._compare("=", other)

    def __ne__(self, other: V | None) -> HavingCondition[O]:  # type: ignore[override]
        return self._compare("!=", other)

    def __lt__(self, other: V) -> HavingCondition[O]:
        return self._compare_order("<", other)

    def __le__(self, other: V) -> HavingCondition[O]:
        return self._compare_order("<=", other)

    def __gt__(self, other: V) -> HavingCondition[O]:
        return self._compare_order(">", other)

    def __ge__(self, other: V) -> HavingCondition[O]:
        return self._compare_order(">=", other)

    def in_(self, values: Values[V]) -> HavingCondition[O]:
        """The aggregate is one of these values."""
        return self._compare_each("IN", values)

    def not_in(self, values: Values[V]) -> HavingCondition[O]:
        """The aggregate is none of these values."""
        return self._compare_each("NOT IN", values)

    def is_null(self) -> HavingCondition[O]:
        """No row of the group has a value."""
        return self._compare("=", None)

    def is_not_null(self) -> HavingCondition[O]:
        """A row of the group has a value."""
        return self._compare("!=", None)


class Computed(Equality[O, T, T], Range[O, T, T], Sortable[O, T], Groupable[O, T]):
    """A part of a date, which can be selected in a grouped query, filtered and grouped by.

    Example:
        >>> (Opportunity.CloseDate.calendar_year() == 2026).soql()
        'CALENDAR_YEAR(CloseDate) = 2026'
    """

    __slots__ = ()


def computed_row(text: str, row: FieldRow, type_: str | None) -> FieldRow:
    """Return the row of what a function makes of a field: named by its text, of its own type if `type_` is given."""
    return FieldRow(text, text, type_ or row.type, "nfsg", label=row.label)
