"""Paths through parents at run time: `Contact.Account.Parent.Name`.

Type checkers see the path classes of the generated modules; at run time a path is this small object, and the parent's
model is loaded only when a field of it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .registry import model_for, package_of, table_of

if TYPE_CHECKING:
    from .sobject import SObject
    from .table import ParentRow


class Path:
    """A parent, reached from `root` over `steps` and then `row`."""

    __slots__ = ("_model", "_root", "_row", "_steps")

    def __init__(self, root: type[SObject], model: type[SObject], steps: tuple[str, ...], row: ParentRow) -> None:
        self._root, self._model, self._steps, self._row = root, model, steps, row

    def __repr__(self) -> str:
        return f"<path {'.'.join((*self._steps, self._row.name))} of {self._root.__name__}>"

    def address(self) -> tuple[type[SObject], tuple[str, ...]]:
        """Return the model that the path starts from, and its relationship names."""
        return self._root, (*self._steps, self._row.name)

    def __getattr__(self, name: str) -> Any:
        from .checks import nearest
        from .sobject import make_column

        steps = (*self._steps, self._row.name)
        model = parent_model(self._model, self._row)
        table = table_of(model)
        if (field := table.fields.get(name)) is not None:
            return make_column(self._root, (*steps, field.name), field)
        if (parent := table.parents.get(name)) is not None:
            return Path(self._root, model, steps, parent)
        near = nearest(name, [*table.fields, *table.parents])
        raise AttributeError(f"{self!r} has no field {name!r}: it is read as a {model.__name__}{near}")


def parent_model(model: type[SObject], row: ParentRow) -> type[SObject]:
    """Return the model whose fields a path over a parent has.

    It is `Name` where the parent is polymorphic, as in SOQL, and where the parent's object was not generated.
    """
    found = model_for(package_of(model), row.targets[0]) if len(row.targets) == 1 else None
    if found is not None:
        return found
    from .name import Name

    return Name
