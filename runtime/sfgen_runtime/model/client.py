"""The base of generated clients."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from ..attributes import nearest_attribute, property_again
from ..client import SalesforceClient
from .registry import model_for, table_of

if TYPE_CHECKING:
    from collections.abc import Mapping


class OrgClient(SalesforceClient):
    """A client with an attribute for each generated object, made when it is first used.

    An object that was not generated is reached by ``client.sobject("Name")``, untyped.

    Example:
        >>> acme.Contact.name, acme.default_version, acme.query("SELECT Id FROM Contact LIMIT 1").totalSize
        ('Contact', '62.0', 1)
    """

    _package: ClassVar[str] = ""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if OrgClient in cls.__bases__:
            # The generated client; what a program derives from it stands in a module of its own.
            cls._package = cls.__module__.rpartition(".")[0]

    def _known_fields(self, object_name: str) -> Mapping[str, tuple[str, ...]]:
        try:
            model = model_for(self._package, object_name)
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
            if hasattr(type(self), name):
                return property_again(self, name)
            made = None if name.startswith("_") else _attribute(self, name)
            if made is None:
                raise AttributeError(_unknown(self, name))
            self.__dict__[name] = made
            return made


def _unknown(client: OrgClient, name: str) -> str:
    said = f"{type(client).__name__} has no attribute {name!r}"
    if name.startswith("_"):
        return said
    near = nearest_attribute(client, name, import_module(f"{client._package}._index").CLIENT)
    hint = f"{near} An object that was not generated is reached by .sobject({name!r})".strip()
    return f"{said}: {hint}"


def _attribute(client: OrgClient, name: str) -> Any:
    """Return what a generated package has under this name for its client, or None."""
    package = client._package
    index = import_module(f"{package}._index")
    if (api_name := index.CLIENT.get(name)) is not None:
        module, class_name = index.MODELS[api_name]
        return getattr(import_module(f"{package}.{module}"), f"{class_name}Type")(client)
    if name == "apex" and "apex" in import_module(f"{package}.client").Salesforce.__annotations__:
        return import_module(f"{package}.apex").Apex(client)
    return None
