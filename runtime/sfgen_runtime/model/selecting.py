"""From columns to a selection: which attributes of which model a query's answer holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .paths import parent_model
from .reading import Selection
from .registry import model_for, package_of, table_of

if TYPE_CHECKING:
    from .columns import AnyColumn
    from .sobject import SObject
    from .table import ObjectTable


def select_columns(
    model: type[SObject], columns: tuple[AnyColumn, ...], children: tuple[tuple[str, Selection], ...] = ()
) -> Selection:
    """Return the selection that reads the answer to a query of `columns`, each of which starts at `model`."""
    return _select(model, [column.path for column in columns], children)


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
