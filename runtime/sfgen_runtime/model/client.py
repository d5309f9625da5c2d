"""The base of generated clients."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..client import SalesforceClient
from .registry import model_for, table_of

if TYPE_CHECKING:
    from collections.abc import Mapping


class OrgClient(SalesforceClient):
    """A client with an attribute for each generated object, made when it is first used.

    An object that was not generated is reached by ``client.sobject("Name")``, untyped.
    """

    def _known_fields(self, object_name: str) -> Mapping[str, tuple[str, ...]]:
        try:
            model = model_for(type(self).__module__.rpartition(".")[0], object_name)
        except ImportError:
            return {}
        if model is None:
            return {}
        rows = table_of(model).fields.values()
        return {
            row.name: tuple(choice.value for choice in row.choices if choice.active) if row.restricted else ()
            for row in rows
        }

    if not TYPE_CHECKING:
        # Hidden from type checkers, to which any attribute would exist if they saw it.
        def __getattr__(self, name: str) -> Any:
            package = type(self).__module__.rpartition(".")[0]
            if name == "apex" and "apex" in type(self).__annotations__:
                self.__dict__[name] = made = import_module(f"{package}.apex").Apex(self)
                return made
            index = import_module(f"{package}._index")
            api_name = None if name.startswith("_") else index.CLIENT.get(name)
            if api_name is None:
                raise AttributeError(
                    f"{type(self).__name__} has no attribute {name!r}; an object that was not generated is reached by"
                    f" .sobject({name!r})"
                )
            module, class_name = index.MODELS[api_name]
            made = getattr(import_module(f"{package}.{module}"), f"{class_name}Type")(self)
            self.__dict__[name] = made
            return made
