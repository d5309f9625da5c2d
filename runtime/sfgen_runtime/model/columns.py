"""Columns: what reading a field on a model class gives, `Contact.LastName` for one.

A column knows its owner (the model whose query it fits), the Python type of its values, and what the org lets one do
with it. Each ability is a class, so that an editor lists, and a type checker allows, only what describe allows:

    Aggregatable         COUNT, MIN, MAX
    TextFilter, ...      the operators and functions of a type

The concrete classes at the end combine these with the abilities of `sfgen_runtime.model.expressions`;
`sfgen_runtime.model.kinds` chooses one from describe's flags.

Example:
    >>> columns = [Contact.Id, Contact.LastName, Case.CaseNumber, Account.Description, Opportunity.Amount]
    >>> columns += [Account.NumberOfEmployees, Opportunity.CloseDate, Contact.CreatedDate, Contact.DoNotCall]
    >>> columns += [Contact.Languages__c, Case.Visit_From__c, Case.Comments, Opportunity.HasOpenActivity]
    >>> columns += [User.EmailPreferencesAutoBcc, FeedTrackedChange.FieldName]
    >>> print(*(type(column).__name__ for column in columns))
    IdColumn TextColumn FormulaTextColumn SelectOnlyColumn NumberColumn
    IntegerColumn DateColumn DateTimeColumn BooleanColumn
    MultiPicklistColumn FieldColumn SortOnlyColumn GroupOnlyColumn
    FlagColumn SortGroupColumn
    >>> from sfgen_runtime.model.kinds import COLUMNS
    >>> print(*(COLUMNS[kind].__name__ for kind in ("Time", "FilterOnly", "FilterSort", "FilterGroup")))
    TimeColumn FilterOnlyColumn FilterSortColumn FilterGroupColumn
"""

from __future__ import annotations

import datetime as _dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic

from typing_extensions import TypeVar

from ..ids import Id, IdLike
from .aggregates import Aggregate, Computed, computed_row
from .conditions import Comparison, Condition, O
from .expressions import Column, Equality, Expr, Filterable, Groupable, Range, Sortable, T, V, Values
from .literals import DateLiteral, escape_like, quote_like
from .values import DateOnly

if TYPE_CHECKING:
    from .query import Query

M = TypeVar("M")  # the model that a reference points to

Numeric = Decimal | float
DateOperand = DateOnly | DateLiteral
DateTimeOperand = _dt.datetime | DateLiteral


class Aggregatable(Expr[O, T], Generic[O, T, V]):
    """A column that aggregate functions take.

    Example:
        >>> sf.Contact.values(Contact.Id.count(), Contact.LastName.count_distinct()).soql
        'SELECT COUNT(Id), COUNT_DISTINCT(LastName) FROM Contact'
        >>> first, last = sf.Contact.values(Contact.CreatedDate.min(), Contact.CreatedDate.max()).one()
        >>> first < last
        True
    """

    __slots__ = ()

    def count(self) -> Aggregate[O, int, float]:
        """``COUNT(column)``: the rows in which it has a value."""
        return self._aggregate("COUNT", "int")

    def count_distinct(self) -> Aggregate[O, int, float]:
        """``COUNT_DISTINCT(column)``: its different values."""
        return self._aggregate("COUNT_DISTINCT", "int")

    def min(self) -> Aggregate[O, T | None, V]:
        """``MIN(column)``: None where no row has a value."""
        return self._aggregate("MIN")

    def max(self) -> Aggregate[O, T | None, V]:
        """``MAX(column)``: None where no row has a value."""
        return self._aggregate("MAX")

    def _aggregate(self, function: str, type_: str | None = None) -> Aggregate[O, Any, Any]:
        if "a" not in self.row.flags:
            raise TypeError(f"{self.soql} can't be aggregated: describe says so")
        form = f"{function}({self.form})"
        return Aggregate(self.root, self.path, computed_row(form.format(".".join(self.path)), self.row, type_), form)


