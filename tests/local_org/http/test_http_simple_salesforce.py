"""simple-salesforce, unpatched: all it is given is a transport that takes its https hosts to the local org."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter

simple_salesforce = pytest.importorskip("simple_salesforce")

if TYPE_CHECKING:
    from sfgen_local_org.server import LocalOrg


class ToLocalOrg(HTTPAdapter):
    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        assert request.url is not None
        parts = urlsplit(request.url)
        request.url = self.url + parts.path + (f"?{parts.query}" if parts.query else "")
        return super().send(request, *args, **kwargs)


@pytest.fixture
def session(server: LocalOrg) -> requests.Session:
    session = requests.Session()
    session.mount("https://", ToLocalOrg(server.url))
    return session


@pytest.fixture
def sf(server: LocalOrg, session: requests.Session) -> Any:
    return simple_salesforce.Salesforce(
        username=server.username, password=server.password, security_token=server.security_token, session=session
    )


def test_logins(server: LocalOrg, session: requests.Session) -> None:
    app = {"consumer_key": server.consumer_key, "consumer_secret": server.consumer_secret}
    user = {"username": server.username, "password": server.password}
    for arguments in (
        user | {"organizationId": server.org.id},
        user | app,
        app | {"domain": "acme.my"},
        {"session_id": server.session_id, "instance_url": server.url},
    ):
        sf = simple_salesforce.Salesforce(**arguments, session=session)
        assert "DailyApiRequests" in sf.limits()


def test_refused_logins(server: LocalOrg, session: requests.Session) -> None:
    for more in ({"security_token": "x"}, {"consumer_key": "k", "consumer_secret": "s"}):
        with pytest.raises(simple_salesforce.SalesforceAuthenticationFailed) as caught:
            simple_salesforce.Salesforce(username=server.username, password="wrong", session=session, **more)
        assert caught.value.code in ("INVALID_LOGIN", "invalid_client_id")


def test_records(sf: Any) -> None:
    made = sf.Contact.create({"LastName": "Smith", "Email": "s@example.com"})
    assert made["success"] is True
    assert sf.Contact.get(made["id"])["LastName"] == "Smith"
    assert sf.Contact.update(made["id"], {"LastName": "Jones"}) == 204
    assert sf.Contact.upsert("Portal_User_Id__c/p1", {"LastName": "New"}) == 201
    assert sf.Contact.upsert("Portal_User_Id__c/p1", {"LastName": "Newer"}) == 200
    assert sf.Contact.get_by_custom_id("Portal_User_Id__c", "p1")["LastName"] == "Newer"
    assert sf.Contact.delete(made["id"]) == 204
    with pytest.raises(simple_salesforce.SalesforceResourceNotFound):
        sf.Contact.get(made["id"])
    with pytest.raises(simple_salesforce.SalesforceMalformedRequest) as caught:
        sf.Contact.create({"LastNme": "Smith"})
    assert caught.value.content[0]["errorCode"] == "INVALID_FIELD"


def test_queries(sf: Any) -> None:
    for number in range(5):
        sf.Account.create({"Name": f"A {number}"})
    sf.headers["Sforce-Query-Options"] = "batchSize=2"
    assert [row["Name"] for row in sf.query_all_iter("SELECT Name FROM Account ORDER BY Name")] == [
        f"A {number}" for number in range(5)
    ]
    assert sf.query_all("SELECT Id FROM Account", include_deleted=True)["totalSize"] == 5
    with pytest.raises(simple_salesforce.SalesforceMalformedRequest):
        sf.query("SELECT Nope FROM Account")
    assert len(sf.quick_search("A 3")["searchRecords"]) == 1
    assert sf.api_usage["api-usage"].total == 15000


def test_metadata_and_changes(sf: Any) -> None:
    assert {"Account", "Contact"} <= {item["name"] for item in sf.describe()["sobjects"]}
    assert sf.Account.describe()["name"] == "Account"
    assert sf.Account.metadata()["objectDescribe"]["name"] == "Account"
    made = sf.Account.create({"Name": "A"})["id"]
    now = datetime.now(UTC)
    hour = timedelta(hours=1)
    assert sf.Account.updated(now - hour, now + hour)["ids"] == [made]
    assert sf.Account.deleted(now - hour, now + hour)["deletedRecords"] == []
    assert sf.oauth2("userinfo")["organization_id"]


def test_expired_session_logs_in_again(server: LocalOrg, sf: Any) -> None:
    server.expire_sessions()
    assert sf.query("SELECT Id FROM Account")["totalSize"] == 0
    assert [request.status for request in server.requests][-3:] == [401, 200, 200]
