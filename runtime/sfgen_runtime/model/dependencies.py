"""Dependent picklists: a value that the controlling field's value doesn't allow is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .caching import cached
from .errors import FieldProblem
from .picklists import controller_row, picklist_of
from .registry import table_of
from .values import MultiPicklist

if TYPE_CHECKING:
    from .sobject import SObject
    from .table import FieldRow


@cached
def _dependent(model: type[SObject]) -> Mapping[str, tuple[FieldRow, str]]:
    """Return the dependent picklists of a model by attribute, each with the attribute of its controller."""
    table = table_of(model)
    controllers = {name: controller_row(table, row) for name, row in table.fields.items()}
    return {
        name: (table.fields[name], controller.attribute)
        for name, controller in controllers.items()
        if controller is not None and table.fields[name].choices
    }


def check_dependencies(
    model: type[SObject], changed: Mapping[str, Any], known: Mapping[str, Any]
) -> Iterator[FieldProblem]:
    """Yield a problem for each dependent value in `changed` that its controller, as far as `known`, doesn't allow."""
    for attribute, (row, controller) in _dependent(model).items():
        value = changed.get(attribute)
        # A controller that was not selected may hold anything: only the org can tell.
        if not value or controller not in known:
            continue
        picklist = picklist_of(model, attribute)
        try:
            allowed = picklist.allowed(known[controller])
        except ValueError:
            continue
        for one in value if isinstance(value, MultiPicklist) else (value,):
            # A value that an open picklist doesn't have depends on nothing.
            if one in picklist and one not in allowed:
                yield FieldProblem(
                    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
                    row.name,
                    f"{one!r} is not allowed where {picklist.controller} is {known[controller]!r};"
                    f" allowed: {', '.join(map(repr, allowed)) or 'nothing'}",
                )
