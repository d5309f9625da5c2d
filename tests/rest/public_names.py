"""What users of the runtime can name, found by walking the package: nothing here lists a name by hand.

Public is what a module's `__all__` names, what a class among those has without an underscore, and so on through its
subclasses and what its methods say that they return.
"""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import pkgutil
import re
import sys
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import typing_extensions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

# Of the local org, what users' tests name; the rest of it serves that.
LOCAL = [f"sfgen_local_org.{name}" for name in ("demo", "http.actions", "http.apex", "http.site", "org", "server")]
_PARSER = doctest.DocTestParser()


@dataclass(frozen=True)
class PublicName:
    """A class, function or value, or a method or property of `owner`; `home` is the module that defines it."""

    name: str
    thing: Any
    home: str
    owner: type | None = None

    @property
    def path(self) -> str:
        return f"{self.home}.{self.owner.__qualname__}.{self.name}" if self.owner else f"{self.home}.{self.name}"

    @cached_property
    def docstring(self) -> str:
        """Its own: what it inherits tells of something else."""
        if not (inspect.isclass(self.thing) or inspect.isroutine(self.thing)):
            return ""
        return self.thing.__dict__.get("__doc__") or "" if inspect.isclass(self.thing) else self.thing.__doc__ or ""

    @property
    def is_documented(self) -> bool:
        """It has a docstring; a value, which can't have one, stands in that of its module."""
        if inspect.isclass(self.thing) or inspect.isroutine(self.thing):
            return bool(self.docstring)
        return self.name in (sys.modules[self.home].__doc__ or "")

    @property
    def has_example(self) -> bool:
        """Its docstring has an example, or one of its class or module uses it by name."""
        if runs(self.docstring):
            return True
        around = [sys.modules[self.home].__doc__ or ""]
        if self.owner is not None:
            around = [kind.__dict__.get("__doc__") or "" for kind in self.owner.__mro__]
        return any(self.name in used_names(text, self.thing) for text in around)


def runs(docstring: str) -> bool:
    """Tell whether a docstring has an example that isn't skipped."""
    return any(not example.options.get(doctest.SKIP) for example in _PARSER.get_examples(docstring))


def used_names(docstring: str, thing: object = None) -> set[str]:
    """Return the names and attributes that the examples of a docstring use; of classes, those that they show, too."""
    found: set[str] = set()
    for example in _PARSER.get_examples(docstring):
        if not example.options.get(doctest.SKIP):
            found.update(re.findall(r"\w+", example.want) if inspect.isclass(thing) else ())
            for node in ast.walk(ast.parse(example.source)):
                if isinstance(node, (ast.Name, ast.Attribute)):
                    found.add(node.id if isinstance(node, ast.Name) else node.attr)
    return found


def modules(package: ModuleType) -> Iterator[ModuleType]:
    yield package
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(found.name)


def named_in(package: ModuleType, names: Iterable[str]) -> list[PublicName]:
    """Return the public names of some modules of a package alone, and the members of their classes."""
    found = [named for name in names for named in _exported(importlib.import_module(name), package.__name__)]
    kinds = [named.thing for named in found if inspect.isclass(named.thing)]
    return [*found, *(member for kind in kinds for member in members(kind, package.__name__))]


def public_names(package: ModuleType) -> list[PublicName]:
    """Return every public name of a package, once each, in an order that stays."""
    walked = list(modules(package))
    classes = {
        kind
        for module in walked
        for name, kind in vars(module).items()
        if inspect.isclass(kind) and kind.__module__ == module.__name__ and not name.startswith("_")
    }
    subclasses: dict[type, list[type]] = {}
    for kind in classes:
        for base in kind.__bases__:
            subclasses.setdefault(base, []).append(kind)
    seen = {module.__name__: _names_in(module) for module in walked}
    found: dict[str, PublicName] = {}
    waiting = [named for module in walked for named in _exported(module, package.__name__)]
    while waiting:
        named = waiting.pop()
        if named.path in found:
            continue
        found[named.path] = named
        kinds: list[Any] = []
        if inspect.isclass(named.thing):
            waiting += members(named.thing, package.__name__)
            kinds += subclasses.get(named.thing, ())
        for name in re.findall(r"\w+", str(getattr(named.thing, "__annotations__", {}).get("return", ""))):
            kind = seen[named.home].get(name) if named.home in seen else None
            if inspect.isclass(kind) and kind in classes and not getattr(kind, "_is_protocol", False):
                kinds.append(kind)
        waiting += [PublicName(kind.__name__, kind, kind.__module__) for kind in kinds]
    return sorted(found.values(), key=lambda named: named.path)


def _names_in(module: ModuleType) -> dict[str, Any]:
    """Return what a module's annotations can name: its own names, and those that it imports for type checkers."""
    names = dict(vars(module))
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.ImportFrom) and node.level:
            source = importlib.import_module("." * node.level + (node.module or ""), module.__package__)
            names |= {alias.asname or alias.name: getattr(source, alias.name, None) for alias in node.names}
    return names


def _exported(module: ModuleType, package: str) -> Iterator[PublicName]:
    for name in getattr(module, "__all__", ()):
        thing = getattr(module, name)
        home = getattr(thing, "__module__", None) if callable(thing) else None
        # Types of other libraries and of the standard library are not ours to tell of, nor are type variables.
        if isinstance(thing, TypeVar | typing_extensions.TypeVar):
            continue
        if not inspect.ismodule(thing) and (home is None or home.partition(".")[0] == package):
            yield PublicName(getattr(thing, "__name__", name), thing, home or module.__name__)


def members(kind: type, package: str) -> Iterator[PublicName]:
    """Yield the public methods and properties of a class, each under the class of the package that defines it.

    The keys of a TypedDict, fields of dataclasses and members of enumerations have no docstring of their own in Python:
    their class tells of them.
    """
    for base in kind.__mro__:
        # Nobody calls a protocol's methods on the protocol: it says what an object of the caller's own must have.
        if base.__module__.partition(".")[0] != package or getattr(base, "_is_protocol", False):
            continue
        for name, value in list(base.__dict__.items()):
            function = _function_of(value)
            # What a class makes for itself, such as a dataclass or enumeration, has no line of source.
            if not name.startswith("_") and function is not None and function.__module__ == base.__module__:
                yield PublicName(name, function, base.__module__, base)


def _function_of(value: Any) -> Any:
    if isinstance(value, property):
        return value.fget
    if isinstance(value, cached_property):
        return value.func
    function = getattr(value, "__func__", value)
    return function if inspect.isfunction(function) else None
