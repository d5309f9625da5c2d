"""Telling how far a load or a query is: to a callback, or on a terminal as a bar."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module

__all__ = ["Progress"]

Report = Callable[["Progress"], None]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is, in rows and jobs.

    `rows` have been read so far, `uploaded` have reached the org, `processed` were tried by it, of which `failed`
    failed. A query counts the rows that were downloaded as `processed`.

    Example:
        >>> told: list[Progress] = []
        >>> sf.Contact.bulk.insert([{"LastName": "Smith"}], progress=told.append).succeeded
        1
        >>> told[-1].done, told[-1].processed
        (True, 1)
    """

    rows: int = 0
    uploaded: int = 0
    processed: int = 0
    failed: int = 0
    jobs: int = 0
    jobs_done: int = 0
    done: bool = False


@contextmanager
def reporting(progress: Report | bool | None, what: str) -> Iterator[Report | None]:
    """Yield what to tell progress to: the caller's callback, a bar on a terminal that has rich, or nothing.

    None shows a bar where a person may look at one; True shows it in any case, False never.
    """
    if callable(progress):
        yield progress
    elif progress is False or (progress is None and not sys.stderr.isatty()):
        yield None
    else:
        try:
            # Not by an import statement: type checkers would read rich for everybody who has it.
            shown = import_module(".bar", __package__)
        except ImportError:
            yield None
            return
        with shown.bar(what) as report:
            yield report
