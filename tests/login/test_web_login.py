"""The login in a browser: the local org's login page, a real loopback redirect, and everything that can go wrong."""

from __future__ import annotations

import pickle
import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from sfgen_runtime import Salesforce, SalesforceAuthenticationFailed, SalesforceConnectionError
from sfgen_runtime.login.app import App
from sfgen_runtime.login.web import WebFlow
from sfgen_runtime.transport import new_http_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from sfgen_local_org.server import LocalOrg

ANY_PORT = "http://localhost:0/OauthRedirect"


class Browser:
    """A browser that opens what it is told to and follows redirects, as a person would let it."""

    def __init__(self, visit: Callable[[str], object] | None = None) -> None:
        self.opened: list[str] = []
        self.pages: list[requests.Response] = []
        self._visit = visit

    def __call__(self, url: str) -> None:
        self.opened.append(url)
        if self._visit is not None:
            self._visit(url)
        else:
            self.pages.append(requests.get(url, timeout=10))

    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.opened[0]).query).items()}


def web_login(server: LocalOrg, browser: Browser, **more: Any) -> Salesforce:
    given = {"domain": server.url, "redirect_uri": ANY_PORT, "show": lambda text: None, **more}
    return Salesforce.from_web_login(server.consumer_key, open_browser=browser, **given)


def callback(url: str, **query: str) -> requests.Response:
    asked = parse_qs(urlsplit(url).query)
    return requests.get(f"{asked['redirect_uri'][0]}?{urlencode(query)}", timeout=10)


def state_of(url: str) -> str:
    return parse_qs(urlsplit(url).query)["state"][0]


def test_a_person_logs_in_and_the_session_renews_itself(server: LocalOrg) -> None:
    browser, shown = Browser(), []
    client = web_login(server, browser, show=shown.append, version="62.0")
    assert type(client) is Salesforce
    assert (client.auth_type, client.sf_version) == ("web", "62.0")
    assert client.limits()
    assert browser.opened[0] in shown[0]
    (page,) = browser.pages
    assert (page.status_code, "You can close this page" in page.text) == (200, True)
    assert urlsplit(page.url).hostname == "localhost"
    server.expire_sessions()
    assert client.limits()
    # Renewed by the refresh token: nobody was asked again.
    assert len(browser.opened) == 1


def test_what_the_login_page_is_asked(server: LocalOrg) -> None:
    browser = Browser()
    web_login(server, browser, consumer_secret=server.consumer_secret, scope="api refresh_token id")
    asked = browser.query()
    assert asked["response_type"] == "code"
    assert asked["client_id"] == server.consumer_key
    assert (asked["code_challenge_method"], len(asked["code_challenge"])) == ("S256", 43)
    assert len(asked["state"]) >= 32
    assert asked["scope"] == "api refresh_token id"
    assert server.consumer_secret not in browser.opened[0]
    again = Browser()
    web_login(server, again)
    assert again.query()["state"] != asked["state"]
    assert again.query()["code_challenge"] != asked["code_challenge"]


def test_without_a_refresh_token_a_session_ends_and_no_browser_opens(server: LocalOrg) -> None:
    browser = Browser()
    client = web_login(server, browser, scope="api")
    assert client.limits()
    server.expire_sessions()
    with pytest.raises(SalesforceAuthenticationFailed, match=r"no refresh token.*scopes include refresh_token"):
        client.limits()
    assert len(browser.opened) == 1


def test_a_person_denies_it(server: LocalOrg) -> None:
    pages: list[requests.Response] = []
    told = {"error": "access_denied", "error_description": "end-user denied authorization"}
    browser = Browser(lambda url: pages.append(callback(url, **told, state=state_of(url))))
    with pytest.raises(SalesforceAuthenticationFailed, match=r"end-user denied authorization") as caught:
        web_login(server, browser)
    assert caught.value.code == "access_denied"
    assert "was not completed" in pages[0].text


def test_the_org_refuses_the_app(server: LocalOrg) -> None:
    with pytest.raises(SalesforceAuthenticationFailed, match=r"nobody logged in.*callback URLs") as caught:
        Salesforce.from_web_login(
            "3MVG9-unknown",
            domain=server.url,
            redirect_uri=ANY_PORT,
            wait=0.05,
            open_browser=(browser := Browser()),
            show=lambda text: None,
        )
    assert caught.value.code == "LOGIN_TIMEOUT"
    assert browser.pages[0].json()["error"] == "invalid_client_id"


