"""Bodies that are read as they are sent: whether they can be sent a second time, and from where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


class Rewind:
    """Takes the streams of a request back to where they were before it was first sent."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        """Note where the streams stand that the HTTP library's `data` and `files` options hold."""
        self._starts: list[tuple[Any, int]] = []
        self.possible = True
        for stream in _streams(options):
            try:
                self._starts.append((stream, stream.tell()))
            except (AttributeError, OSError, ValueError):
                self.possible = False

    def __call__(self) -> None:
        """Go back."""
        for stream, start in self._starts:
            stream.seek(start)


def _streams(options: Mapping[str, Any]) -> Iterator[Any]:
    """Yield what is used up by being sent: open files and iterators, not texts, forms and sequences."""
    data = options.get("data")
    if hasattr(data, "read") or hasattr(data, "__next__"):
        yield data
    files = options.get("files") or ()
    for _, given in files.items() if isinstance(files, Mapping) else files:
        content = given[1] if isinstance(given, (tuple, list)) else given
        if hasattr(content, "read"):
            yield content
