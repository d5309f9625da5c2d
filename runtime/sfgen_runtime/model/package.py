"""What a generated package does when something is taken from it: load the one module that holds it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module, invalidate_caches
from typing import Any

from .registry import index_of, table_of

_BESIDE = ("Create", "Update", "Type", "Path", "Key")


def lazy_attributes(package: str) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return ``__getattr__`` and ``__dir__`` for a generated package (PEP 562)."""
    _forget(package)

    def find(name: str) -> Any:
        if name == "__all__":
            # What `from acme_org import *` asks for: without it, that takes only what happens to be loaded.
            return _public(package)
        if name.startswith("_"):
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        if name == "Salesforce":
            return _keep(package, name, "client")
        modules = _modules(package)
        if name in _submodules(modules):
            # The object `invoice__c`: the package's attribute of this name is the module, whatever was imported before.
            raise AttributeError(f"module {package!r} has no attribute {name!r}: import its module {package}.{name}")
        if (module := modules.get(name)) is not None:
            return _keep(package, name, module)
        for suffix in _BESIDE:
            if name.endswith(suffix) and (module := modules.get(name.removesuffix(suffix))) is not None:
                return _keep(package, name, module)
        raise AttributeError(f"module {package!r} has no attribute {name!r}: was its object generated?")

    def names() -> list[str]:
        modules = _modules(package)
        return ["Salesforce", *(name for name in modules if name not in _submodules(modules))]

    return find, names


def _public(package: str) -> list[str]:
    """Load every object's module, and return what type checkers see in the package."""
    names = ["Salesforce"]
    modules = _modules(package)
    for name, module in modules.items():
        held = vars(import_module(f"{package}.{module}"))
        beside = (f"{name}{suffix}" for suffix in ("", *_BESIDE))
        names += (found for found in beside if found in held and found not in _submodules(modules))
    return names


def _forget(package: str) -> None:
    """Drop what is loaded of a package that is loaded again: it may have been generated anew, as notebooks do."""
    loaded = [name for name in sys.modules if name.startswith(f"{package}.")]
    if not loaded:
        return
    names = vars(sys.modules[package])
    modules = {id(sys.modules.pop(name)) for name in loaded}
    for name, value in list(names.items()):
        if id(value) in modules or getattr(value, "__module__", None) in loaded:
            del names[name]
    invalidate_caches()


def _modules(package: str) -> dict[str, str]:
    return {class_name: module for module, class_name in index_of(package).values()}


def _submodules(modules: Mapping[str, str]) -> set[str]:
    return {"client", "picklists", *modules.values()}


def _keep(package: str, name: str, module: str) -> Any:
    value = getattr(import_module(f"{package}.{module}"), name)
    # The next look-up finds it without us.
    setattr(import_module(package), name, value)
    return value


def lazy_picklists(module: str) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return ``__getattr__`` and ``__dir__`` for the module of an object's picklists (PEP 562)."""
    package, _, name = module.rpartition(".picklists.")

    def model() -> Any:
        class_name = next(class_name for found, class_name in index_of(package).values() if found == name)
        return getattr(import_module(f"{package}.{name}"), class_name)

    def find(attribute: str) -> Any:
        from .picklists import RecordTypes, picklist_of

        if attribute.startswith("_"):
            raise AttributeError(f"module {module!r} has no attribute {attribute!r}")
        if attribute == "RECORD_TYPES":
            value: Any = RecordTypes(table_of(model()).record_types)
        else:
            try:
                value = picklist_of(model(), attribute)
            except LookupError as error:
                raise AttributeError(f"module {module!r} has no attribute {attribute!r}: {error}") from None
        setattr(import_module(module), attribute, value)
        return value

    return find, lambda: [name for name, row in table_of(model()).fields.items() if row.choices]
