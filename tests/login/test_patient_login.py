"""A login service that is out of order when a session expires is asked again; one that refuses is not."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import pytest
import requests
import responses
from sfgen_runtime import RetryPolicy, Salesforce, SalesforceAuthenticationFailed, SalesforceConnectionError

if TYPE_CHECKING:
    from sfgen_local_org.server import LocalOrg

SITE = "https://acme.my.salesforce.com"
TOKEN_URL = f"{SITE}/services/oauth2/token"


def ways(server: LocalOrg) -> dict[str, dict[str, Any]]:
    app = {"consumer_key": server.consumer_key, "consumer_secret": server.consumer_secret}
    person = {"username": server.username, "password": server.password}
    return {
        "client credentials": {**app, "instance_url": server.url},
        "oauth password": {**app, **person, "instance_url": server.url},
        "soap": {**person, "security_token": server.security_token, "domain": server.url},
    }


@pytest.mark.parametrize("way", ["client credentials", "oauth password", "soap"])
def test_a_renewal_is_tried_again(server: LocalOrg, way: str) -> None:
    waits: list[float] = []
    path = "*/Soap/u/59.0" if way == "soap" else "*/oauth2/token"
    client = Salesforce(**ways(server)[way], retries=RetryPolicy(sleep=waits.append))
    server.expire_sessions()
    server.fail(path, 503, times=2)
    assert client.limits()
    assert len(waits) == 2
    assert pickle.loads(pickle.dumps(client)).limits()


def test_without_a_policy_it_is_tried_once(server: LocalOrg) -> None:
    client = Salesforce(**ways(server)["client credentials"], retries=None)
    server.expire_sessions()
    server.fail("*/oauth2/token", 503, times=1)
    with pytest.raises(SalesforceAuthenticationFailed) as caught:
        client.limits()
    assert caught.value.code == 503


def test_the_first_login_is_tried_once(server: LocalOrg) -> None:
    waits: list[float] = []
    server.fail("*/oauth2/token", 503, times=1)
    with pytest.raises(SalesforceAuthenticationFailed):
        Salesforce(**ways(server)["client credentials"], retries=RetryPolicy(sleep=waits.append))
    assert waits == []


def test_a_refusal_is_never_repeated(server: LocalOrg) -> None:
    waits: list[float] = []
    client = Salesforce(**ways(server)["oauth password"], retries=RetryPolicy(sleep=waits.append))
    server.expire_sessions()
    server.fail("*/oauth2/token", 400, code="invalid_grant", message="authentication failure")
    with pytest.raises(SalesforceAuthenticationFailed):
        client.limits()
    assert waits == []
    assert sum(served.path.endswith("/token") for served in server.requests) == 2


@pytest.mark.parametrize(("lost", "tries"), [(requests.ConnectionError("reset"), 3), (requests.ReadTimeout("slow"), 1)])
def test_a_service_that_does_not_answer(lost: Exception, tries: int) -> None:
    expired = [{"errorCode": "INVALID_SESSION_ID", "message": "Session expired or invalid"}]
    with responses.RequestsMock() as web:
        web.post(TOKEN_URL, json={"access_token": "granted", "instance_url": SITE})
        web.get(f"{SITE}/services/data/v59.0/limits/", status=401, json=expired)
        client = Salesforce(
            consumer_key="app",
            consumer_secret="secret",
            domain=SITE,
            retries=RetryPolicy(attempts=3, sleep=lambda seconds: None),
        )
        web.replace("POST", TOKEN_URL, body=lost)
        with pytest.raises(SalesforceConnectionError):
            client.limits()
        assert len(web.calls) == 2 + tries


def test_a_refresh_token_is_used_once(server: LocalOrg) -> None:
    """It may have been replaced by the use whose answer was lost, and using it again may end the whole login."""
    waits: list[float] = []
    client = Salesforce(
        refresh_token=server.refresh_token,
        consumer_key=server.consumer_key,
        instance_url=server.url,
        retries=RetryPolicy(sleep=waits.append),
    )
    server.expire_sessions()
    server.fail("*/oauth2/token", 503, times=1)
    with pytest.raises(SalesforceAuthenticationFailed) as caught:
        client.limits()
    assert (caught.value.code, waits) == (503, [])
