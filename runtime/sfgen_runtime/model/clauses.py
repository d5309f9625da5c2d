"""The clauses of a query after FROM, which queries and child queries share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .conditions import Condition, HavingCondition, Ordering
from .expressions import Expr, Sortable

if TYPE_CHECKING:
    from .query import ChildQuery
    from .sobject import SObject


@dataclass(frozen=True, slots=True)
class Clauses:
    """What queries and child queries have in common: everything after FROM."""

    conditions: tuple[Condition[Any], ...] = ()
    security: str = ""
    groups: tuple[str, ...] = ()
    having: tuple[HavingCondition[Any], ...] = ()
    orderings: tuple[Ordering[Any], ...] = ()
    limit: int | None = None
    offset: int | None = None
    view: str = ""

    def soql(self) -> str:
        """Return the clauses as SOQL text, each after a space."""
        parts: list[str] = []
        if self.conditions:
            parts.append(f"WHERE {joined(self.conditions)}")
        if self.security:
            parts.append(f"WITH {self.security}")
        if self.groups:
            parts.append(f"GROUP BY {', '.join(self.groups)}")
        if self.having:
            parts.append(f"HAVING {joined(self.having)}")
        if self.orderings:
            parts.append(f"ORDER BY {', '.join(ordering.text for ordering in self.orderings)}")
        if self.limit is not None:
            parts.append(f"LIMIT {self.limit}")
        if self.offset is not None:
            parts.append(f"OFFSET {self.offset}")
        if self.view:
            parts.append(f"FOR {self.view}")
        return "".join(f" {part}" for part in parts)

    def where(self, model: type[SObject], conditions: tuple[Condition[Any], ...]) -> Clauses:
        """Return these clauses with more conditions, all of which must hold.

        Raises:
            TypeError: what is no condition, or one on another object.
        """
        check_conditions("where", model, conditions)
        return replace(self, conditions=(*self.conditions, *conditions))

    def check_groups(self) -> None:
        """Raise `TypeError` if groups are chosen or sorted by a column that differs within them."""
        for comparison in (one for condition in self.having for one in condition.comparisons()):
            if not comparison.aggregated and comparison.left not in self.groups:
                raise TypeError(
                    f"having({comparison.soql()}): {comparison.left} differs within a group; where() chooses records"
                )
        for ordering in self.orderings:
            if not ordering.by.aggregated and ordering.by.soql not in self.groups:
                raise TypeError(
                    f"order_by({ordering.text}): it differs within a group: add it to group_by(), or aggregate it"
                )

    def order_by(self, model: type[SObject], orderings: tuple[Sortable[Any, Any] | Ordering[Any], ...]) -> Clauses:
        """Return these clauses with more columns to sort by.

        Raises:
            TypeError: what is no column to sort by, or one of another object.
        """
        made: list[Ordering[Any]] = []
        for ordering in orderings:
            if not isinstance(ordering, Sortable | Ordering):
                raise TypeError(f"order_by({ordering!r}): not a sortable column, nor .asc() or .desc() of one")
            same_object(model, ordering.root, repr(ordering))
            made.append(Ordering(ordering) if isinstance(ordering, Sortable) else ordering)
        return replace(self, orderings=(*self.orderings, *made))


def joined(conditions: Sequence[HavingCondition[Any]]) -> str:
    """Return the conditions as one, joined by AND."""
    joined = conditions[0]
    for condition in conditions[1:]:
        joined &= condition
    return joined.soql()


def check_conditions(clause: str, model: type[SObject], conditions: Sequence[HavingCondition[Any]]) -> None:
    """Raise `TypeError` for what is no condition on the object; `clause` names the method that was called."""
    for condition in conditions:
        if not isinstance(condition, HavingCondition):
            why = "A field that can't be filtered compares to a plain bool"
            if isinstance(condition, Expr):
                why = "A column alone is none: compare it, such as Case.IsClosed == True"
            raise TypeError(f"{clause}({condition!r}): not a condition. {why}")
        for comparison in condition.comparisons():
            same_object(model, comparison.root, condition.soql())
            if comparison.aggregated and clause == "where":
                raise TypeError(f"where({comparison.soql()}): an aggregate is compared in having()")


def with_children(
    model: type[SObject], included: tuple[ChildQuery[Any, Any], ...], more: tuple[ChildQuery[Any, Any], ...]
) -> tuple[ChildQuery[Any, Any], ...]:
    """Return all child queries of a query; `TypeError` for one of another object, and for one child list twice."""
    for child in more:
        same_object(model, child.parent, repr(child))
        if any(child.selection[0] == other.selection[0] for other in included):
            raise TypeError(f"{child.selection[0]} is included already: select all of its columns in one include()")
        included = (*included, child)
    return included


def same_object(model: type[SObject], root: object, what: str) -> None:
    """Raise `TypeError` for what belongs to another object; `what` shows it in the message."""
    if root is not model:
        raise TypeError(f"{what} belongs to {getattr(root, '__name__', root)}, and the query is of {model.__name__}")


def whole_number(name: str, number: int) -> int:
    """Return the number, or raise `ValueError` if it is none that a query takes."""
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        raise ValueError(f"{name}({number!r}): give a whole number that is not negative")
    return number
