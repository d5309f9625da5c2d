"""The pages of a bulk query: side by side where the org tells their places, one after the other where it doesn't."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from acme_org import Contact
from acme_org import Salesforce as Acme
from bulk_support import describes
from sfgen_local_org.http import bulk2
from sfgen_local_org.org import Org
from sfgen_local_org.server import LocalOrg
from sfgen_runtime import SalesforceBulkV2ExtractError
from sfgen_runtime.bulk import pages
from sfgen_runtime.bulk.jobs import PagePlaces
from sfgen_runtime.bulk.query import BulkQuery
from sfgen_runtime.bulk.waiting import Polling
from sfgen_runtime.http import Response

SOON = Polling(first=0.01, longest=0.01)
NAMES = [f"n{number:03}" for number in range(130)]


@pytest.fixture(scope="module")
def org() -> Org:
    org = Org([each for each in describes() if each["name"] in ("Contact", "User", "Account", "RecordType")])
    org.seed(("Contact", {"LastName": name}) for name in NAMES)
    return org


@pytest.fixture
def server(org: Org, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalOrg]:
    # Thirteen pages: two more than fit in the two first answers, five in each.
    monkeypatch.setattr(bulk2, "_PAGE", 10)
    monkeypatch.setattr(pages, "PAGE_ROWS", 10)
    with LocalOrg(org) as server:
        yield server


@pytest.fixture
def query(server: LocalOrg) -> BulkQuery[Contact]:
    sf = Acme(instance_url=server.url, session_id=server.session_id, retries=None)
    return sf.Contact.select(Contact.LastName).order_by(Contact.LastName).bulk().options(polling=SOON, progress=False)


def asked(server: LocalOrg, ending: str) -> int:
    return sum(served.path.endswith(ending) for served in server.requests)


def test_pages_side_by_side_come_in_order(query: BulkQuery[Contact], server: LocalOrg) -> None:
    assert [contact.LastName for contact in query] == NAMES
    assert (asked(server, "/resultPages"), asked(server, "/results")) == (3, 13)


def test_a_page_that_is_cut_off_is_asked_for_again(query: BulkQuery[Contact], server: LocalOrg) -> None:
    server.cut("*/results", after=60, times=3)
    assert [contact.LastName for contact in query] == NAMES


def test_an_org_that_does_not_tell_the_places_is_asked_page_by_page(
    query: BulkQuery[Contact], server: LocalOrg
) -> None:
    server.fail("*/resultPages", 404)
    assert [contact.LastName for contact in query] == NAMES
    assert asked(server, "/results") == 13


def test_an_old_version_is_asked_page_by_page(server: LocalOrg) -> None:
    sf = Acme(instance_url=server.url, session_id=server.session_id, retries=None, version="57.0")
    query = sf.Contact.select(Contact.LastName).order_by(Contact.LastName).bulk()
    assert [contact.LastName for contact in query] == NAMES
    assert asked(server, "/resultPages") == 0


def test_pages_of_a_size_come_one_after_the_other(query: BulkQuery[Contact], server: LocalOrg) -> None:
    assert [contact.LastName for contact in query.options(page_rows=60)] == NAMES
    assert (asked(server, "/resultPages"), asked(server, "/results")) == (0, 3)


def test_a_page_that_the_org_leaves_out_is_an_error(
    query: BulkQuery[Contact], server: LocalOrg, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PagePlaces, "read", classmethod(lambda cls, response: cls(("",), "")))
    with pytest.raises(
        SalesforceBulkV2ExtractError, match=r"have 10 rows, and the org said 130.*page_rows=10"
    ) as error:
        query.all()
    monkeypatch.undo()
    assert query.job_id is not None
    assert query.job_id in str(error.value)
    assert [contact.LastName for contact in query.options(page_rows=50).resume(query.job_id)] == NAMES


def test_results_that_never_come_are_an_error_that_tells_how_to_go_on(
    query: BulkQuery[Contact], server: LocalOrg
) -> None:
    server.fail("*/results", 503)
    with pytest.raises(SalesforceBulkV2ExtractError, match=r"\.resume\('750"):
        query.all()


def test_a_reader_that_stops_early_leaves_nothing_behind(
    query: BulkQuery[Contact],
    server: LocalOrg,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path_factory.mktemp("pages")
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    records = iter(query)
    assert next(records).LastName == NAMES[0]
    assert list(folder.iterdir())
    records.close()  # type: ignore[attr-defined]
    assert not list(folder.iterdir())


def test_downloads_end_before_their_folder_goes(query: BulkQuery[Contact], monkeypatch: pytest.MonkeyPatch) -> None:
    download, begun, there = pages.to_file, threading.Event(), []

    def observed(client: Any, call: Any, path: Path, polling: Polling) -> Response:
        if path.name == "page-0.csv":
            return download(client, call, path, polling)
        begun.set()
        # The folder's end is what the test is about: where it doesn't wait, it comes within this time.
        threading.Event().wait(0.2)
        there.append(path.parent.exists())
        return download(client, call, path, polling)

    monkeypatch.setattr(pages, "to_file", observed)
    records = iter(query.options(page_rows=10))
    next(records)
    begun.wait()
    records.close()  # type: ignore[attr-defined]
    assert there == [True]


@pytest.mark.parametrize(
    ("garble", "told"),
    [
        (lambda line: line.replace("2026-01-31", "soon"), "Invalid isoformat string: 'soon'"),
        (lambda line: line.replace("1025", "ten"), "a cell that should be a number is none"),
        (lambda line: line.replace('"7"', '"1e99999999"'), "1e99999999"),
        (lambda line: line.replace('"7"', '"Infinity"'), "Infinity"),
        (lambda line: line.replace('"false"', '"perhaps"'), "perhaps"),
        (lambda line: line.replace('"n', '"one more","n'), "it has 7 cells, and not 6"),
        (lambda line: "", "it has 0 cells, and not 6"),
    ],
)
@pytest.mark.parametrize("tuples", [False, True])
def test_a_row_that_does_not_fit_is_an_error_behind_the_rows_before_it(
    server: LocalOrg, monkeypatch: pytest.MonkeyPatch, garble: Callable[[str], str], told: str, tuples: bool
) -> None:
    def rewrite(lines: list[str]) -> None:
        lines[4] = garble(lines[4])

    _rewrite(monkeypatch, rewrite)
    sf = Acme(instance_url=server.url, session_id=server.session_id, retries=None)
    columns = (
        Contact.LastName,
        Contact.Birthdate,
        Contact.HasOptedOutOfEmail,
        Contact.Account.AnnualRevenue,
        Contact.Account.NumberOfEmployees,
        Contact.Account.Id,
    )
    accounts = sf.Account.create_many([{"Name": "Acme", "AnnualRevenue": 1025, "NumberOfEmployees": 7}])
    people = [
        {"LastName": f"n{at}", "Birthdate": "2026-01-31", "AccountId": accounts[0].id, "Department": "odd"}
        for at in range(6)
    ]
    made = sf.Contact.create_many(people)
    try:
        query: Any = sf.Contact.values(*columns) if tuples else sf.Contact.select(*columns)
        found: list[Any] = []
        with pytest.raises(SalesforceBulkV2ExtractError, match=r"a row of job 750\w+ doesn't fit SELECT") as error:
            found.extend(query.where(Contact.Department == "odd").bulk())
        assert told in str(error.value)
        assert len(found) == 3
    finally:
        sf.Contact.delete_many([one.id for one in made])


def test_columns_that_were_not_asked_for_are_an_error(
    query: BulkQuery[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    _rewrite(monkeypatch, lambda lines: lines.__setitem__(0, '"FirstName"\n'))
    with pytest.raises(SalesforceBulkV2ExtractError, match="its columns are FirstName, and not lastname"):
        query.all()


def _rewrite(monkeypatch: pytest.MonkeyPatch, change: Callable[[list[str]], None]) -> None:
    """Let pages arrive with other lines than the org sent."""
    download = pages.to_file

    def rewritten(client: Any, call: Any, path: Path, polling: Polling) -> Response:
        response = download(client, call, path, polling)
        lines = path.read_text(encoding="utf-8").splitlines()
        change(lines)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return response

    monkeypatch.setattr(pages, "to_file", rewritten)


def test_long_texts_are_read_by_whoever_imports_queries_alone(tmp_path: Path) -> None:
    # In a process of its own, for the limit of Python's CSV reader is one for all that a process has imported.
    page = tmp_path / "page.csv"
    page.write_text('"Body"\n"' + "x" * 200_000 + '"\n', encoding="utf-8")
    program = (
        "import sys; from pathlib import Path; from sfgen_runtime.bulk.query import Page, _opened\n"
        "with _opened(Page(Path(sys.argv[1]), '', 1)) as rows: print(len(list(rows)[1][0]))"
    )
    done = subprocess.run([sys.executable, "-c", program, str(page)], capture_output=True, text=True, check=False)
    assert done.stdout == "200000\n", done.stderr


def test_of_an_address_the_locator_alone_counts() -> None:
    answer = {
        "resultPages": [
            {"resultUrl": "https://evil.example/services/data/v62.0/jobs/query/750/results?locator=MTA"},
            {},
        ],
        "nextRecordsUrl": "//evil.example/resultPages?locator=NTA&other=1",
        "done": False,
    }
    places = PagePlaces.read(Response(200, {}, json.dumps(answer).encode(), url="https://acme.my.salesforce.com/"))
    assert places == PagePlaces(("MTA", ""), "NTA")


def test_what_is_no_address_has_no_locator() -> None:
    answer = {"resultPages": [{"resultUrl": "https://[x/results?locator=MTA"}, {"resultUrl": 5}]}
    places = PagePlaces.read(Response(200, {}, json.dumps(answer).encode(), url="https://acme.my.salesforce.com/"))
    assert places == PagePlaces(("", ""), "")


def test_places_that_come_again_are_an_error(query: BulkQuery[Contact], monkeypatch: pytest.MonkeyPatch) -> None:
    read, following = PagePlaces.read, iter(["NTA"] * 5)

    def told(cls: type[PagePlaces], response: Response) -> PagePlaces:
        return cls(read(response).locators, next(following, ""))

    monkeypatch.setattr(PagePlaces, "read", classmethod(told))
    with pytest.raises(
        SalesforceBulkV2ExtractError, match=r"job 750\w+: the places of the next pages are those of pages"
    ):
        query.all()
