"""Bugs of simple-salesforce 1.12, by the number they have in the migration guide: none of them moved over."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sfgen_local_org import demo
from sfgen_local_org.server import LocalOrg
from sfgen_runtime import Salesforce, SalesforceExpiredSession, SFType, format_external_id, format_soql
from sfgen_runtime.util import date_to_iso8601

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def server() -> Iterator[LocalOrg]:
    with LocalOrg(demo.describes()) as running:
        yield running


@pytest.fixture
def login(server: LocalOrg) -> dict[str, Any]:
    return {
        "consumer_key": server.consumer_key,
        "consumer_secret": server.consumer_secret,
        "instance_url": server.url,
    }


@pytest.fixture
def sf(login: dict[str, Any]) -> Salesforce:
    return Salesforce(**login)


def test_1_2_25_an_expired_session_logs_in_once_and_keeps_the_headers(sf: Salesforce, server: LocalOrg) -> None:
    server.expire_sessions()
    server.requests.clear()
    answer = sf.Contact.update(
        sf.Contact.create({"LastName": "x"}).id, {"LastName": "y"}, raw_response=True, headers={"X-Mine": "1"}
    )
    assert answer.request.headers["X-Mine"] == "1"
    assert sum("oauth2/token" in request.path for request in server.requests) == 1
    server.fail("*/limits", 401)
    server.requests.clear()
    with pytest.raises(SalesforceExpiredSession):
        sf.limits()
    assert sum("oauth2/token" in request.path for request in server.requests) == 1
    server.clear_faults()


def test_4_parse_float_reaches_every_object(login: dict[str, Any]) -> None:
    sf = Salesforce(**login, parse_float=Decimal)
    record = {"Name": "x", "CloseDate": "2026-05-01", "StageName": "Prospecting", "Amount": 1.5}
    made = sf.Opportunity.create(record)
    amount = sf.Opportunity.get(made.id)["Amount"]
    assert (type(amount), amount) == (Decimal, Decimal("1.5"))


def test_5_api_usage_of_every_call(sf: Salesforce) -> None:
    sf.Contact.create({"LastName": "x"})
    assert sf.api_usage["api-usage"].total > 0


@pytest.mark.parametrize("value", ["a b", "a+b", "a/b", "é%2F?#", 4711], ids=str)
def test_8_external_ids_are_encoded_once(sf: Salesforce, value: object) -> None:
    assert sf.Account.upsert(format_external_id("ERP_Id__c", value), {"Name": "x"}) == 201
    assert sf.Account.get_by_custom_id("ERP_Id__c", value)["ERP_Id__c"] == str(value)


@pytest.mark.parametrize("hostile", ["//evil.example/x", "../User/005", "..", "a/../../x", "http://evil.example"])
def test_9_an_id_never_leaves_its_place(sf: Salesforce, server: LocalOrg, hostile: str) -> None:
    for verb in (sf.Contact.get, sf.Contact.delete, lambda key: sf.Contact.update(key, {"LastName": "x"})):
        server.requests.clear()
        with pytest.raises(Exception, match=r"."):
            verb(hostile)
        root = "/services/data/v59.0/sobjects/Contact/"
        assert all(request.path.startswith((root, "/services/oauth2")) for request in server.requests)


def test_10_naive_datetimes_are_refused(sf: Salesforce) -> None:
    with pytest.raises(ValueError, match="no UTC offset"):
        sf.Contact.updated(datetime(2026, 1, 1), datetime(2026, 1, 2, tzinfo=UTC))
    with pytest.raises(ValueError, match="isn't a moment"):
        date_to_iso8601(date(2026, 1, 1))  # type: ignore[arg-type]


def test_11_quick_search_takes_a_text_as_it_is(sf: Salesforce) -> None:
    sf.Account.create({"Name": "Brace {GmbH} (x)"})
    found = sf.quick_search("{GmbH}")
    assert len(found["searchRecords"]) == 1


def test_12_child_lists_are_complete(sf: Salesforce) -> None:
    account = sf.Account.create({"Name": "Parent"}).id
    sf.Contact.create_many({"LastName": f"Child {number}", "AccountId": account} for number in range(450))
    soql = format_soql("SELECT Id, (SELECT Id FROM Contacts) FROM Account WHERE Id = {}", account)
    pages = sf.query_all_iter(soql, headers={"Sforce-Query-Options": "batchSize=200"})
    assert len(next(pages)["Contacts"]["records"]) == 450


def test_16_nothing_changed_is_no_error(sf: Salesforce) -> None:
    since = {"If-Modified-Since": "Tue, 01 Jan 2999 00:00:00 GMT"}
    assert sf.Contact.describe(headers=since) is None


def test_17_versions_and_urls_as_people_write_them(server: LocalOrg) -> None:
    for version in (62, "62", "62.0"):
        sf = Salesforce(session_id=server.session_id, instance_url=server.url, version=version)
        assert sf.base_url == f"{server.url}/services/data/v62.0/"


def test_18_every_verb_has_a_timeout(sf: Salesforce) -> None:
    made = sf.Contact.create({"LastName": "x"}, timeout=60)
    sf.Contact.update(made.id, {"LastName": "y"}, timeout=(30, 60))
    sf.Contact.delete(made.id, timeout=60)


def test_19_python_values_in_records_and_queries(sf: Salesforce) -> None:
    record = {"Name": "x", "CloseDate": date(2026, 5, 1), "Amount": Decimal("10.25"), "StageName": "Prospecting"}
    made = sf.Opportunity.create(record)
    soql = format_soql("SELECT Id FROM Opportunity WHERE Id = {} AND Amount = {}", made.id, Decimal("10.25"))
    assert sf.query(soql).totalSize == 1


def test_26_a_typo_is_no_object(sf: Salesforce) -> None:
    with pytest.raises(AttributeError, match="did you mean 'query'"):
        _ = sf.quary
    assert not hasattr(sf, "desribe")
    with pytest.raises(ValueError, match="reaches into a value"):
        format_soql("{a.__class__}", a=1)
    assert isinstance(sf.My_Object__c, SFType)
