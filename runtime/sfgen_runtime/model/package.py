"""What a generated package does when something is taken from it: load the one module that holds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

_BESIDE = ("Create", "Update", "Type", "Path", "OrNone")


def lazy_attributes(package: str) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return ``__getattr__`` and ``__dir__`` for a generated package (PEP 562)."""

    def find(name: str) -> Any:
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


def _modules(package: str) -> dict[str, str]:
    models: dict[str, tuple[str, str]] = import_module(f"{package}._index").MODELS
    return {class_name: module for module, class_name in models.values()}


def _submodules(modules: Mapping[str, str]) -> set[str]:
    return {"client", *modules.values()}


def _keep(package: str, name: str, module: str) -> Any:
    value = getattr(import_module(f"{package}.{module}"), name)
    # The next look-up finds it without us.
    setattr(import_module(package), name, value)
    return value
