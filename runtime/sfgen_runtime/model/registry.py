"""From a model to its table, and from an API name to the model of the same package: both loaded when first needed.

A generated package holds ``_index.py`` (API name to module and class) and ``_tables/`` (a table a model).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from .caching import cached
from .table import ObjectTable

if TYPE_CHECKING:
    from .sobject import SObject


@cached
def table_of(model: type[SObject]) -> ObjectTable:
    """Return the table of a model."""
    own: ObjectTable | None = getattr(model, "__table__", None)
    if own is not None:
        return own
    package, _, module = model.__module__.rpartition(".")
    lines: tuple[str, ...] = import_module(f"{package}._tables.{module}").TABLE
    return ObjectTable.from_lines(lines)


@cached
def _index(package: str) -> dict[str, tuple[str, str]]:
    index: dict[str, tuple[str, str]] = import_module(f"{package}._index").MODELS
    return index


@cached
def model_for(package: str, name: str) -> type[SObject] | None:
    """Return the package's model of the object with this API name, or None if it was not generated."""
    if (where := _index(package).get(name)) is None:
        return None
    module, class_name = where
    model: type[SObject] = getattr(import_module(f"{package}.{module}"), class_name)
    return model


def package_of(model: type[SObject]) -> str:
    """Return the name of the package that a model was generated into."""
    return model.__module__.rpartition(".")[0]


def object_of(package: str, record_id: str) -> str | None:
    """Return the API name of the generated object that an id is of, or None where its key prefix doesn't tell."""
    prefixes: dict[str, str] = getattr(import_module(f"{package}._index"), "PREFIXES", {})
    return prefixes.get(record_id[:3])
