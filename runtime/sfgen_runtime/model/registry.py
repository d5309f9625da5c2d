"""From a model to its table, and from an API name to the model of the same package: both loaded when first needed.

A generated package holds ``_index.py`` (API name to module and class) and ``_tables/`` (a table a model).
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec, module_from_spec
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
    return ObjectTable.from_lines(_lines(f"{package}._tables.{module}"))


def _lines(name: str) -> tuple[str, ...]:
    # Not as a module that stays: nobody reads the text again, and a model that is reloaded has a new one.
    spec = find_spec(name)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(f"No module named {name!r}: generate the package again", name=name)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    lines: tuple[str, ...] = module.TABLE
    return lines


def index_of(package: str) -> Mapping[str, tuple[str, str]]:
    """Return the module and class of each object of a generated package, by API name."""
    index: Mapping[str, tuple[str, str]] = import_module(f"{package}._index").MODELS
    return index


def model_for(package: str, name: str) -> type[SObject] | None:
    """Return the package's model of the object with this API name, or None if it was not generated."""
    if (where := index_of(package).get(name)) is None:
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
