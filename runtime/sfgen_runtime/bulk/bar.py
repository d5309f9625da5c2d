"""The progress bar of a bulk job, on a terminal; needs rich."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

if TYPE_CHECKING:
    from .progress import Progress, Report


@contextmanager
def bar(what: str) -> Iterator[Report]:
    """Yield what shows the progress of a job on standard error; the bar goes when the job is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[told]}"))
    with Bar(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=None, told="")

        def show(now: Progress) -> None:
            failed = f", {now.failed:,} failed" if now.failed else ""
            told = f"{now.processed:,} of {now.rows:,} rows, {now.jobs_done} of {now.jobs} jobs{failed}"
            shown.update(task, total=max(now.rows, 1), completed=now.processed, told=told)

        yield show
