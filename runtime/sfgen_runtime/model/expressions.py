"""Expressions: what a query can select, and the abilities that columns are put together from.

Expr         can be selected by `values`
Column       ... and by `select`, as part of a record: aggregates and parts of dates can't
Sortable     ... and stand in ORDER BY     (describe: sortable)
Groupable    ... and stand in GROUP BY     (describe: groupable)
Filterable   ... and stand in WHERE        (describe: filterable), with operators for values of a type
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol

from typing_extensions import TypeVar

from .conditions import Comparison, Condition, O, Ordering
from .literals import soql_value

if TYPE_CHECKING:
    from .table import FieldRow

T = TypeVar("T")  # what reading the expression gives
V = TypeVar("V")  # what it is compared with
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


class Expr(Generic[O, T_co]):
    """Something a query of `O` can select, with values of type `T`.

    Example:
        >>> Contact.Account.Name.soql, Opportunity.Amount.sum().soql
        ('Account.Name', 'SUM(Amount)')
    """

    __slots__ = ("form", "path", "root", "row")
    aggregated: ClassVar[bool] = False
    """Whether it stands for many rows, as ``SUM(Amount)`` does."""
    # Filterable columns define `==` for SOQL; as keys they are themselves.
    __hash__ = object.__hash__

    def __init__(self, root: object, path: tuple[str, ...], row: FieldRow, form: str = "{}") -> None:
        self.root, self.path, self.row, self.form = root, path, row, form

    @property
    def soql(self) -> str:
        """The expression as SOQL text, such as ``Account.Name`` or ``SUM(Amount)``."""
        return self.form.format(".".join(self.path))

    def __repr__(self) -> str:
        return f"<column {self.soql} of {getattr(self.root, '__name__', self.root)}>"


class Column(Expr[O, T_co]):
    """An expression that each record has one value of, so that `select` takes it.

    Example:
        >>> isinstance(Contact.LastName, Column), isinstance(Contact.LastName.count(), Column)
        (True, False)
    """

    __slots__ = ()


class Comparable(Expr[O, T]):
    """An expression that can be compared, for those below and for aggregates.

    Example:
        >>> (Opportunity.Amount.sum() > 1_000).soql(), (Opportunity.Amount > 1_000).soql()
        ('SUM(Amount) > 1000', 'Amount > 1000')
    """

    __slots__ = ()

    def _compare(self, operator: str, value: object) -> Condition[O]:
        return Comparison(self.root, self.soql, operator, soql_value(value, self.row), aggregated=self.aggregated)

    def _compare_each(self, operator: str, values: Values[object]) -> Condition[O]:
        if isinstance(values, str | bytes):
            raise TypeError(f"{self.soql}: give a list or a set of values, not one text")
        listed = ", ".join(soql_value(value, self.row) for value in values)
        if not listed:
            nothing = operator in ("IN", "INCLUDES")
            fits = "no record fits: don't ask" if nothing else "every record fits: leave the condition out"
            raise ValueError(f"{self.soql} {operator} (): SOQL knows no empty list; {fits}")
        return Comparison(self.root, self.soql, operator, f"({listed})", aggregated=self.aggregated)

    def _compare_order(self, operator: str, value: object) -> Condition[O]:
        if value is None:
            raise TypeError(f"{self.soql} {operator} None: null has no order; use is_null() or is_not_null()")
        return self._compare(operator, value)


class Sortable(Expr[O, T]):
    """A column that ORDER BY takes.

    Example:
        >>> sf.Contact.select(Contact.Id).order_by(Contact.LastName.asc(), Contact.CreatedDate.desc()).soql
        'SELECT Id FROM Contact ORDER BY LastName ASC, CreatedDate DESC'
    """

    __slots__ = ()

    def asc(self) -> Ordering[O]:
        """Order by this column, smallest first."""
        return Ordering(self, " ASC")

    def desc(self) -> Ordering[O]:
        """Order by this column, largest first."""
        return Ordering(self, " DESC")


class Groupable(Expr[O, T]):
    """A column that GROUP BY takes.

    Example:
        >>> sf.Contact.values(Contact.LeadSource, Contact.Id.count()).group_by(Contact.LeadSource).soql
        'SELECT LeadSource, COUNT(Id) FROM Contact GROUP BY LeadSource'
    """

    __slots__ = ()


class Filterable(Comparable[O, T]):
    """A column that WHERE takes. Which operators it has, the classes below say.

    Example:
        >>> (Contact.Email.is_null() | Contact.Phone.is_not_null()).soql()
        'Email = null OR Phone != null'
    """

    __slots__ = ()

    def is_null(self) -> Condition[O]:
        """The column has no value."""
        return self._compare("=", None)

    def is_not_null(self) -> Condition[O]:
        """The column has a value."""
        return self._compare("!=", None)


class Equality(Filterable[O, T], Generic[O, T, V]):
    """``=``, ``!=``, ``IN`` and ``NOT IN`` with values of `V`.

    Example:
        >>> (Contact.LastName.in_(["Smith", "Jones"]) & Contact.Title.not_in(["CEO"])).soql()
        "LastName IN ('Smith', 'Jones') AND Title NOT IN ('CEO')"
    """

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
    """``<``, ``<=``, ``>`` and ``>=`` with values of `V`.

    Example:
        >>> ((Opportunity.Amount >= 1_000) & (Opportunity.Amount < 5_000)).soql()
        'Amount >= 1000 AND Amount < 5000'
    """

    __slots__ = ()

    def __lt__(self, other: V) -> Condition[O]:
        return self._compare_order("<", other)

    def __le__(self, other: V) -> Condition[O]:
        return self._compare_order("<=", other)

    def __gt__(self, other: V) -> Condition[O]:
        return self._compare_order(">", other)

    def __ge__(self, other: V) -> Condition[O]:
        return self._compare_order(">=", other)


AnyExpr = Expr[Any, Any]
"""An expression of any model and type."""
