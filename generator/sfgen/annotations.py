"""Annotations and imports as small values: they know what they need imported, render in a scope, and sort.

A generated class has attributes named by the org, and in its body such an attribute hides any global of its name
(`Date: Date[...]`, `Id: ...`). So an annotation is kept as text and symbols, and the scope of its module decides what
each symbol is called there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

MODEL = "sfgen_runtime.model"
# Modules imported as a whole, by the short names that generated code gives them.
_SHORT = {"datetime": "_dt"}


@dataclass(frozen=True, slots=True, order=True)
class Symbol:
    """A name that must be imported: `module` is where from; without a `name` it is the module itself.

    A module that starts with a dot is one of the generated package, always imported under an alias.
    """

    module: str
    name: str = ""

    def default(self) -> str:
        """What the symbol is called where nothing hides it."""
        if self.module.startswith("."):
            return f"_{self.module[1:]}"
        return self.name or _SHORT[self.module]


@dataclass(frozen=True, slots=True)
class Annotation:
    """A type as it stands in generated code, made of text and symbols."""

    parts: tuple[str | Symbol, ...]

    @classmethod
    def of(cls, *parts: str | Symbol | Annotation) -> Self:
        """Join text, symbols and other annotations."""
        flat: list[str | Symbol] = []
        for part in parts:
            flat.extend(part.parts if isinstance(part, Annotation) else [part])
        return cls(tuple(flat))

    @classmethod
    def generic(cls, base: Symbol | Annotation, *arguments: Annotation) -> Self:
        """Return ``base[arguments]``."""
        return cls.of(base, "[", *_between(", ", arguments), "]")

    @classmethod
    def union(cls, *members: Annotation) -> Self:
        """Return ``a | b``."""
        return cls.of(*_between(" | ", members))

    def symbols(self) -> Iterator[Symbol]:
        """Yield the symbols in it."""
        return (part for part in self.parts if isinstance(part, Symbol))

    def render(self, scope: Scope) -> str:
        """Return the text in a module's scope."""
        return "".join(part if isinstance(part, str) else scope.name(part) for part in self.parts)


def _between(separator: str, items: Sequence[Annotation]) -> Iterator[str | Annotation]:
    for at, item in enumerate(items):
        if at:
            yield separator
        yield item


def symbol(name: str, module: str = MODEL) -> Annotation:
    """Return the annotation that is one imported name."""
    return Annotation((Symbol(module, name),))


def builtin(name: str) -> Annotation:
    """Return the annotation that is a builtin type; imported only where something hides it."""
    return Annotation((Symbol("builtins", name),))


NONE = Annotation(("None",))


class Scope:
    """What symbols are called in one generated module, and which imports that takes.

    `hidden` are the names that the org gave to attributes, classes and aliases of the module: a symbol whose own name
    is among them is imported with a leading underscore, which no name of an org starts with. Only an alias does.
    """

    def __init__(self, hidden: Collection[str]) -> None:
        self._hidden = frozenset(hidden)
        self._used: set[Symbol] = set()

    def name(self, used: Symbol) -> str:
        """Return the local name of a symbol, and note that it is needed."""
        self._used.add(used)
        name = used.default()
        if name in self._hidden:
            name = f"_{name}"
        return f"{name}_" if name in self._hidden else name

    def imports(self, only: Collection[Symbol] | None = None, without: Collection[Symbol] = ()) -> list[str]:
        """Return the import statements of the symbols that were named so far, in a stable order."""
        wanted = sorted((self._used if only is None else set(only)) - set(without))
        return [*self._modules(wanted), *self._froms(wanted), *self._siblings(wanted)]

    def _modules(self, wanted: Iterable[Symbol]) -> Iterator[str]:
        for used in wanted:
            if not used.name and not used.module.startswith("."):
                yield f"import {used.module} as {self.name(used)}"

    def _froms(self, wanted: Iterable[Symbol]) -> Iterator[str]:
        names: dict[str, list[str]] = {}
        for used in wanted:
            if used.name:
                local = self.name(used)
                if used.module != "builtins" or local != used.name:
                    names.setdefault(used.module, []).append(
                        used.name if local == used.name else f"{used.name} as {local}"
                    )
        for module in sorted(names):
            yield from _import_from(module, names[module])

    def _siblings(self, wanted: Iterable[Symbol]) -> Iterator[str]:
        names = [f"{used.module[1:]} as {self.name(used)}" for used in wanted if used.module.startswith(".")]
        if names:
            yield from _import_from(".", names)


def _import_from(module: str, names: list[str]) -> Iterator[str]:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= 100:
        yield line
    else:
        yield f"from {module} import (\n" + "".join(f"    {name},\n" for name in names) + ")"
