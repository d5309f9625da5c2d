"""From columns to a selection: which attributes of which model a query's answer holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .paths import parent_model
from .reading import Selection
from .registry import model_for, package_of, table_of
from .typeof import TypeOf

if TYPE_CHECKING:
    from .expressions import AnyExpr
    from .sobject import SObject
    from .table import ObjectTable


def select_columns(
    model: type[SObject], columns: tuple[AnyExpr, ...], children: tuple[tuple[str, Selection], ...] = ()
) -> Selection:
    """Return the selection that reads the answer to a query of `columns`, each of which starts at `model`."""
    plain = [column.path for column in columns if not isinstance(column, TypeOf)]
    selection = _select(model, plain, children)
    chosen = tuple(_select_typeof(model, column) for column in columns if isinstance(column, TypeOf))
    return selection._replace(parents=(*selection.parents, *chosen))


def _select_typeof(model: type[SObject], column: TypeOf[Any]) -> tuple[str, tuple[tuple[str, Selection], ...]]:
    row = next(row for row in table_of(model).parents.values() if row.name == column.path[-1])
    whens = tuple((table_of(when).name, select_columns(when, columns)) for when, columns in column.whens)
    named = {name for name, _ in whens}
    others = tuple(target for target in row.targets if target not in named)
    return row.attribute, (*whens, *_targets(model, others, [one.path for one in column.otherwise]))


def attribute_path(model: type[SObject], path: tuple[str, ...]) -> tuple[str, ...]:
    """Return the Python attributes that lead to a column's value, from its path of API names."""
    table = table_of(model)
    if len(path) == 1:
        return (_attribute(table, path[0]),)
    parent = next(row for row in table.parents.values() if row.name == path[0])
    inner = parent_model(model, parent)
    return (parent.attribute, *attribute_path(inner, path[1:]))


def _attribute(table: ObjectTable, name: str) -> str:
    return next((attribute for attribute, row in table.fields.items() if row.name == name), name)


def _select(
    model: type[SObject], paths: list[tuple[str, ...]], children: tuple[tuple[str, Selection], ...] = ()
) -> Selection:
    table = table_of(model)
    names = {row.name: attribute for attribute, row in table.fields.items()}
    fields: dict[str, None] = {}
    below: dict[str, list[tuple[str, ...]]] = {}
    for path in paths:
        if len(path) == 1:
            fields[names.get(path[0], path[0])] = None
        else:
            below.setdefault(path[0], []).append(path[1:])
    parents = tuple(
        (row.attribute, _targets(model, row.targets, below[row.name]))
        for row in table.parents.values()
        if row.name in below
    )
    return Selection(model, tuple(fields), parents, children)


def _targets(
    model: type[SObject], targets: tuple[str, ...], paths: list[tuple[str, ...]]
) -> tuple[tuple[str, Selection], ...]:
    package = package_of(model)
    known = ((target, model_for(package, target)) for target in targets)
    return tuple((target, _select(parent, paths)) for target, parent in known if parent is not None)
