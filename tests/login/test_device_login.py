"""The device flow: a person agrees at the local org's page while the program asks at the server's pace."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import requests
import responses
from sfgen_local_org import demo
from sfgen_local_org.server import LocalOrg
from sfgen_runtime import Salesforce, SalesforceAuthenticationFailed
from sfgen_runtime.login.app import App
from sfgen_runtime.login.device import DeviceCode, DeviceFlow
from sfgen_runtime.transport import new_http_session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SITE = "https://acme.my.salesforce.com"
TOKEN_URL = f"{SITE}/services/oauth2/token"
STARTED = {"device_code": "SECRET-device-code", "user_code": "BCDF2345", "verification_uri": f"{SITE}/setup/connect"}
GRANTED = {"access_token": "granted-token", "instance_url": SITE, "refresh_token": "SECRET-refresh"}


@pytest.fixture
def patient_server() -> Iterator[LocalOrg]:
    """A local org that may be polled at any pace."""
    with LocalOrg([demo.describes()["User"]], device_interval=0) as running:
        yield running


class Time:
    """A clock that only sleeping moves; `meanwhile` is what happens during a sleep, by its number."""

    def __init__(self, meanwhile: Callable[[int], object] | None = None) -> None:
        self.now = 1000.0
        self.slept: list[float] = []
        self._meanwhile = meanwhile

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        if self._meanwhile is not None:
            self._meanwhile(len(self.slept))

    def clock(self) -> float:
        return self.now


def decide(code: DeviceCode, decision: str) -> requests.Response:
    return requests.post(code.verification_uri, data={"user_code": code.user_code, "decision": decision}, timeout=10)


def device_login(server: LocalOrg, decision: str, **more: Any) -> Salesforce:
    """Log in while a person decides during the second pause."""
    codes: list[DeviceCode] = []
    time = Time(lambda pause: decide(codes[0], decision) if pause == 2 else None)
    given = {"domain": server.url, "show": codes.append, "sleep": time.sleep, **more}
    return Salesforce.from_device_login(server.consumer_key, **given)


def test_a_person_agrees_elsewhere(patient_server: LocalOrg) -> None:
    client = device_login(patient_server, "allow", version="62.0")
    assert type(client) is Salesforce
    assert (client.auth_type, client.sf_version) == ("device", "62.0")
    assert client.limits()
    patient_server.expire_sessions()
    assert client.limits()


def test_a_person_denies_it(patient_server: LocalOrg) -> None:
    with pytest.raises(SalesforceAuthenticationFailed, match=r"end-user denied authorization") as caught:
        device_login(patient_server, "deny")
    assert caught.value.code == "access_denied"


def test_the_app_is_refused(patient_server: LocalOrg) -> None:
    with pytest.raises(
        SalesforceAuthenticationFailed, match=r"client identifier invalid.*device flow enabled"
    ) as caught:
        Salesforce.from_device_login("3MVG9-unknown", domain=patient_server.url)
    assert caught.value.code == "invalid_client_id"


def test_the_local_org_wants_its_pace_kept() -> None:
    time, shown = Time(), []
    with LocalOrg([demo.describes()["User"]], device_interval=3600) as server:
        app = App(new_http_session(), server.url, server.consumer_key)
        flow = DeviceFlow(app, show=shown.append, sleep=time.sleep, clock=time.clock)
        with pytest.raises(SalesforceAuthenticationFailed, match=rf"nobody entered the code {'.' * 8}"):
            flow()
        told = [served.status for served in server.requests if served.path.endswith("/token")]
    # However long a server wants to be left alone, a person waits no longer than two minutes for the next poll.
    assert set(time.slept) == {120.0}
    assert told == [200] + [400] * (len(time.slept) - 1)


def scripted(*answers: tuple[int, dict[str, Any]] | Exception) -> tuple[Time, responses.RequestsMock, DeviceFlow]:
    web = responses.RequestsMock()
    for answer in answers:
        if isinstance(answer, Exception):
            web.post(TOKEN_URL, body=answer)
        else:
            web.post(TOKEN_URL, json=answer[1], status=answer[0])
    time = Time()
    flow = DeviceFlow(
        App(new_http_session(), SITE, "app", "SECRET-of-app"),
        show=lambda code: None,
        sleep=time.sleep,
        clock=time.clock,
    )
    return time, web, flow


def refusal(error: str) -> tuple[int, dict[str, Any]]:
    return 400, {"error": error, "error_description": f"told {error} of SECRET-device-code"}


def test_the_servers_interval_and_slowing_down() -> None:
    pending, slow = refusal("authorization_pending"), refusal("slow_down")
    time, web, flow = scripted((200, {**STARTED, "interval": 7}), pending, slow, pending, slow, (200, GRANTED))
    with web:
        answer = flow()
        forms = [str(call.request.body) for call in web.calls]
    assert time.slept == [7, 7, 12, 12, 17]
    assert answer.grant.session_id == "granted-token"
    assert "response_type=device_code" in forms[0]
    assert all("grant_type=device" in form and "code=SECRET-device-code" in form for form in forms[1:])
    assert "SECRET" not in repr(flow) + repr(answer)


@pytest.mark.parametrize(("interval", "expected"), [(None, 5), ("3", 3), (-1, 5), ("soon", 5), (float("inf"), 120)])
def test_intervals_of_any_kind(interval: Any, expected: float) -> None:
    time, web, flow = scripted((200, {**STARTED, "interval": interval}), (200, GRANTED))
    with web:
        flow()
    assert time.slept == [expected]


def test_a_poll_that_gets_no_answer_is_made_again_later() -> None:
    lost = requests.ConnectionError("reset by peer")
    time, web, flow = scripted((200, STARTED), lost, lost, (200, GRANTED))
    with web:
        assert flow().refresh_token == "SECRET-refresh"
    assert time.slept == [5, 10, 20]


def test_a_code_that_runs_out() -> None:
    pending = refusal("authorization_pending")
    time, web, flow = scripted((200, {**STARTED, "expires_in": 12}), pending, pending)
    with web, pytest.raises(SalesforceAuthenticationFailed, match=r"nobody entered the code BCDF2345") as caught:
        flow()
    assert caught.value.code == "LOGIN_TIMEOUT"
    assert time.slept == [5, 5, 5]


@pytest.mark.parametrize("error", ["access_denied", "invalid_grant", "server_error"])
def test_other_errors_end_it_and_show_no_code(error: str) -> None:
    time, web, flow = scripted((200, STARTED), refusal(error))
    with web, pytest.raises(SalesforceAuthenticationFailed) as caught:
        flow()
    assert caught.value.code == error
    assert "SECRET" not in str(caught.value) + repr(caught.value)
    assert len(time.slept) == 1


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"error": "invalid_request"},
        {**STARTED, "user_code": 5},
        {**STARTED, "verification_uri": "http://evil.example/"},
        {**STARTED, "verification_uri": "javascript:alert(1)"},
        {**STARTED, "user_code": "AB\x1b[2J"},
        {**STARTED, "verification_uri": f"{SITE}/\x1b]0;x\x07"},
    ],
)
def test_a_start_that_makes_no_sense_is_never_shown(answer: dict[str, Any]) -> None:
    time, web, flow = scripted((200, answer))
    with web, pytest.raises(SalesforceAuthenticationFailed):
        flow()
    assert time.slept == []


def test_what_a_terminal_shows(capsys: pytest.CaptureFixture[str]) -> None:
    code = DeviceCode("BCDF2345", f"{SITE}/setup/connect", "SECRET")
    DeviceFlow(App(new_http_session(), SITE, "app")).show(code)
    out, err = capsys.readouterr()
    assert out == ""
    assert f"open {SITE}/setup/connect and enter the code BCDF2345" in err
    assert "SECRET" not in err + repr(code) + json.dumps(str(code))