class TextFilter(Equality[O, T, T], Range[O, T, str], Aggregatable[O, T, str]):
    """Comparisons of text, which ignore case unless the field is case-sensitive, and LIKE.

    Example:
        >>> (Contact.LastName.like("S_ith%") & Contact.Email.endswith("@acme.example")).soql()
        "LastName LIKE 'S_ith%' AND Email LIKE '%@acme.example'"
        >>> (Contact.LastName.startswith("100%") | Contact.Title.contains("chief")).soql()
        "LastName LIKE '100\\\\%%' OR Title LIKE '%chief%'"
    """

    __slots__ = ()

    def like(self, pattern: str) -> Condition[O]:
        r"""LIKE, where ``%`` stands for any text and ``_`` for one character; write ``\%`` for a percent sign."""
        return Comparison(self.root, self.soql, "LIKE", quote_like(pattern))

    def to_label(self) -> Column[O, str | None]:
        """``toLabel(column)``: a picklist's label in the user's language in place of its value, for `values`.

        Example:
            >>> sf.Opportunity.values(Opportunity.StageName.to_label()).limit(1).soql
            'SELECT toLabel(StageName) FROM Opportunity LIMIT 1'

        Raises:
            TypeError: the field is no picklist.
        """
        if not self.row.choices:
            raise TypeError(f"{self.soql} is no picklist, and only their values have labels")
        return Column(self.root, self.path, self.row, f"toLabel({self.form})")

    def startswith(self, text: str) -> Condition[O]:
        """The value starts with exactly this text, wildcards in it escaped."""
        return self.like(escape_like(text) + "%")

    def endswith(self, text: str) -> Condition[O]:
        """The value ends with exactly this text, wildcards in it escaped."""
        return self.like("%" + escape_like(text))

    def contains(self, text: str) -> Condition[O]:
        """The value contains exactly this text, wildcards in it escaped."""
        return self.like(f"%{escape_like(text)}%")


class NumberFilter(Equality[O, T, Numeric], Range[O, T, Numeric], Aggregatable[O, T, Numeric]):
    """Comparisons and sums of numbers.

    Example:
        >>> sf.Opportunity.values(Opportunity.Amount.sum()).where(Opportunity.Amount > 1_000).soql
        'SELECT SUM(Amount) FROM Opportunity WHERE Amount > 1000'
    """

    __slots__ = ()

    def sum(self) -> Aggregate[O, T | None, Numeric]:
        """``SUM(column)``: None where no row has a value."""
        return self._aggregate("SUM")


class _DateParts(Expr[O, T]):
    """Functions that take a part of a date; of a date-time, of its date in UTC.

    Example:
        >>> day = Opportunity.CloseDate
        >>> years = [day.calendar_year(), day.calendar_quarter(), day.calendar_month()]
        >>> years += [day.fiscal_year(), day.fiscal_quarter(), day.fiscal_month(), day.week_in_year()]
        >>> years += [day.week_in_month(), day.day_in_year(), day.day_in_month(), day.day_in_week()]
        >>> [part.soql for part in years][:2]
        ['CALENDAR_YEAR(CloseDate)', 'CALENDAR_QUARTER(CloseDate)']
        >>> year = day.calendar_year()
        >>> dict(sf.Opportunity.values(year, Opportunity.Id.count()).group_by(year))
        {2024: ..., 2025: ..., 2026: ..., 2027: ...}
    """

    __slots__ = ()

    def calendar_year(self) -> Computed[O, int | None]:
        """The year."""
        return self._part("CALENDAR_YEAR")

    def calendar_quarter(self) -> Computed[O, int | None]:
        """The quarter, 1 to 4."""
        return self._part("CALENDAR_QUARTER")

    def calendar_month(self) -> Computed[O, int | None]:
        """The month, 1 to 12."""
        return self._part("CALENDAR_MONTH")

    def fiscal_year(self) -> Computed[O, int | None]:
        """The year of the org's fiscal calendar."""
        return self._part("FISCAL_YEAR")

    def fiscal_quarter(self) -> Computed[O, int | None]:
        """The quarter of the org's fiscal calendar, 1 to 4."""
        return self._part("FISCAL_QUARTER")

    def fiscal_month(self) -> Computed[O, int | None]:
        """The month of the org's fiscal calendar, 1 to 12."""
        return self._part("FISCAL_MONTH")

    def week_in_year(self) -> Computed[O, int | None]:
        """The week of the year, 1 to 53; week 1 is the first seven days."""
        return self._part("WEEK_IN_YEAR")

    def week_in_month(self) -> Computed[O, int | None]:
        """The week of the month, 1 to 5; week 1 is the first seven days."""
        return self._part("WEEK_IN_MONTH")

    def day_in_year(self) -> Computed[O, int | None]:
        """The day of the year, 1 to 366."""
        return self._part("DAY_IN_YEAR")

    def day_in_month(self) -> Computed[O, int | None]:
        """The day of the month, 1 to 31."""
        return self._part("DAY_IN_MONTH")

    def day_in_week(self) -> Computed[O, int | None]:
        """The day of the week, 1 (Sunday) to 7 (Saturday)."""
        return self._part("DAY_IN_WEEK")

    def _part(self, function: str, type_: str = "int") -> Computed[O, Any]:
        form = f"{function}({self.form})"
        return Computed(self.root, self.path, computed_row(form.format(".".join(self.path)), self.row, type_), form)


