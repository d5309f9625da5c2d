"""Columns: what reading a field on a model class gives, `Contact.LastName` for one.

A column knows its owner (the model whose query it fits), the Python type of its values, and what the org lets one do
with it. Each ability is a class, so that an editor lists, and a type checker allows, only what describe allows:

    Expr         can be selected
    Sortable     ... and stand in ORDER BY     (describe: sortable)
    Groupable    ... and stand in GROUP BY     (describe: groupable)
    Filterable   ... and stand in WHERE        (describe: filterable), with the operators of its type

The concrete classes at the end combine them; `sfgen_runtime.model.kinds` chooses one from describe's flags.
"""

from __future__ import annotations

import datetime as _dt
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, Protocol

from typing_extensions import TypeVar

from ..ids import IdLike
from .conditions import Comparison, Condition, O, Ordering
from .literals import DateLiteral, escape_like, quote_like, soql_value

if TYPE_CHECKING:
    from .table import FieldRow

T = TypeVar("T")  # what reading the column gives
V = TypeVar("V")  # what it is compared with
M = TypeVar("M")  # the model that a reference points to

T_co = TypeVar("T_co", covariant=True)


class Values(Protocol[T_co]):
    """Static only: a collection that is not a text, which would otherwise pass as a collection of its characters.

    `str` is told apart by its ``__contains__``, which takes text alone.
    """

    def __iter__(self) -> Iterator[T_co]:
        """Yield the values."""
        ...

    def __len__(self) -> int:
        """Count the values."""
        ...

    def __contains__(self, value: object, /) -> bool:
        """Tell whether `value` is among them."""
        ...


Numeric = Decimal | float
DateOperand = _dt.date | DateLiteral
DateTimeOperand = _dt.datetime | DateLiteral


class Expr(Generic[O, T]):
    """Something a query of `O` can select, with values of type `T`."""

    __slots__ = ("path", "root", "row")
    # Filterable columns define `==` for SOQL; as keys they are themselves.
    __hash__ = object.__hash__

    def __init__(self, root: object, path: tuple[str, ...], row: FieldRow) -> None:
        self.root, self.path, self.row = root, path, row

    @property
    def soql(self) -> str:
        """The column as SOQL text, such as ``Account.Name``."""
        return ".".join(self.path)

    def __repr__(self) -> str:
        return f"<column {self.soql} of {getattr(self.root, '__name__', self.root)}>"


class Sortable(Expr[O, T]):
    """A column that ORDER BY takes."""

    __slots__ = ()

    def asc(self) -> Ordering[O]:
        """Order by this column, smallest first."""
        return Ordering(self.root, f"{self.soql} ASC")

    def desc(self) -> Ordering[O]:
        """Order by this column, largest first."""
        return Ordering(self.root, f"{self.soql} DESC")


class Groupable(Expr[O, T]):
    """A column that GROUP BY takes."""

    __slots__ = ()


class Filterable(Expr[O, T]):
    """A column that WHERE takes. Which operators it has, the classes below say."""

    __slots__ = ()

    def is_null(self) -> Condition[O]:
        """The column has no value."""
        return self._compare("=", None)

    def is_not_null(self) -> Condition[O]:
        """The column has a value."""
        return self._compare("!=", None)

    def _compare(self, operator: str, value: object) -> Condition[O]:
        return Comparison(self.root, self.soql, operator, soql_value(value, self.row))

    def _compare_each(self, operator: str, values: Values[object]) -> Condition[O]:
        if isinstance(values, str | bytes):
            raise TypeError(f"{self.soql}: give a list or a set of values, not one text")
        listed = ", ".join(soql_value(value, self.row) for value in values)
        if not listed:
            raise ValueError(f"{self.soql} {operator} (): SOQL knows no empty list; leave the condition out")
        return Comparison(self.root, self.soql, operator, f"({listed})")


class Equality(Filterable[O, T], Generic[O, T, V]):
    """``=``, ``!=``, ``IN`` and ``NOT IN`` with values of `V`."""

    __slots__ = ()
    __hash__ = object.__hash__

    def __eq__(self, other: V | None) -> Condition[O]:  # type: ignore[override]
        return self._compare("=", other)

    def __ne__(self, other: V | None) -> Condition[O]:  # type: ignore[override]
        return self._compare("!=", other)

    def in_(self, values: Values[V]) -> Condition[O]:
        """The column has one of these values."""
        return self._compare_each("IN", values)

    def not_in(self, values: Values[V]) -> Condition[O]:
        """The column has none of these values."""
        return self._compare_each("NOT IN", values)


class Range(Filterable[O, T], Generic[O, T, V]):
    """``<``, ``<=``, ``>`` and ``>=`` with values of `V`."""

    __slots__ = ()

    def __lt__(self, other: V) -> Condition[O]:
        return self._range("<", other)

    def __le__(self, other: V) -> Condition[O]:
        return self._range("<=", other)

    def __gt__(self, other: V) -> Condition[O]:
        return self._range(">", other)

    def __ge__(self, other: V) -> Condition[O]:
        return self._range(">=", other)

    def _range(self, operator: str, value: V) -> Condition[O]:
        if value is None:
            raise TypeError(f"{self.soql} {operator} None: null has no order; use is_null() or is_not_null()")
        return self._compare(operator, value)


