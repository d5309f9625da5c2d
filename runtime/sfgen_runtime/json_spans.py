"""Where the parts of a JSON text begin and end: to hand a part on as it was sent, with every digit of its numbers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

_SPACE = re.compile(r"[ \t\n\r]*")
_decode = json.JSONDecoder().raw_decode


def members(text: str, at: int = 0) -> dict[str, str]:
    """Return the members of the JSON object that begins at `at`, each value as its text.

    Raises:
        ValueError: there is no whole JSON object.

    Example:
        >>> members('{"rate": 1.10, "name": "x"}')
        {'rate': '1.10', 'name': '"x"'}
    """
    found: dict[str, str] = {}
    at = _after(text, at, "{")
    while text[at : at + 1] != "}":
        name, at = _decode(text, at)
        at = _after(text, at, ":")
        _, end = _decode(text, at)
        found[str(name)] = text[at:end]
        at = _separator(text, end, "}")
    return found


def items(text: str, at: int = 0) -> Iterator[str]:
    """Yield the items of the JSON array that begins at `at`, each as its text.

    Raises:
        ValueError: there is no whole JSON array.
    """
    at = _after(text, at, "[")
    while text[at : at + 1] != "]":
        _, end = _decode(text, at)
        yield text[at:end]
        at = _separator(text, end, "]")


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _after(text: str, at: int, mark: str) -> int:
    at = _skip(text, at)
    if text[at : at + 1] != mark:
        raise ValueError(f"expected {mark!r} at character {at}")
    return _skip(text, at + 1)


def _separator(text: str, at: int, end: str) -> int:
    """Return where the next part begins, or where `end` stands."""
    at = _skip(text, at)
    if text[at : at + 1] == ",":
        at = _skip(text, at + 1)
        if text[at : at + 1] != end:
            return at
    elif text[at : at + 1] == end:
        return at
    raise ValueError(f"expected ',' or {end!r} at character {at}")
