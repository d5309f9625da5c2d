"""The untyped client against the local org: every login, every verb, errors as the org words them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sfgen_local_org import demo
from sfgen_local_org.server import LocalOrg
from sfgen_runtime import (
    InvalidField,
    MalformedQuery,
    RequiredFieldMissing,
    Salesforce,
    SalesforceAuthenticationFailed,
    SalesforceExpiredSession,
    SalesforceLogin,
    SalesforceResourceNotFound,
    StringTooLong,
    format_external_id,
    format_soql,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OBJECTS = ("Account", "Contact", "Opportunity", "Case", "User", "Organization", "Attachment")


@pytest.fixture(scope="module")
def server() -> Iterator[LocalOrg]:
    described = demo.describes()
    with LocalOrg([described[name] for name in OBJECTS if name in described]) as running:
        yield running


@pytest.fixture
def sf(server: LocalOrg) -> Salesforce:
    return Salesforce(consumer_key=server.consumer_key, consumer_secret=server.consumer_secret, instance_url=server.url)


def logins(server: LocalOrg) -> dict[str, dict[str, Any]]:
    person = {"username": server.username, "password": server.password}
    app = {"consumer_key": server.consumer_key, "consumer_secret": server.consumer_secret}
    return {
        "soap": {**person, "security_token": server.security_token, "domain": server.url},
        "oauth password": {**person, **app, "instance_url": server.url},
        "oauth password and token": {**person, **app, "security_token": server.security_token, "domain": server.url},
        "client credentials": {**app, "instance_url": server.url},
    }


@pytest.mark.parametrize("way", ["soap", "oauth password", "oauth password and token", "client credentials"])
def test_logins(server: LocalOrg, way: str) -> None:
    given = logins(server)[way]
    client = Salesforce(**given)
    assert client.base_url.startswith(f"{server.url}/")
    assert client.limits()
    session_id, host = SalesforceLogin(**given)
    assert Salesforce(session_id=session_id, instance=host).is_sandbox() in (True, False)
    with pytest.raises(SalesforceAuthenticationFailed):
        Salesforce(**{**given, "password" if "password" in given else "consumer_secret": "wrong"})


def test_an_expired_session_is_renewed(server: LocalOrg, sf: Salesforce) -> None:
    brought = Salesforce(session_id=sf.session_id, instance_url=server.url)
    server.expire_sessions()
    assert sf.limits()
    with pytest.raises(SalesforceExpiredSession):
        brought.limits()


def test_a_record_from_its_making_to_its_end(sf: Salesforce) -> None:
    start = datetime.now(UTC) - timedelta(minutes=1)
    made = sf.Contact.create({"LastName": "O'Brien & Söhne", "Birthdate": date(1980, 2, 29)})
    assert made.success
    record = sf.Contact.get(made.id, params={"fields": "LastName,Birthdate"})
    assert (record["LastName"], record["Birthdate"]) == ("O'Brien & Söhne", "1980-02-29")
    assert sf.Contact.update(made.id, {"FirstName": "Jo"}) == 204
    found = sf.query(format_soql("SELECT Id, FirstName FROM Contact WHERE LastName = {}", "O'Brien & Söhne"))
    assert [(row["Id"], row["FirstName"]) for row in found.records] == [(made.id, "Jo")]
    assert sf.Contact.delete(made.id) == 204
    with pytest.raises(SalesforceResourceNotFound) as caught:
        sf.Contact.get(made.id)
    assert caught.value.error_code in ("NOT_FOUND", "ENTITY_IS_DELETED")
    gone = sf.Contact.deleted(start, datetime.now(UTC) + timedelta(minutes=1))
    assert made.id in [row["id"] for row in gone["deletedRecords"]]


def test_numbers_keep_their_digits(sf: Salesforce) -> None:
    exact = Salesforce(session_id=sf.session_id, instance=sf.sf_instance, parse_float=Decimal)
    deal = {"Name": "Exact", "StageName": "Prospecting", "CloseDate": date(2030, 1, 31)}
    made = sf.Opportunity.create({**deal, "Amount": Decimal("1234567.89")})
    record = exact.Opportunity.get(made.id)
    assert (record["Amount"], record["CloseDate"]) == (Decimal("1234567.89"), "2030-01-31")


def test_upserts_by_any_value(sf: Salesforce) -> None:
    email = "a+b%20c/d@acme.example"
    key = format_external_id("Email", email)
    assert sf.Contact.upsert(key, {"LastName": "Upsert"}) == 201
    assert sf.Contact.upsert(key, {"FirstName": "Again"}) in (200, 204)
    found = sf.query_all(format_soql("SELECT FirstName, Email FROM Contact WHERE Email = {}", email))
    assert [(row["FirstName"], row["Email"]) for row in found.records] == [("Again", email)]
    assert sf.Contact.get_by_custom_id("Email", email)["FirstName"] == "Again"


def test_pages(sf: Salesforce) -> None:
    for number in range(5):
        sf.Account.create({"Name": f"Paged {number}"})
    small = {"Sforce-Query-Options": "batchSize=200"}
    names = [
        row["Name"]
        for row in sf.query_all_iter("SELECT Name FROM Account WHERE Name LIKE 'Paged%' ORDER BY Name", headers=small)
    ]
    assert names == [f"Paged {number}" for number in range(5)]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ({"FirstName": "only"}, RequiredFieldMissing),
        ({"LastName": "x", "Nonsense__c": 1}, InvalidField),
        ({"LastName": "x" * 81}, StringTooLong),
    ],
)
def test_refused_records(sf: Salesforce, data: dict[str, Any], kind: type[Exception]) -> None:
    with pytest.raises(kind, match=r"Contact"):
        sf.Contact.create(data)


def test_refused_queries(sf: Salesforce) -> None:
    with pytest.raises(MalformedQuery):
        sf.query("SELECT FROM Contact")
    with pytest.raises(InvalidField):
        sf.query("SELECT Nonsense__c FROM Contact")


def test_describes(sf: Salesforce) -> None:
    described = sf.Contact.describe()
    assert described["name"] == "Contact"
    assert sf.describe()["sobjects"]
    assert sf.Contact.metadata()["objectDescribe"]["name"] == "Contact"
    assert sf.Contact.describe(headers={"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}) is None


def test_bytes(sf: Salesforce, tmp_path: Path) -> None:
    (tmp_path / "note.bin").write_bytes(b"\x00\xffbytes")
    parent = sf.Account.create({"Name": "With attachment"}).id
    (tmp_path / "other.bin").write_bytes(b"other")
    made = sf.Attachment.create({"ParentId": parent, "Name": "note.bin", "Body": "AP9ieXRlcw=="})
    assert sf.Attachment.get_base64(made.id) == b"\x00\xffbytes"
    assert sf.Attachment.update_base64(made.id, tmp_path / "other.bin") == 204
    assert sf.Attachment.get_base64(made.id) == b"other"


def test_usage(sf: Salesforce) -> None:
    sf.Contact.metadata()
    usage = sf.api_usage["api-usage"]
    assert 0 < usage.used <= usage.total
