"""Answers that no record can be read of: the error says so, and holds no token."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from scripted_org import TOKEN, Answer
from sfgen_runtime import SalesforceGeneralError

if TYPE_CHECKING:
    from scripted_org import Org

GENERATED = Path(__file__).resolve().parents[2] / "generated_example"
CONTACT = "003000000000001AAA"


@pytest.fixture
def acme(org: Org, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(GENERATED))
    from acme_org import Salesforce

    return Salesforce(session_id=TOKEN, instance_url=org.url)


def reads(acme: Any) -> list[Callable[[], object]]:
    from acme_org import Contact

    return [
        lambda: acme.Contact.get(CONTACT),
        # It has amounts, whose digits are all kept: another way of reading.
        lambda: acme.Account.get("001000000000001AAA"),
        lambda: acme.Contact.get_many([CONTACT], Contact.Id),
        lambda: acme.Contact.select(Contact.Id).all(),
        lambda: acme.Contact.select(Contact.Id).count(),
        lambda: acme.Contact.values(Contact.Id.count()).all(),
    ]


def test_a_page_that_shows_the_request_shows_no_token(org: Org, acme: Any) -> None:
    org.respond = lambda asked: Answer(200, f"<h1>You sent {asked.headers['Authorization']}</h1>".encode())
    for read in reads(acme):
        with pytest.raises(SalesforceGeneralError, match=r"You sent Bearer \*\*\*") as error:
            read()
        told = "".join(traceback.format_exception(error.value)) + str(error.value.content)
        assert TOKEN not in told
        assert "SECRET" not in told


def test_json_that_nests_without_end(org: Org, acme: Any) -> None:
    org.respond = lambda asked: Answer(200, b'{"totalSize": 1, "x": 123456789012345678, "records": ' + b"[" * 100_000)
    for read in reads(acme):
        with pytest.raises(SalesforceGeneralError, match="doesn't fit"):
            read()


def test_a_record_that_has_not_changed(org: Org, acme: Any) -> None:
    org.respond = lambda asked: Answer(304)
    since = {"If-Modified-Since": "Tue, 01 Jan 2999 00:00:00 GMT"}
    for client in (acme, org.client()):
        with pytest.raises(SalesforceGeneralError, match="it is as it was at the time in If-Modified-Since") as error:
            client.Contact.get(CONTACT, headers=since)
        assert error.value.status == 304
