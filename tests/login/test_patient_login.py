"""A login service that is out of order for a while is asked again; one that refuses is not."""

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
def test_a_login_is_tried_again(server: LocalOrg, way: str) -> None:
    waits: list[float] = []
    policy = RetryPolicy(sleep=waits.append)
    path = "*/Soap/u/59.0" if way == "soap" else "*/oauth2/token"
    server.fail(path, 503, times=2)
    client = Salesforce(**ways(server)[way], retries=policy)
    assert len(waits) == 2
    server.expire_sessions()
    server.fail(path, 502, times=1)
    assert client.limits()
    assert len(waits) == 3
    assert pickle.loads(pickle.dumps(client)).limits()


def test_without_a_policy_it_is_tried_once(server: LocalOrg) -> None:
    server.fail("*/oauth2/token", 503, times=1)
    with pytest.raises(SalesforceAuthenticationFailed) as caught:
        Salesforce(**ways(server)["client credentials"], retries=None)
    assert caught.value.code == 503


def test_a_refusal_is_never_repeated(server: LocalOrg) -> None:
    waits: list[float] = []
    given = {**ways(server)["oauth password"], "password": "wrong"}
    with pytest.raises(SalesforceAuthenticationFailed, match=r"authentication failure"):
        Salesforce(**given, retries=RetryPolicy(sleep=waits.append))
    assert waits == []
    assert sum(served.path.endswith("/token") for served in server.requests) == 1


@pytest.mark.parametrize(("lost", "tries"), [(requests.ConnectionError("reset"), 3), (requests.ReadTimeout("slow"), 1)])
def test_a_service_that_does_not_answer(lost: Exception, tries: int) -> None:
    with responses.RequestsMock() as web:
        web.post(TOKEN_URL, body=lost)
        with pytest.raises(SalesforceConnectionError):
            Salesforce(
                consumer_key="app",
                consumer_secret="secret",
                domain=SITE,
                retries=RetryPolicy(attempts=3, sleep=lambda seconds: None),
            )
        assert len(web.calls) == tries


def test_a_refresh_token_is_used_once(server: LocalOrg) -> None:
    """It may have been replaced by the use whose answer was lost, and using it again may end the whole login."""
    waits: list[float] = []
    server.fail("*/oauth2/token", 503, times=1)
    with pytest.raises(SalesforceAuthenticationFailed) as caught:
        Salesforce(
            refresh_token=server.refresh_token,
            consumer_key=server.consumer_key,
            instance_url=server.url,
            retries=RetryPolicy(sleep=waits.append),
        )
    assert (caught.value.code, waits) == (503, [])
