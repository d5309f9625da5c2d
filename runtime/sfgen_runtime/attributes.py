"""What clients say of attributes that they don't have."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def property_again(of: object, name: str) -> Any:
    """Read once more what the class has under this name, for a `__getattr__`.

    Python calls that for a property, too, whose own code raised `AttributeError`, and has forgotten the error by then.
    """
    return object.__getattribute__(of, name)


def nearest_attribute(of: object, name: str, others: Iterable[str] = ()) -> str:
    """Return the question whether the most similar of the public attributes, or of the others, was meant, or nothing.

    Example:
        >>> nearest_attribute(sf, "quary")
        "did you mean 'query'?"
    """
    from difflib import get_close_matches  # only a typo needs it

    known = [*others, *(has for has in dir(of) if not has.startswith("_"))]
    near = get_close_matches(name, known, 1)
    return f"did you mean {near[0]!r}?" if near else ""
