"""TYPEOF: different fields of a polymorphic parent, by what the parent is.

Salesforce document: SOQL and SOSL Reference, "TYPEOF".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

from .conditions import O
from .expressions import Column
from .paths import Path
from .registry import table_of
from .table import FieldRow

if TYPE_CHECKING:
    from .name import Name, NamePath
    from .sobject import SObject

S = TypeVar("S", bound="SObject")

_MOST_SHOWN = 10
_ROW = FieldRow("TYPEOF", "TYPEOF", "typeof", "")


class TypeOf(Column[O, Any]):
    """What is selected of a polymorphic parent: each `when` adds a model, `else_` says what of all others.

    Example:
        >>> query = sf.Task.select(Task.Subject, typeof(Task.What).when(Account, Account.Name).else_(Name.Name))
        >>> query.soql
        'SELECT Subject, TYPEOF What WHEN Account THEN Name ELSE Name END FROM Task'
        >>> typeof(Task.What).when(Account, Account.Phone).soql
        'TYPEOF What WHEN Account THEN Phone END'
    """

    __slots__ = ("otherwise", "whens")

    def __init__(
        self,
        root: object,
        path: tuple[str, ...],
        whens: tuple[tuple[type[SObject], tuple[Column[Any, Any], ...]], ...] = (),
        otherwise: tuple[Column[Any, Any], ...] = (),
    ) -> None:
        super().__init__(root, path, _ROW)
        self.whens, self.otherwise = whens, otherwise

    def when(self, model: type[S], column: Column[S, Any], /, *columns: Column[S, Any]) -> TypeOf[O]:
        """Select these columns where the parent is a `model`."""
        name, targets = table_of(model).name, _targets_of(self.root, self.path)
        if targets and name not in targets:  # describe has none for some lookups
            raise TypeError(f"{name} is no target of {self.path[-1]}; its targets are {_shown(targets)}")
        chosen = (column, *columns)
        for one in chosen:
            if one.root is not model:
                raise TypeError(f"{one!r} does not belong to {model.__name__}")
        return TypeOf(self.root, self.path, (*self.whens, (model, chosen)), self.otherwise)

    def else_(self, column: Column[Name, Any], /, *columns: Column[Name, Any]) -> TypeOf[O]:
        """Select these columns of `Name` where the parent is anything else."""
        return TypeOf(self.root, self.path, self.whens, (column, *columns))

    @property
    def soql(self) -> str:
        """The expression as SOQL text."""
        if not self.whens:
            raise TypeError(f"TYPEOF {self.path[-1]} needs a when(): say what to select of which model")
        whens = "".join(f" WHEN {table_of(model).name} THEN {_listed(columns)}" for model, columns in self.whens)
        otherwise = f" ELSE {_listed(self.otherwise)}" if self.otherwise else ""
        return f"TYPEOF {self.path[-1]}{whens}{otherwise} END"


def _listed(columns: tuple[Column[Any, Any], ...]) -> str:
    return ", ".join(column.soql for column in columns)


def typeof(parent: type[NamePath[S, object]]) -> TypeOf[S]:
    """Select by the type of a polymorphic parent.

    Example:
        >>> typeof(Task.What).when(Account, Account.Name, Account.Phone).else_(Name.Name).soql
        'TYPEOF What WHEN Account THEN Name, Phone ELSE Name END'
    """
    path = cast("object", parent)
    if not isinstance(path, Path):
        raise TypeError(f"typeof({parent!r}): give a polymorphic parent of a model, such as Task.What")
    root, steps = path.address()
    if len(steps) != 1:
        raise TypeError(f"typeof({path!r}): SOQL takes only a parent of the queried object itself")
    if len(targets := _targets_of(root, steps)) == 1:
        raise TypeError(f"typeof({path!r}): its one target is {_shown(targets)}; select that one's columns")
    return TypeOf(root, steps)


def _targets_of(root: object, path: tuple[str, ...]) -> tuple[str, ...]:
    """Return the API names of the objects that the parent may be of."""
    parents = table_of(cast("type[SObject]", root)).parents.values()
    return next(row.targets for row in parents if row.name == path[-1])


def _shown(targets: tuple[str, ...]) -> str:
    return ", ".join(targets[:_MOST_SHOWN]) + (", ..." if len(targets) > _MOST_SHOWN else "")