class DateFilter(
    Equality[O, T, DateOperand], Range[O, T, DateOperand], Aggregatable[O, T, DateOperand], _DateParts[O, T]
):
    """Comparisons of dates, also with date literals such as `TODAY` and `LAST_N_DAYS(30)`.

    Example:
        >>> from sfgen_runtime.model.literals import LAST_N_DAYS
        >>> (Opportunity.CloseDate == LAST_N_DAYS(30)).soql()
        'CloseDate = LAST_N_DAYS:30'
    """

    __slots__ = ()


class DateTimeFilter(
    Equality[O, T, DateTimeOperand], Range[O, T, DateTimeOperand], Aggregatable[O, T, DateTimeOperand], _DateParts[O, T]
):
    """Comparisons of date-times that know their offset, also with date literals.

    Example:
        >>> (Contact.CreatedDate >= _dt.datetime(2026, 1, 31, tzinfo=_dt.UTC)).soql()
        'CreatedDate >= 2026-01-31T00:00:00.000Z'
        >>> Contact.CreatedDate.hour_in_day().soql, Contact.CreatedDate.day_only().soql
        ('HOUR_IN_DAY(CreatedDate)', 'DAY_ONLY(CreatedDate)')
    """

    __slots__ = ()

    def hour_in_day(self) -> Computed[O, int | None]:
        """The hour in UTC, 0 to 23."""
        return self._part("HOUR_IN_DAY")

    def day_only(self) -> Computed[O, _dt.date | None]:
        """The date in UTC."""
        return self._part("DAY_ONLY", "date")


class TimeFilter(Equality[O, T, _dt.time], Range[O, T, _dt.time]):
    """Comparisons of times of day.

    Example:
        >>> from acme_org import Site__c
        >>> (Site__c.Closes_At__c > _dt.time(18, 30)).soql()
        'Closes_At__c > 18:30:00.000Z'
    """

    __slots__ = ()


class AnyFilter(Equality[O, T, T], Range[O, T, T]):
    """Comparisons of a type without operators of its own.

    Example:
        >>> Case.Visit_From__c.is_null().soql()
        'Visit_From__c = null'
    """

    __slots__ = ()


class MultiFilter(Filterable[O, T], Generic[O, T, V]):
    """Conditions on the set of values of a multi-select picklist.

    Example:
        >>> Contact.Languages__c.includes(("English", "German"), "French").soql()
        "Languages__c INCLUDES ('English;German', 'French')"
        >>> Contact.Languages__c.excludes("French").soql()
        "Languages__c EXCLUDES ('French')"
    """

    __slots__ = ()

    def includes(self, *values: V | tuple[V, ...]) -> Condition[O]:
        """At least one of `values` is selected; of a tuple, all of its values."""
        return self._members("INCLUDES", values)

    def excludes(self, *values: V | tuple[V, ...]) -> Condition[O]:
        """None of `values` is selected."""
        return self._members("EXCLUDES", values)

    def _members(self, operator: str, values: tuple[V | tuple[V, ...], ...]) -> Condition[O]:
        return self._compare_each(
            operator, [";".join(map(str, value)) if isinstance(value, tuple) else value for value in values]
        )


# ---- the concrete columns ------------------------------------------------------------------------------------------


class SelectOnlyColumn(Column[O, T]):
    """A column that can be selected and nothing else: long text, for one."""

    __slots__ = ()


class SortOnlyColumn(Sortable[O, T], Column[O, T]):
    """A column that can be sorted by, but neither filtered nor grouped by."""

    __slots__ = ()


class GroupOnlyColumn(Groupable[O, T], Column[O, T]):
    """A column that can be grouped by, but neither filtered nor sorted by."""

    __slots__ = ()


class SortGroupColumn(Sortable[O, T], Groupable[O, T], Column[O, T]):
    """A column that can be sorted and grouped by, but not filtered."""

    __slots__ = ()


class FilterOnlyColumn(AnyFilter[O, T], Column[O, T]):
    """A column that can be filtered, but neither sorted nor grouped by."""

    __slots__ = ()


class FilterGroupColumn(AnyFilter[O, T], Groupable[O, T], Column[O, T]):
    """A column that can be filtered and grouped by, but not sorted."""

    __slots__ = ()


