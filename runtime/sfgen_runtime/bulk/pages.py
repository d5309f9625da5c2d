"""The pages of a bulk query's results, downloaded ahead of what reads them, each into a file of its own.

A page says where the next one is, so pages come one after the other, the next while one is read. From version 58 on the
org also tells the places of several pages at once: of results of many pages, these are downloaded side by side.

Salesforce document: Bulk API 2.0 and Bulk API Developer Guide, "Get Results for a Query Job", "Get Parallel Results for
a Query Job".
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ..errors import SalesforceBulkV2ExtractError, SalesforceError
from . import jobs
from .download import to_file
from .jobs import JobInfo, PagePlaces, ResultPage
from .waiting import PASSING, Polling, reason, result_of

if TYPE_CHECKING:
    from ..client import SalesforceClient

PAGE_ROWS = 50_000
"""How many rows a page has that is not downloaded beside others."""
SIDE_BY_SIDE = 3
"""How many pages are downloaded at a time."""
_FIRST_VERSION = 58.0

Fetch = Callable[[str], "Page"]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of results in a file: CSV in UTF-8 with a header."""

    path: Path
    locator: str
    rows: int


def downloaded(client: SalesforceClient, job: JobInfo, page_rows: int | None, polling: Polling) -> Iterator[Page]:
    """Yield the pages of a job that is complete, in order. The file of a page is there until the next is asked for.

    `page_rows` asks for pages of that many rows, one after the other; without it the org chooses.

    Raises:
        SalesforceBulkV2ExtractError: the results could not be read to the end; the message tells how to go on.
    """
    with TemporaryDirectory(prefix="sfgen-") as folder:
        numbers = count()

        def fetch(locator: str, rows: int | None = None) -> Page:
            path = Path(folder, f"page-{next(numbers)}.csv")
            call = jobs.query_results(job.id, locator, rows, streamed=True, parse=lambda response: response)
            following, told = ResultPage.read_headers(to_file(client, call, path, polling))
            return Page(path, following, _rows_in(path) if told == -1 else told)

        with _explained(job):
            places = None if page_rows else _places(client, job, polling)
            if places is None:
                pages = _in_turn(job, lambda locator: fetch(locator, page_rows or PAGE_ROWS))
            else:
                pages = _side_by_side(job, fetch, places)
            # Of a reader that stops early, downloads end before their folder goes.
            total = 0
            with closing(pages):
                for page in pages:
                    total += page.rows
                    yield page
                    page.path.unlink()
            _check_total(job, total)


def _rows_in(path: Path) -> int:
    """Count the rows of a page of which the org, or a gateway before it, doesn't say how many it has."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as text:
        return max(sum(1 for _ in csv.reader(text)) - 1, 0)


def _check_total(job: JobInfo, rows: int) -> None:
    if job.processed and rows != job.processed:
        raise SalesforceBulkV2ExtractError(
            f"the pages of job {job.id} have {rows} rows, and the org said {job.processed}: "
            f".options(page_rows={PAGE_ROWS}).resume({job.id!r}) of the query reads its results one page after another"
        )


@contextmanager
def _explained(job: JobInfo) -> Iterator[None]:
    try:
        yield
    except SalesforceBulkV2ExtractError:
        raise
    except SalesforceError as error:
        raise SalesforceBulkV2ExtractError(
            f"the results of job {job.id} could not be read to the end: {reason(error)}. The job is complete: "
            f".resume({job.id!r}) of the query reads its results again"
        ) from error


def _in_turn(job: JobInfo, fetch: Fetch) -> Generator[Page, None, None]:
    """Yield the pages, each fetched while the one before is in use."""
    with _pool(1) as pool:
        asked = {""}
        following = pool.submit(fetch, "")
        while True:
            page = result_of(following)
            if page.locator and page.locator in asked:
                raise SalesforceBulkV2ExtractError(f"job {job.id}: the locator of the next page is of one before")
            asked.add(page.locator)
            if page.locator:
                following = pool.submit(fetch, page.locator)
            yield page
            if not page.locator:
                return


def _side_by_side(job: JobInfo, fetch: Fetch, places: Iterator[str]) -> Generator[Page, None, None]:
    """Yield the pages, some of which are fetched while one is in use."""
    with _pool(SIDE_BY_SIDE) as pool:
        following: deque[Future[Page]] = deque(pool.submit(fetch, place) for place in islice(places, SIDE_BY_SIDE))
        while following:
            page = result_of(following.popleft())
            following.extend(pool.submit(fetch, place) for place in islice(places, 1))
            yield page


@contextmanager
def _pool(workers: int) -> Iterator[ThreadPoolExecutor]:
    """Run downloads; those that have not begun when the block ends don't begin."""
    pool = ThreadPoolExecutor(workers, thread_name_prefix="sfgen-bulk")
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _places(client: SalesforceClient, job: JobInfo, polling: Polling) -> Iterator[str] | None:
    """Return the locators of all pages, or None: there are few pages, or the org doesn't tell their places."""
    if job.processed <= PAGE_ROWS or float(client.sf_version) < _FIRST_VERSION:
        return None

    def ask(locator: str) -> PagePlaces:
        call = jobs.result_pages(job.id, locator, parse=PagePlaces.read)
        return polling.repeat(lambda: client.execute(call))

    try:
        first = ask("")
    except PASSING:
        raise
    except SalesforceError:
        return None
    return _all_places(job, first, ask) if first.locators else None


def _all_places(job: JobInfo, places: PagePlaces, ask: Callable[[str], PagePlaces]) -> Iterator[str]:
    yield from places.locators
    asked = {""}
    while places.following:
        if places.following in asked:
            raise SalesforceBulkV2ExtractError(f"job {job.id}: the places of the next pages are those of pages before")
        asked.add(places.following)
        places = ask(places.following)
        yield from places.locators
