"""The pages of a bulk query: side by side where the org tells their places, one after the other where it doesn't."""

from __future__ import annotations

import json
from collections.abc import Iterator

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