class FieldColumn(AnyFilter[O, T], Sortable[O, T], Groupable[O, T], Column[O, T]):
    """A column of a type without operators of its own that can be filtered, sorted and grouped by."""

    __slots__ = ()


class FilterSortColumn(AnyFilter[O, T], Sortable[O, T], Column[O, T]):
    """A column of a type without operators of its own that can be filtered and sorted, but not grouped by."""

    __slots__ = ()


class TextColumn(TextFilter[O, T], Sortable[O, T], Groupable[O, T], Column[O, T]):
    """Text and picklists."""

    __slots__ = ()


class FormulaTextColumn(TextFilter[O, T], Sortable[O, T], Column[O, T]):
    """Text that can't be grouped by: formulas and auto-numbers, for instance."""

    __slots__ = ()


class NumberColumn(NumberFilter[O, T], Sortable[O, T], Column[O, T]):
    """Currencies, doubles and percents.

    Example:
        >>> Opportunity.Amount.avg().soql, Opportunity.Amount.convert_currency().soql
        ('AVG(Amount)', 'convertCurrency(Amount)')
    """

    __slots__ = ()

    def convert_currency(self) -> Column[O, T]:
        """``convertCurrency(column)``: the amount in the user's currency, in an org that has several.

        Raises:
            TypeError: the field is no currency.
        """
        if self.row.type != "currency":
            raise TypeError(f"{self.soql} is a {self.row.type} and no currency")
        return Column(self.root, self.path, self.row, f"convertCurrency({self.form})")

    def avg(self) -> Aggregate[O, T | None, Numeric]:
        """``AVG(column)``: None where no row has a value."""
        return self._aggregate("AVG")


class IntegerColumn(NumberFilter[O, T], Sortable[O, T], Groupable[O, T], Column[O, T]):
    """Integers, which can also be grouped by.

    Example:
        >>> Account.NumberOfEmployees.avg().soql
        'AVG(NumberOfEmployees)'
    """

    __slots__ = ()

    def avg(self) -> Aggregate[O, float | None, Numeric]:
        """``AVG(column)``: None where no row has a value."""
        return self._aggregate("AVG", "double")


class DateColumn(DateFilter[O, T], Sortable[O, T], Groupable[O, T], Column[O, T]):
    """Dates."""

    __slots__ = ()


class DateTimeColumn(DateTimeFilter[O, T], Sortable[O, T], Column[O, T]):
    """Date-times."""

    __slots__ = ()


class TimeColumn(TimeFilter[O, T], Sortable[O, T], Column[O, T]):
    """Times of day."""

    __slots__ = ()


class BooleanColumn(Equality[O, T, bool], Sortable[O, T], Groupable[O, T], Column[O, T]):
    """True or false."""

    __slots__ = ()


class FlagColumn(Equality[O, T, bool], Column[O, T]):
    """True or false, and neither sortable nor groupable: permissions and preferences."""

    __slots__ = ()


class IdColumn(
    Equality[O, T, IdLike[M]],
    Range[O, T, str],
    Sortable[O, T],
    Groupable[O, T],
    Aggregatable[O, T, str],
    Column[O, T],
    Generic[O, T, M],
):
    """Ids and lookups. `M` is the model that they point to; the id of another model is a type error.

    Example:
        >>> people = sf.Contact.values(Contact.AccountId).where(Contact.LastName == "Smith")
        >>> sf.Account.select(Account.Name).where(Account.Id.in_(people)).soql
        "SELECT Name FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE LastName = 'Smith')"
        >>> Contact.AccountId.not_in([account.id]).soql()
        "AccountId NOT IN ('001...')"
    """

    __slots__ = ()

    def in_(self, values: Values[IdLike[M]] | Query[Any, tuple[Id[M] | None]]) -> Condition[O]:
        """The column has one of these ids, or one that another query finds (a semi-join)."""
        return self._join("IN", values)

    def not_in(self, values: Values[IdLike[M]] | Query[Any, tuple[Id[M] | None]]) -> Condition[O]:
        """The column has none of these ids, or none that another query finds (an anti-join)."""
        return self._join("NOT IN", values)

    def _join(self, operator: str, values: Values[IdLike[M]] | Query[Any, tuple[Id[M] | None]]) -> Condition[O]:
        from .query import Query

        if isinstance(values, Query):
            return Comparison(self.root, self.soql, operator, f"({values.soql})")
        return self._compare_each(operator, values)


class MultiPicklistColumn(MultiFilter[O, T, V], Column[O, T]):
    """Multi-select picklists."""

    __slots__ = ()
