"""A SOQL query as values: what the grammar reads and `unparse` writes.

Every node is frozen and compares by what it says; where it stood in the text (`at`) is not part of its identity, so
that two spellings of one query are equal. Keywords are kept in upper case, names as they were written.

Salesforce document: SOQL and SOSL Reference, "SOQL SELECT Syntax".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the text: `offset` counts characters from 0, `line` and `column` from 1."""

    offset: int = 0
    line: int = 1
    column: int = 1


_START = Position()


# --- values ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StringLiteral:
    r"""A quoted text. `pattern` escapes a backslash, `%` and `_` with a backslash, since LIKE tells `\%` from `%`."""

    pattern: str
    at: Position = field(default=_START, compare=False, repr=False)

    @classmethod
    def of(cls, text: str) -> StringLiteral:
        """Make the literal of a plain text; in LIKE its `%` and `_` are wildcards."""
        return cls(text.replace("\\", "\\\\"))

    @property
    def value(self) -> str:
        """The text that the literal stands for outside of LIKE."""
        if "\\" not in self.pattern:
            return self.pattern
        characters = iter(self.pattern)
        return "".join(next(characters, "\\") if character == "\\" else character for character in characters)


@dataclass(frozen=True, slots=True)
class NumberLiteral:
    """A number: an int where the text has no point and no exponent."""

    value: int | Decimal
    at: Position = field(default=_START, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class CurrencyLiteral:
    """An amount with its ISO currency code, like `USD5000`."""

    code: str
    value: int | Decimal
    at: Position = field(default=_START, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class DateLiteral:
    """A calendar date, like `2024-02-29`."""

    value: dt.date
    at: Position = field(default=_START, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class DateTimeLiteral:
    """A moment; always with an offset."""

    value: dt.datetime
    at: Position = field(default=_START, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class TimeLiteral:
    """A time of day, like `14:30:00.000Z`."""

    value: dt.time
    at: Position = field(default=_START, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class RelativeDate:
    """A range relative to now: `TODAY`, or `LAST_N_DAYS:30` with its `count`."""

    name: str
    count: int | None = None
    at: Position = field(default=_START, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Constant:
    """`TRUE`, `FALSE` or `NULL` (None)."""

    value: bool | None
    at: Position = field(default=_START, compare=False, repr=False)


Literal: TypeAlias = (
    StringLiteral
    | NumberLiteral
    | CurrencyLiteral
    | DateLiteral
    | DateTimeLiteral
    | TimeLiteral
    | RelativeDate
    | Constant
)


# --- expressions ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FieldPath:
    """A field, reached through parents: `Account.Owner.Name`. A part may name its target type, as in `Owner:User`."""

    parts: tuple[str, ...]
    at: Position = field(default=_START, compare=False, repr=False)

    def __str__(self) -> str:
        return ".".join(self.parts)


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """An aggregate, a date function, `toLabel`, `FORMAT`, `DISTANCE`, `FIELDS`, ... `name` is as written."""

    name: str
    arguments: tuple[Expression | Literal, ...]
    at: Position = field(default=_START, compare=False, repr=False)


Expression: TypeAlias = FieldPath | FunctionCall


# --- conditions -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left operator value`; `operator` is one of `= != < <= > >= LIKE`."""

    left: Expression
    operator: str
    value: Literal


@dataclass(frozen=True, slots=True)
class InValues:
    """`left [NOT] IN (values)`."""

    left: Expression
    values: tuple[Literal, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class InQuery:
    """A semi-join `left IN (SELECT ...)`, or an anti-join if `negated`."""

    left: Expression
    query: Query
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Includes:
    """`left INCLUDES (values)` on a multi-select picklist, or `EXCLUDES` if `negated`."""

    left: Expression
    values: tuple[Literal, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class And:
    """All of at least two conditions."""

    items: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of at least two conditions."""

    items: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a condition."""

    item: Condition


Condition: TypeAlias = Comparison | InValues | InQuery | Includes | And | Or | Not


# --- clauses --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SelectExpression:
    """A field or function of the SELECT list, with its alias."""

    expression: Expression
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class TypeOf:
    """`TYPEOF What WHEN Account THEN Phone, Name ELSE Name END`; `otherwise` is empty without ELSE."""

    relationship: FieldPath
    whens: tuple[tuple[str, tuple[FieldPath, ...]], ...]
    otherwise: tuple[FieldPath, ...] = ()


@dataclass(frozen=True, slots=True)
class SubQuery:
    """A query of a child relationship in the SELECT list."""

    query: Query


SelectItem: TypeAlias = SelectExpression | TypeOf | SubQuery


@dataclass(frozen=True, slots=True)
class Source:
    """What FROM names: an object, a child relationship in a subquery, or a path from another source's alias."""

    path: FieldPath
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class DataCategory:
    """`Geography__c ABOVE (usa__c, uk__c)`; `operator` is `AT`, `ABOVE`, `BELOW` or `ABOVE_OR_BELOW`."""

    group: str
    operator: str
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class With:
    """A WITH clause: `mode` (`SECURITY_ENFORCED`, `USER_MODE`, `SYSTEM_MODE`), or data category filters."""

    mode: str | None = None
    categories: tuple[DataCategory, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupBy:
    """GROUP BY; `kind` is `ROLLUP`, `CUBE` or None."""

    items: tuple[Expression, ...]
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class OrderBy:
    """One key of ORDER BY; `nulls` is `FIRST`, `LAST` or None."""

    expression: Expression
    descending: bool = False
    nulls: str | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """A SELECT. `locks` holds what FOR names (`VIEW`, `REFERENCE`, `UPDATE`), `tracking` what UPDATE names."""

    select: tuple[SelectItem, ...]
    sources: tuple[Source, ...]
    scope: str | None = None
    where: Condition | None = None
    with_: tuple[With, ...] = ()
    group_by: GroupBy | None = None
    having: Condition | None = None
    order_by: tuple[OrderBy, ...] = ()
    limit: int | None = None
    offset: int | None = None
    locks: tuple[str, ...] = ()
    tracking: tuple[str, ...] = ()
    all_rows: bool = False
    at: Position = field(default=_START, compare=False, repr=False)
