"""Which objects are generated: globs to include, globs to exclude, and what is left out unless it is asked for."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from sfgen.config import DEFAULT_EXCLUDE
from sfgen.errors import SfgenError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice of objects by globs over API names, which are case-sensitive here. No `include`: every object."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    default_exclude: bool = True

    def of(self, names: Iterable[str]) -> list[str]:
        """Return the chosen names, sorted.

        Raises:
            SfgenError: a name or glob of `include` fits no object, so that a typo isn't taken for an answer; or
                nothing is left.
        """
        known = sorted(set(names))
        chosen: set[str] = set()
        for pattern in self.include or ("*",):
            found = self._found(pattern, known)
            if not found and self.include:
                raise SfgenError(_nothing_found(pattern, known))
            chosen.update(found)
        left = sorted(name for name in chosen if not _fits(name, self.exclude))
        if not left:
            raise SfgenError(f"None of the {len(known)} objects is left to generate: look at `objects` and `exclude`.")
        return left

    def _found(self, pattern: str, known: Sequence[str]) -> list[str]:
        # Naming an object asks for it, whatever its kind; a glob doesn't ask for every Share that it fits.
        if pattern in known:
            return [pattern]
        unwanted = DEFAULT_EXCLUDE if self.default_exclude else ()
        return [name for name in known if fnmatchcase(name, pattern) and not _fits(name, unwanted)]


def _fits(name: str, globs: Iterable[str]) -> bool:
    return any(fnmatchcase(name, glob) for glob in globs)


def _nothing_found(pattern: str, known: Sequence[str]) -> str:
    left_out = [name for name in known if fnmatchcase(name, pattern)]
    if left_out:
        return (
            f"{pattern!r} fits only objects that are left out by default ({', '.join(left_out[:3])}): "
            "name them in full, or set default_exclude = false."
        )
    by_folded = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(pattern.casefold(), by_folded, n=1)
    if near:
        return f"There is no object {pattern!r}; did you mean {by_folded[near[0]]!r}?"
    return f"No object fits {pattern!r}; there are {len(known)}, such as {', '.join(known[:3])}."
