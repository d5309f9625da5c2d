"""What the command line says: results on stdout, progress and problems on stderr, and nothing that a terminal obeys."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from itertools import islice

from sfgen.describe import Level, Problem

# done, total
Report = Callable[[int, int], None]

_SHOWN_PROBLEMS = 50


def printable(text: str) -> str:
    """Return the text with escape sequences, marks that turn the writing direction and the like made visible.

    Object names, labels and error messages come from an org: a terminal must not take them for commands.
    """
    return "".join(char if char.isprintable() or char == "\n" else ascii(char)[1:-1] for char in text)


def say(text: str) -> None:
    """Print a line of the command's result."""
    print(_encodable(printable(text), sys.stdout.encoding), flush=True)  # noqa: T201


def tell(text: str) -> None:
    """Print a line about the command's work, where it doesn't get between the results."""
    print(_encodable(printable(text), sys.stderr.encoding), file=sys.stderr)  # noqa: T201


def tell_problems(problems: tuple[Problem, ...]) -> None:
    """Print the problems, errors first, and as many as anybody reads."""
    ordered = sorted(problems, key=lambda problem: (problem.level is not Level.ERROR, problem.object, problem.field))
    for problem in islice(ordered, _SHOWN_PROBLEMS):
        tell(str(problem))
    if len(ordered) > _SHOWN_PROBLEMS:
        tell(f"... and {len(ordered) - _SHOWN_PROBLEMS} more; --format json lists all")


def _encodable(text: str, encoding: str | None) -> str:
    # A Windows pipe may have no character for a label's.
    encoding = encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


@contextlib.contextmanager
def progress(what: str) -> Iterator[Report]:
    """Show how far a long step is: a bar on a terminal, a line now and then in a pipe."""
    if not sys.stderr.isatty():
        yield _Lines(what)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


class _Lines:
    """Prints a line at the end, and one each tenth of a long way."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._tenth = 0

    def __call__(self, done: int, total: int) -> None:
        tenth = done * 10 // total if total >= 100 else 10 * (done == total)
        if tenth > self._tenth:
            self._tenth = tenth
            tell(f"{self._what}: {done} of {total}")
