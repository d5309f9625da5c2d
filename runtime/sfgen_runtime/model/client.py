"""The base of generated clients."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..client import SalesforceClient


class OrgClient(SalesforceClient):
    """A client with an attribute for each generated object, made when it is first used.

    An object that was not generated is reached by ``client.sobject("Name")``, untyped.
    """

    if not TYPE_CHECKING:
        # Hidden from type checkers, to which any attribute would exist if they saw it.
        def __getattr__(self, name: str) -> Any:
            package = type(self).__module__.rpartition(".")[0]
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
