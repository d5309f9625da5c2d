"""One cache decorator for the typed layer."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def cached(function: Callable[P, R]) -> Callable[P, R]:
    """Keep the 1,024 latest results of a function, by its arguments, for all threads.

    functools' own signature loses the argument types, and type checkers don't see that classes are hashable.
    """
    return lru_cache(maxsize=1024)(function)  # type: ignore[return-value]
