"""Queries: pages as they are asked for, child pages completed, hooks honoured."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

import pytest
from scripted_org import Answer, Asked, Org
from sfgen_runtime import QueryResult, SalesforceError

PAGES = 3


def row(number: int, **more: Any) -> dict[str, Any]:
    return {"attributes": {"type": "Account"}, "Id": f"001{number}", **more}


def paged(asked: Asked) -> Answer:
    """Three pages of two records."""
    number = int(asked.path.rpartition("-")[2]) if "-" in asked.path else 0
    done = number == PAGES - 1
    more = {} if done else {"nextRecordsUrl": f"/services/data/v59.0/query/01gxx-{number + 1}"}
    records = [row(2 * number), row(2 * number + 1)]
    return Answer(200, {"totalSize": 2 * PAGES, "done": done, "records": records, **more})


def test_pages_are_fetched_when_they_are_needed(org: Org) -> None:
    org.respond = paged
    records = org.client().query_all_iter("SELECT Id FROM Account")
    assert org.asked == []
    assert [record["Id"] for record in itertools.islice(records, 2)] == ["0010", "0011"]
    assert len(org.asked) == 1
    assert next(records)["Id"] == "0012"
    assert len(org.asked) == 2
    assert [record["Id"] for record in records] == ["0013", "0014", "0015"]
    assert len(org.asked) == PAGES


def test_headers_and_timeout_go_with_every_page(org: Org) -> None:
    org.respond = paged
    options = {"Sforce-Query-Options": "batchSize=200"}
    found = org.client().query_all("SELECT Id FROM Account", headers=options, timeout=30, params={"explain": "x"})
    assert (found["totalSize"], found["done"], len(found["records"])) == (6, True, 6)
    assert all(asked.headers["Sforce-Query-Options"] == "batchSize=200" for asked in org.asked)
    # Parameters are the first request's: the URL of a page has its own.
    assert ["explain" in asked.query for asked in org.asked] == [True, False, False]


def test_a_page_has_both_faces(org: Org) -> None:
    org.respond = paged
    client = org.client()
    page = client.query("SELECT Id FROM Account")
    assert isinstance(page, QueryResult)
    assert page.records == page["records"]
    assert (page.totalSize, page.done) == (6, False)
    assert page.nextRecordsUrl == page["nextRecordsUrl"]
    last = client.query_more("01gxx-2")
    assert last.done
    assert last.nextRecordsUrl is None
    assert client.query_more(page["nextRecordsUrl"], identifier_is_url=True).records[0]["Id"] == "0012"


def test_child_records_of_every_page_arrive(org: Org) -> None:
    def respond(asked: Asked) -> Answer:
        if asked.path.endswith("/query/"):
            grandchildren = {"totalSize": 2, "done": False, "records": [row(7)], "nextRecordsUrl": "/q/grand-1"}
            children = {
                "totalSize": 3,
                "done": False,
                "records": [row(1, Cases=grandchildren)],
                "nextRecordsUrl": "/q/child-1",
            }
            records = [row(0, Contacts=children, Notes=None, Owner={"Id": "005"})]
            return Answer(200, {"totalSize": 1, "done": True, "records": records})
        return {
            "/q/child-1": Answer(
                200, {"totalSize": 3, "done": False, "records": [row(2)], "nextRecordsUrl": "/q/child-2"}
            ),
            "/q/child-2": Answer(200, {"totalSize": 3, "done": True, "records": [row(3)]}),
            "/q/grand-1": Answer(200, {"totalSize": 2, "done": True, "records": [row(8)]}),
        }[asked.path]

    org.respond = respond
    soql, options = "SELECT Id, (SELECT Id FROM Contacts) FROM Account", {"X-Mine": "kept"}
    [account] = org.client().query_all(soql, headers=options, params={"explain": "x"})["records"]
    assert len(org.asked) == 4
    assert all(asked.headers["X-Mine"] == "kept" for asked in org.asked)
    assert ["explain" in asked.query for asked in org.asked] == [True, False, False, False]
    contacts = account["Contacts"]
    assert [contact["Id"] for contact in contacts["records"]] == ["0011", "0012", "0013"]
    assert contacts["done"] is True
    assert "nextRecordsUrl" not in contacts
    assert [case["Id"] for case in contacts["records"][0]["Cases"]["records"]] == ["0017", "0018"]


@pytest.mark.parametrize("url", ["https://evil.example/services/data/v59.0/query/x", "http://127.0.0.1:1/query/x"])
def test_a_next_page_of_another_host_never_gets_the_token(org: Org, url: str) -> None:
    org.respond = lambda asked: Answer(200, {"totalSize": 2, "done": False, "records": [row(0)], "nextRecordsUrl": url})
    with pytest.raises(ValueError, match=r"is not this client's org|this machine only"):
        org.client().query_all("SELECT Id FROM Account")
    assert len(org.asked) == 1


@pytest.mark.parametrize("url", ["//evil.example/x", "/\\evil.example/x", "@evil.example/x", "\\\\evil.example/x"])
def test_a_next_page_that_only_looks_like_another_host_stays_here(org: Org, url: str) -> None:
    org.respond = lambda asked: Answer(
        200,
        {"totalSize": 2, "done": len(org.asked) > 1, "records": [row(0)], "nextRecordsUrl": url},
    )
    assert org.client().query_all("SELECT Id FROM Account")["totalSize"] == 2
    assert len(org.asked) == 2


@pytest.mark.parametrize("more", [{}, {"nextRecordsUrl": None}, {"nextRecordsUrl": "/services/data/v59.0/query/same"}])
def test_an_answer_that_promises_more_without_end_is_an_error(org: Org, more: dict[str, Any]) -> None:
    org.respond = lambda asked: Answer(200, {"totalSize": 2, "done": len(org.asked) > 5, "records": [row(0)], **more})
    with pytest.raises(SalesforceError, match=r"next page"):
        org.client().query_all("SELECT Id FROM Account")
    assert len(org.asked) <= 2


def test_hooks_reach_records_and_objects(org: Org) -> None:
    org.respond = lambda asked: Answer(200, b'{"totalSize":1,"done":true,"records":[{"Amount":0.1}],"Amount":0.1}')
    client = org.client(parse_float=Decimal, object_pairs_hook=None)
    assert client.query("SELECT Amount FROM Opportunity")["records"][0]["Amount"] == Decimal("0.1")
    record = client.Opportunity.get("006")
    assert record["Amount"] == Decimal("0.1")
    assert type(record) is dict
    assert type(client.query_all("SELECT Amount FROM Opportunity")["records"][0]) is dict


def test_quick_search_finds_the_text_and_nothing_else(org: Org) -> None:
    org.respond = lambda asked: Answer(200, {"searchRecords": []})
    org.client().quick_search('a} OR {b* - O\'Brien & "Co"?')
    assert org.asked[0].query["q"] == [r"FIND {a\} OR \{b\* \- O\'Brien \& \"Co\"\?}".replace('\\"?', '\\"\\?')]
