"""Refresh tokens: a session without asking anybody, renewed when it expires."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import pytest
import responses
from sfgen_runtime import Salesforce, SalesforceAuthenticationFailed
from sfgen_runtime.login import Grant
from sfgen_runtime.login.app import App
from sfgen_runtime.login.refresh import RefreshToken
from sfgen_runtime.transport import new_http_session

if TYPE_CHECKING:
    from sfgen_local_org.server import LocalOrg

SITE = "https://acme.my.salesforce.com"


def client_of(server: LocalOrg, **more: Any) -> Salesforce:
    return Salesforce(
        **{
            "refresh_token": server.refresh_token,
            "consumer_key": server.consumer_key,
            "consumer_secret": server.consumer_secret,
            "instance_url": server.url,
            **more,
        }
    )


def token_calls(server: LocalOrg) -> int:
    return sum(served.path.endswith("/oauth2/token") for served in server.requests)


def test_a_refresh_token_logs_in_and_renews(server: LocalOrg) -> None:
    client = client_of(server)
    assert client.auth_type == "refresh-token"
    first = client.session_id
    assert client.limits()
    server.expire_sessions()
    assert client.limits()
    assert client.session_id != first
    assert token_calls(server) == 2


def test_an_app_without_a_secret_refreshes_too(server: LocalOrg) -> None:
    assert client_of(server, consumer_secret=None).limits()


def test_a_session_that_is_brought_along_is_used_until_it_expires(server: LocalOrg) -> None:
    client = client_of(server, session_id=server.session_id)
    assert client.limits()
    assert token_calls(server) == 0
    server.expire_sessions()
    assert client.limits()
    assert token_calls(server) == 1


def test_a_refresh_token_that_is_over_says_what_to_do(server: LocalOrg) -> None:
    with pytest.raises(SalesforceAuthenticationFailed, match=r"log in again.*from_web_login") as caught:
        client_of(server, refresh_token="5Aep861-revoked")
    assert caught.value.code == "invalid_grant"
    assert "5Aep861-revoked" not in repr(caught.value) + str(caught.value)


def test_a_wrong_secret_is_told_as_such(server: LocalOrg) -> None:
    with pytest.raises(SalesforceAuthenticationFailed, match=r"invalid client credentials") as caught:
        client_of(server, consumer_secret="wrong")
    assert caught.value.code == "invalid_client"


def test_a_refresh_token_without_its_app_is_refused() -> None:
    with pytest.raises(TypeError, match=r"needs consumer_key="):
        Salesforce(refresh_token="x", instance_url=SITE)


@pytest.mark.parametrize(
    ("where", "site"),
    [
        ({}, "https://login.salesforce.com"),
        ({"sandbox": True}, "https://test.salesforce.com"),
        ({"sandbox": False}, "https://login.salesforce.com"),
        ({"domain": "test"}, "https://test.salesforce.com"),
        ({"domain": "acme.my"}, SITE),
        ({"domain": "login.acme.example:8443"}, "https://login.acme.example:8443"),
        ({"instance_url": SITE, "sandbox": True}, SITE),
    ],
)
def test_it_goes_where_the_app_is(where: dict[str, Any], site: str) -> None:
    with responses.RequestsMock() as web:
        web.post(f"{site}/services/oauth2/token", json={"access_token": "granted", "instance_url": SITE})
        client = Salesforce(refresh_token="kept", consumer_key="app", **where)
    assert (client.session_id, client.sf_instance) == ("granted", "acme.my.salesforce.com")


def test_a_refresh_token_that_rotates_is_replaced_and_handed_on() -> None:
    kept: list[str] = []
    login = RefreshToken(App(new_http_session(), SITE, "app"), "first-refresh-token", kept.append)
    with responses.RequestsMock() as web:
        for number in (1, 2):
            answer = {"access_token": f"session-{number}", "instance_url": SITE, "refresh_token": f"refresh-{number}"}
            web.post(f"{SITE}/services/oauth2/token", json=answer)
        client = Salesforce(login=login)
        assert client.session_id == "session-1"
        assert login().session_id == "session-2"
        sent = [str(call.request.body) for call in web.calls]
    assert "refresh_token=first-refresh-token" in sent[0]
    assert "refresh_token=refresh-1" in sent[1]
    assert kept == ["refresh-1", "refresh-2"]


def test_nothing_shows_a_token(server: LocalOrg) -> None:
    login = RefreshToken(App(new_http_session(), SITE, "app", "SECRET-app"), "SECRET-refresh")
    assert "SECRET" not in repr(login)
    client = client_of(server)
    copy = pickle.loads(pickle.dumps(client))
    server.expire_sessions()
    assert copy.limits()
    assert server.refresh_token not in repr(copy) + repr(vars(copy))


def test_sandbox_and_domain_are_one_or_the_other() -> None:
    with pytest.raises(ValueError, match=r"give one"):
        Salesforce(session_id="x", instance="na1.salesforce.com", sandbox=True, domain="login")


def test_a_login_of_ones_own(server: LocalOrg) -> None:
    from sfgen_runtime.login.oauth import ClientCredentials

    logins = []

    def login() -> Any:
        logins.append(1)
        return ClientCredentials(new_http_session(), server.url, server.consumer_key, server.consumer_secret)()

    client = Salesforce(login=login)
    assert client.auth_type == "custom"
    server.expire_sessions()
    assert client.limits()
    assert len(logins) == 2


@pytest.mark.parametrize("given", [("SECRET", "acme.my.salesforce.com"), None, RefreshToken])
def test_a_login_of_ones_own_that_gives_something_else(given: Any) -> None:
    with pytest.raises(TypeError, match=r"login= gave a (tuple|NoneType|type); .* returns Grant") as caught:
        Salesforce(login=lambda: given)
    assert "SECRET" not in str(caught.value)


def test_what_a_grant_takes() -> None:
    assert Grant("t", "HTTPS://acme.my.salesforce.com:443/services/data/").origin == SITE
    for origin in ("acme.my.salesforce.com", "http://acme.my.salesforce.com", ""):
        with pytest.raises(ValueError, match=r"write it like|in the clear"):
            Grant("t", origin)
    for token in ("", "a b", "a\r\nb", "ä"):
        with pytest.raises(ValueError, match=r"session id is empty or has characters"):
            Grant(token, SITE)
