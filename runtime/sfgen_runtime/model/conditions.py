"""What a WHERE or HAVING clause is made of: comparisons, joined by ``&``, ``|`` and ``~``.

Each carries its owner, the model whose query it fits: a condition on another object is a type error. One that compares
an aggregate is a `HavingCondition` and no `Condition` for type checkers, so that WHERE doesn't take it.
Salesforce document: SOQL and SOSL Reference, "Condition Expression Syntax (WHERE Clause)".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Generic, Never

from typing_extensions import TypeVar

if TYPE_CHECKING:
    from .expressions import Sortable

O = TypeVar("O")  # noqa: E741  # the owner, everywhere in this package


class HavingCondition(Generic[O]):
    """A condition on groups of records of `O`, for `having`. Join them with ``&`` and ``|``, negate with ``~``.

    Example:
        >>> condition = (Opportunity.Id.count() > 3) & (Opportunity.Amount.sum() < 1_000)
        >>> condition.soql(), len(list(condition.comparisons()))
        ('COUNT(Id) > 3 AND SUM(Amount) < 1000', 2)
    """

    __slots__ = ()

    def soql(self) -> str:
        """Return the condition as SOQL text, every value in it escaped."""
        raise NotImplementedError

    def comparisons(self) -> Iterator[Comparison[O]]:
        """Yield the comparisons that the condition is made of."""
        raise NotImplementedError

    def __and__(self, other: HavingCondition[O]) -> HavingCondition[O]:
        return _Joined("AND", (*_parts(self, "AND"), *_parts(other, "AND")))

    def __or__(self, other: HavingCondition[O]) -> HavingCondition[O]:
        return _Joined("OR", (*_parts(self, "OR"), *_parts(other, "OR")))

    def __invert__(self) -> HavingCondition[O]:
        return _Negated(self)

    if TYPE_CHECKING:
        # What lets a `Condition` stand on the left of one that is none.
        def __rand__(self, other: HavingCondition[O]) -> HavingCondition[O]: ...
        def __ror__(self, other: HavingCondition[O]) -> HavingCondition[O]: ...

    def __bool__(self) -> Never:
        raise TypeError(
            f"the condition `{self.soql()}` has no truth value: it is sent to the org. Join conditions with & and |"
            " (not `and`, `or`), negate with ~ (not `not`), and put each comparison in parentheses"
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__.strip('_')} {self.soql()}>"


class Condition(HavingCondition[O]):
    """A condition on records of `O`. Join conditions with ``&`` and ``|``, negate with ``~``.

    Example:
        >>> ((Contact.LastName == "Smith") & ~(Contact.Email.is_null() | (Contact.Title == "CEO"))).soql()
        "LastName = 'Smith' AND (NOT (Email = null OR Title = 'CEO'))"
    """

    __slots__ = ()

    if TYPE_CHECKING:
        # Conditions on records alone make one on records; overloads would lose the owner behind `Any`.
        def __and__(self, other: Condition[O]) -> Condition[O]: ...  # type: ignore[override]
        def __or__(self, other: Condition[O]) -> Condition[O]: ...  # type: ignore[override]
        def __rand__(self, other: Condition[O]) -> Condition[O]: ...  # type: ignore[override]
        def __ror__(self, other: Condition[O]) -> Condition[O]: ...  # type: ignore[override]
        def __invert__(self) -> Condition[O]: ...


class Comparison(Condition[O]):
    """A column, an operator and a value that is already SOQL text.

    `root` is the model that the column starts from; `aggregated` says that the column is an aggregate.

    Example:
        >>> comparison = Contact.LastName == "O'Hara"
        >>> comparison.soql(), next(comparison.comparisons()).operator
        ("LastName = 'O\\\\'Hara'", '=')
    """

    __slots__ = ("aggregated", "left", "operator", "right", "root")

    def __init__(self, root: object, left: str, operator: str, right: str, *, aggregated: bool = False) -> None:
        self.root, self.left, self.operator, self.right = root, left, operator, right
        self.aggregated = aggregated

    def soql(self) -> str:
        """Return ``left operator right``."""
        return f"{self.left} {self.operator} {self.right}"

    def comparisons(self) -> Iterator[Comparison[O]]:
        """Yield this one."""
        yield self


class _Joined(Condition[O]):
    __slots__ = ("parts", "word")

    def __init__(self, word: str, parts: tuple[HavingCondition[O], ...]) -> None:
        self.word, self.parts = word, parts

    def soql(self) -> str:
        # SOQL refuses AND and OR side by side without parentheses, so every inner junction gets its own.
        return f" {self.word} ".join(
            f"({part.soql()})" if isinstance(part, _Joined) else part.soql() for part in self.parts
        )

    def comparisons(self) -> Iterator[Comparison[O]]:
        for part in self.parts:
            yield from part.comparisons()


class _Negated(Condition[O]):
    __slots__ = ("inner",)

    def __init__(self, inner: HavingCondition[O]) -> None:
        self.inner = inner

    def soql(self) -> str:
        return f"(NOT {self.inner.soql()})" if isinstance(self.inner, Comparison) else f"(NOT ({self.inner.soql()}))"

    def comparisons(self) -> Iterator[Comparison[O]]:
        yield from self.inner.comparisons()


def _parts(condition: HavingCondition[O], word: str) -> tuple[HavingCondition[O], ...]:
    if not isinstance(condition, HavingCondition):
        raise TypeError(
            f"{condition!r} is no condition to join with: & and | bind tighter than == and <, so put each comparison in"
            " parentheses"
        )
    # `a & b & c` is one junction of three, not a nest.
    return condition.parts if isinstance(condition, _Joined) and condition.word == word else (condition,)


class Ordering(Generic[O]):
    """One item of ORDER BY: a sortable column, or one with ``asc()``, ``desc()`` and a place for nulls.

    Example:
        >>> by = Contact.LastName.desc().nulls_last(), Contact.Email.asc().nulls_first()
        >>> sf.Contact.select(Contact.Id).order_by(*by).soql
        'SELECT Id FROM Contact ORDER BY LastName DESC NULLS LAST, Email ASC NULLS FIRST'
    """

    __slots__ = ("by", "direction", "root")

    def __init__(self, by: Sortable[O, Any], direction: str = "") -> None:
        self.by, self.direction = by, direction
        self.root = by.root

    @property
    def text(self) -> str:
        """This item as SOQL text.

        Example:
            >>> Contact.LastName.desc().text
            'LastName DESC'
        """
        return self.by.soql + self.direction

    def nulls_first(self) -> Ordering[O]:
        """Put records without a value first (the org's default)."""
        return Ordering(self.by, f"{self.direction} NULLS FIRST")

    def nulls_last(self) -> Ordering[O]:
        """Put records without a value last."""
        return Ordering(self.by, f"{self.direction} NULLS LAST")