def test_nobody_comes(server: LocalOrg) -> None:
    ports: list[int] = []

    def close_the_window(url: str) -> None:
        ports.append(urlsplit(parse_qs(urlsplit(url).query)["redirect_uri"][0]).port or 0)

    with pytest.raises(SalesforceAuthenticationFailed, match=r"within 0\.05 seconds"):
        web_login(server, Browser(close_the_window), wait=0.05)
    # The port is free again.
    with socket.create_server(("127.0.0.1", ports[0])):
        pass


def test_strangers_are_waited_past(server: LocalOrg) -> None:
    answers: list[int] = []

    def visit(url: str) -> None:
        state = state_of(url)
        wrong: list[dict[str, str]] = [
            {"code": "stolen"},
            {"code": "stolen", "state": ""},
            {"code": "stolen", "state": state[:-1]},
            {"error": "access_denied"},
            {"code": "stolen", "state": "ä€"},
        ]
        answers.extend(callback(url, **query).status_code for query in wrong)
        base = parse_qs(urlsplit(url).query)["redirect_uri"][0]
        answers.append(requests.get(f"{base}/other?state={state}&code=x", timeout=10).status_code)
        answers.append(requests.post(f"{base}?state={state}&code=x", timeout=10).status_code)
        port = urlsplit(base).port
        assert port is not None
        with socket.create_connection(("127.0.0.1", port)) as rude:
            rude.sendall(b"\x16\x03\x01 not http\r\n\r\n")
        with socket.create_connection(("127.0.0.1", port)):
            # One that connects and says nothing holds nobody up.
            requests.get(url, timeout=10)

    assert web_login(server, Browser(visit)).limits()
    assert answers == [400] * 5 + [404, 501]


def test_only_this_machine_is_listened_on(server: LocalOrg, monkeypatch: pytest.MonkeyPatch) -> None:
    bound: list[Any] = []
    bind = socket.socket.bind

    def note(self: socket.socket, address: Any) -> None:
        bound.append(address)
        bind(self, address)

    # Patched on the class that the server module makes its sockets of.
    monkeypatch.setattr(socket.socket, "bind", note, raising=False)
    web_login(server, Browser())
    assert {address[0] for address in bound} == {"127.0.0.1"}


def test_a_port_that_is_taken_says_so(server: LocalOrg) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=rf"127\.0\.0\.1:{port}.*redirect_uri"):
            web_login(server, Browser(), redirect_uri=f"http://localhost:{port}/OauthRedirect")


@pytest.mark.parametrize(
    "uri",
    [
        "https://localhost:1717/x",
        "http://acme.example:1717/x",
        "http://0.0.0.0:1717/x",
        "http://[::1]:1717/x",
        "http://localhost:99999/x",
        "http://localhost:1717/x?y=z",
        "http://localhost@evil.example/x",
        "custom:/x",
        "",
    ],
)
def test_a_callback_elsewhere_is_refused(uri: str) -> None:
    with pytest.raises(ValueError, match=r"redirect_uri .*callback URL on this machine"):
        WebFlow(App(new_http_session(), "https://login.salesforce.com", "app"), uri)


def test_a_code_that_is_refused(server: LocalOrg) -> None:
    browser = Browser(lambda url: callback(url, code="SECRET-made-up-code", state=state_of(url)))
    with pytest.raises(SalesforceAuthenticationFailed) as caught:
        web_login(server, browser)
    assert caught.value.code == "invalid_grant"
    assert "SECRET" not in str(caught.value) + repr(caught.value)


def test_a_client_survives_its_process(server: LocalOrg) -> None:
    client = web_login(server, Browser())
    copy = pickle.loads(pickle.dumps(client))
    server.expire_sessions()
    assert copy.limits()
    assert repr(copy) == repr(client)


def test_the_default_address_is_the_one_apps_have() -> None:
    shown: list[str] = []
    opened: list[str] = []
    login = WebFlow(App(new_http_session(), "https://acme.my.salesforce.com", "app"), wait=0, show=shown.append)
    assert login.redirect_uri == "http://localhost:1717/OauthRedirect"
    flow = WebFlow(login.app, ANY_PORT, wait=0, show=shown.append, open_browser=opened.append)
    with pytest.raises(SalesforceAuthenticationFailed):
        flow()
    assert opened[0].startswith("https://acme.my.salesforce.com/services/oauth2/authorize?response_type=code&")


def test_the_login_goes_over_the_clients_own_connections(server: LocalOrg) -> None:
    mine = new_http_session()
    assert web_login(server, Browser(), session=mine).session is mine
    # Whoever is behind a proxy logs in through it: nobody listens at this one's port, which is held for as long.
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        proxy = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        with pytest.raises(SalesforceConnectionError, match=r"ProxyError"):
            web_login(server, Browser(), proxies={"http": proxy})
