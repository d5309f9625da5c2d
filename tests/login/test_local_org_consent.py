"""The local org's side of web and device logins, asked as clients ask it, rightly and wrongly."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sfgen_local_org import demo
from sfgen_local_org.server import LocalOrg

if TYPE_CHECKING:
    from collections.abc import Iterator

REDIRECT = "http://localhost:1717/OauthRedirect"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def org() -> Iterator[LocalOrg]:
    with LocalOrg([demo.describes()["User"]], device_interval=0) as running:
        yield running


def authorize(org: LocalOrg, **changes: str | None) -> requests.Response:
    asked: dict[str, str | None] = {
        "response_type": "code",
        "client_id": org.consumer_key,
        "redirect_uri": REDIRECT,
        "state": "kept & sent back",
        "code_challenge": CHALLENGE,
        **changes,
    }
    return requests.get(f"{org.url}/services/oauth2/authorize", params=asked, allow_redirects=False, timeout=10)


def came_back(answer: requests.Response) -> dict[str, str]:
    assert answer.status_code == 302
    url = urlsplit(answer.headers["Location"])
    return {name: values[0] for name, values in parse_qs(url.query).items()}


def token(org: LocalOrg, **form: str) -> requests.Response:
    return requests.post(f"{org.url}/services/oauth2/token", data={"client_id": org.consumer_key, **form}, timeout=10)


def redeem(org: LocalOrg, code: str, /, **changes: str) -> requests.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "code_verifier": VERIFIER}
    return token(org, **{**form, **changes})


def test_a_code_is_good_once(org: LocalOrg) -> None:
    back = came_back(authorize(org))
    assert back["state"] == "kept & sent back"
    first, second = redeem(org, back["code"]), redeem(org, back["code"])
    assert {"access_token", "refresh_token", "instance_url", "id", "signature", "scope"} <= first.json().keys()
    assert (second.status_code, second.json()["error"]) == (400, "invalid_grant")
    renewed = token(org, grant_type="refresh_token", refresh_token=first.json()["refresh_token"])
    assert renewed.json()["access_token"] != first.json()["access_token"]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": "w" * 64}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_grant"),
        ({"redirect_uri": "http://localhost:1718/OauthRedirect"}, "redirect_uri_mismatch"),
        ({"client_id": "3MVG9-other"}, "invalid_client_id"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"code": "made up"}, "invalid_grant"),
    ],
)
def test_a_code_that_is_not_redeemed(org: LocalOrg, changes: dict[str, str], error: str) -> None:
    answer = redeem(org, came_back(authorize(org))["code"], **changes)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_without_pkce_the_app_shows_its_secret(org: LocalOrg) -> None:
    code = came_back(authorize(org, code_challenge=None))["code"]
    assert redeem(org, code, client_secret=org.consumer_secret).status_code == 200
    code = came_back(authorize(org, code_challenge=None))["code"]
    assert redeem(org, code).json()["error"] == "invalid_client"


@pytest.mark.parametrize(
    ("scope", "has_refresh"), [("api", False), ("api refresh_token", True), ("offline_access", True), (None, True)]
)
def test_a_refresh_token_is_a_scope(org: LocalOrg, scope: str | None, has_refresh: bool) -> None:
    answer = redeem(org, came_back(authorize(org, scope=scope))["code"]).json()
    assert ("refresh_token" in answer) == has_refresh


@pytest.mark.parametrize(
    "uri",
    [
        "https://acme.example/callback",
        "http://acme.example/callback",
        "http://127.0.0.1.evil.example/",
        "http://localhost@evil.example/",
        "http://localhost:1717/\r\nX-Evil: yes",
        "http://localhost:1717/ä",
        "http://localhost:1717/#fragment",
        "http://[::1",
        "",
    ],
)
def test_no_code_leaves_this_machine(org: LocalOrg, uri: str) -> None:
    answer = authorize(org, redirect_uri=uri)
    assert (answer.status_code, answer.json()["error"]) == (400, "redirect_uri_mismatch")
    assert "Location" not in answer.headers


def test_another_app_is_refused_where_the_user_sees_it(org: LocalOrg) -> None:
    assert authorize(org, client_id="3MVG9-other").json()["error"] == "invalid_client_id"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
    ],
)
def test_other_errors_go_back_to_the_app(org: LocalOrg, changes: dict[str, str], error: str) -> None:
    back = came_back(authorize(org, **changes))
    assert (back["error"], back["state"]) == (error, "kept & sent back")
    assert "code" not in back


def start_device(org: LocalOrg) -> dict[str, Any]:
    answer = token(org, response_type="device_code", scope="api refresh_token")
    assert answer.status_code == 200
    started: dict[str, Any] = answer.json()
    return started


def poll(org: LocalOrg, code: str) -> dict[str, Any]:
    answer: dict[str, Any] = token(org, grant_type="device", code=code).json()
    return answer


def decide(org: LocalOrg, user_code: str, decision: str) -> int:
    form = {"user_code": user_code, "decision": decision}
    return requests.post(f"{org.url}/setup/connect", data=form, timeout=10).status_code


def test_devices_wait_apart_from_each_other(org: LocalOrg) -> None:
    first, second = start_device(org), start_device(org)
    assert decide(org, first["user_code"].lower(), "allow") == 200
    assert poll(org, second["device_code"])["error"] == "authorization_pending"
    assert "access_token" in poll(org, first["device_code"])
    assert poll(org, first["device_code"])["error"] == "invalid_grant"
    assert decide(org, second["user_code"], "deny") == 200
    assert poll(org, second["device_code"])["error"] == "access_denied"


def test_the_page_shows_what_it_is_given_as_text(org: LocalOrg) -> None:
    page = requests.get(f"{org.url}/setup/connect", params={"user_code": '"><script>alert(1)</script>'}, timeout=10)
    assert "<script>" not in page.text
    assert "&quot;&gt;&lt;script&gt;" in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    query=st.dictionaries(
        st.sampled_from(
            ["response_type", "client_id", "redirect_uri", "state", "code_challenge", "scope", "user_code"]
        ),
        st.one_of(st.text(max_size=30), st.sampled_from(["code", "KEY", REDIRECT, CHALLENGE])),
    ),
    form=st.dictionaries(
        st.sampled_from(["grant_type", "response_type", "code", "code_verifier", "client_id", "decision", "user_code"]),
        st.one_of(
            st.text(max_size=30), st.sampled_from(["device", "device_code", "authorization_code", "KEY", "allow"])
        ),
    ),
)
def test_whatever_is_asked_is_answered(org: LocalOrg, query: dict[str, str], form: dict[str, str]) -> None:
    query = {name: org.consumer_key if value == "KEY" else value for name, value in query.items()}
    form = {name: org.consumer_key if value == "KEY" else value for name, value in form.items()}
    for path in ("/services/oauth2/authorize", "/setup/connect"):
        got = requests.get(org.url + path, params=query, allow_redirects=False, timeout=10)
        assert got.status_code in (200, 302, 400)
    for path in ("/services/oauth2/token", "/setup/connect"):
        assert requests.post(org.url + path, data=form, timeout=10).status_code in (200, 400)