class TextFilter(Equality[O, T, T], Range[O, T, str]):
    """Comparisons of text, which ignore case unless the field is case-sensitive, and LIKE."""

    __slots__ = ()

    def like(self, pattern: str) -> Condition[O]:
        r"""LIKE, where ``%`` stands for any text and ``_`` for one character; write ``\%`` for a percent sign."""
        return Comparison(self.root, self.soql, "LIKE", quote_like(pattern))

    def startswith(self, text: str) -> Condition[O]:
        """The value starts with exactly this text, wildcards in it escaped."""
        return self.like(escape_like(text) + "%")

    def endswith(self, text: str) -> Condition[O]:
        """The value ends with exactly this text, wildcards in it escaped."""
        return self.like("%" + escape_like(text))

    def contains(self, text: str) -> Condition[O]:
        """The value contains exactly this text, wildcards in it escaped."""
        return self.like(f"%{escape_like(text)}%")


class NumberFilter(Equality[O, T, Numeric], Range[O, T, Numeric]):
    """Comparisons of numbers."""

    __slots__ = ()


class DateFilter(Equality[O, T, DateOperand], Range[O, T, DateOperand]):
    """Comparisons of dates, also with date literals such as `TODAY` and `LAST_N_DAYS(30)`."""

    __slots__ = ()


class DateTimeFilter(Equality[O, T, DateTimeOperand], Range[O, T, DateTimeOperand]):
    """Comparisons of date-times that know their offset, also with date literals."""

    __slots__ = ()


class TimeFilter(Equality[O, T, _dt.time], Range[O, T, _dt.time]):
    """Comparisons of times of day."""

    __slots__ = ()


class AnyFilter(Equality[O, T, T], Range[O, T, T]):
    """Comparisons of a type without operators of its own."""

    __slots__ = ()


class MultiFilter(Filterable[O, T], Generic[O, T, V]):
    """Conditions on the set of values of a multi-select picklist."""

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


class SelectOnlyColumn(Expr[O, T]):
    """A column that can be selected and nothing else: long text, for one."""

    __slots__ = ()


class SortOnlyColumn(Sortable[O, T]):
    """A column that can be sorted by, but neither filtered nor grouped by."""

    __slots__ = ()


class GroupOnlyColumn(Groupable[O, T]):
    """A column that can be grouped by, but neither filtered nor sorted by."""

    __slots__ = ()


class SortGroupColumn(Sortable[O, T], Groupable[O, T]):
    """A column that can be sorted and grouped by, but not filtered."""

    __slots__ = ()


class FilterOnlyColumn(AnyFilter[O, T]):
    """A column that can be filtered, but neither sorted nor grouped by."""

    __slots__ = ()


class FilterGroupColumn(AnyFilter[O, T], Groupable[O, T]):
    """A column that can be filtered and grouped by, but not sorted."""

    __slots__ = ()


class FieldColumn(AnyFilter[O, T], Sortable[O, T], Groupable[O, T]):
    """A column of a type without operators of its own that can be filtered, sorted and grouped by."""

    __slots__ = ()


class FilterSortColumn(AnyFilter[O, T], Sortable[O, T]):
    """A column of a type without operators of its own that can be filtered and sorted, but not grouped by."""

    __slots__ = ()


class TextColumn(TextFilter[O, T], Sortable[O, T], Groupable[O, T]):
    """Text and picklists."""

    __slots__ = ()


class FormulaTextColumn(TextFilter[O, T], Sortable[O, T]):
    """Text that can't be grouped by: formulas and auto-numbers, for instance."""

    __slots__ = ()


class NumberColumn(NumberFilter[O, T], Sortable[O, T]):
    """Currencies, doubles and percents."""

    __slots__ = ()


class IntegerColumn(NumberFilter[O, T], Sortable[O, T], Groupable[O, T]):
    """Integers, which can also be grouped by."""

    __slots__ = ()


class DateColumn(DateFilter[O, T], Sortable[O, T], Groupable[O, T]):
    """Dates."""

    __slots__ = ()


class DateTimeColumn(DateTimeFilter[O, T], Sortable[O, T]):
    """Date-times."""

    __slots__ = ()


class TimeColumn(TimeFilter[O, T], Sortable[O, T]):
    """Times of day."""

    __slots__ = ()


class BooleanColumn(Equality[O, T, bool], Sortable[O, T], Groupable[O, T]):
    """True or false."""

    __slots__ = ()


class FlagColumn(Equality[O, T, bool]):
    """True or false, and neither sortable nor groupable: permissions and preferences."""

    __slots__ = ()


class IdColumn(Equality[O, T, IdLike[M]], Range[O, T, str], Sortable[O, T], Groupable[O, T], Generic[O, T, M]):
    """Ids and lookups. `M` is the model that they point to; the id of another model is a type error."""

    __slots__ = ()


class MultiPicklistColumn(MultiFilter[O, T, V]):
    """Multi-select picklists."""

    __slots__ = ()


AnyColumn = Expr[Any, Any]
"""A column of any model and type."""
