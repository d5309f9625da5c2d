"""One login an expiry, however many threads see the session end, and whichever way the client logged in."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from sfgen_runtime import Salesforce, SalesforceAuthenticationFailed
from sfgen_runtime.login.oauth import ClientCredentials
from sfgen_runtime.session import Grant, OrgSession
from sfgen_runtime.transport import new_http_session

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests
    from fake_sf import FakeSf
    from sfgen_local_org.server import LocalOrg

THREADS = 50
EXPIRIES = 4


class Counted:
    """A login at the local org that counts itself, and waits for `gate` where there is one."""

    def __init__(self, server: LocalOrg) -> None:
        self.count = 0
        self.gate: threading.Event | None = None
        self._login = ClientCredentials(
            new_http_session(), server.url, server.consumer_key, server.consumer_secret, timeout=30
        )

    def __call__(self) -> Grant:
        assert self.gate is None or self.gate.wait(timeout=60)
        self.count += 1
        return self._login()


def at_once(work: Callable[[int], Any]) -> list[Any]:
    """Do the work in all threads, none before every thread is there."""
    gate = threading.Barrier(THREADS)

    def attempt(number: int) -> Any:
        gate.wait(timeout=60)
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(attempt, range(THREADS)))


def test_fifty_threads_log_in_once_an_expiry(server: LocalOrg) -> None:
    login = Counted(server)
    client = Salesforce(login=login)
    calls: list[Callable[[], Any]] = [
        client.limits,
        lambda: client.query("SELECT Id FROM Account LIMIT 1"),
        lambda: client.Contact.create({"LastName": "Smith"}),
        lambda: client.restful("sobjects/User/describe"),
        lambda: client.oauth2("userinfo"),
        lambda: client.describe(),
    ]
    for expiry in range(EXPIRIES):
        server.expire_sessions()
        results = at_once(lambda number: calls[number % len(calls)]())
        assert all(results)
        assert login.count == 2 + expiry
    # No create was lost or done twice.
    creates = len([number for number in range(THREADS) if number % len(calls) == 2])
    assert client.query("SELECT COUNT() FROM Contact")["totalSize"] == EXPIRIES * creates


@pytest.mark.parametrize("way", ["refresh token", "client credentials", "oauth password", "soap"])
def test_every_way_in_renews_once(server: LocalOrg, way: str) -> None:
    app = {"consumer_key": server.consumer_key, "consumer_secret": server.consumer_secret}
    person = {"username": server.username, "password": server.password}
    given: dict[str, dict[str, Any]] = {
        "refresh token": {**app, "refresh_token": server.refresh_token, "instance_url": server.url},
        "client credentials": {**app, "instance_url": server.url},
        "oauth password": {**app, **person, "instance_url": server.url},
        "soap": {**person, "security_token": server.security_token, "domain": server.url},
    }
    client = Salesforce(**given[way])
    server.expire_sessions()
    before = len(server.requests)
    assert all(at_once(lambda number: client.limits()))
    ways = [served for served in list(server.requests)[before:] if served.path.endswith(("/token", "/u/59.0"))]
    assert [served.status for served in ways] == [200]


def test_the_cli_is_asked_once_by_all_threads(server: LocalOrg, sf: FakeSf) -> None:
    sf.answer("org display", {"instanceUrl": server.url, "accessToken": server.session_id})
    client = Salesforce.from_sf_cli()
    server.expire_sessions()
    sf.answer("org display", {"instanceUrl": server.url, "accessToken": Counted(server)().session_id})
    assert all(at_once(lambda number: client.limits()))
    assert len(sf.asked) == 2


def test_a_request_that_is_begun_during_a_login_that_fails_makes_no_other(server: LocalOrg) -> None:
    entered, gate, logins = threading.Event(), threading.Event(), count()

    def login() -> Grant:
        next(logins)
        entered.set()
        assert gate.wait(timeout=60)
        raise SalesforceAuthenticationFailed("invalid_client", "the secret is wrong")

    session = OrgSession(Grant("00D!old", server.url), login)

    def renew(noted: int) -> None:
        with pytest.raises(SalesforceAuthenticationFailed):
            session.renew("00D!old", noted)

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(renew, session.logins)
        assert entered.wait(timeout=60)
        noted = session.logins
        gate.set()
        first.result()
    renew(noted)
    assert next(logins) == 1


def test_a_login_that_fails_is_tried_once_by_all_threads(server: LocalOrg) -> None:
    login = Counted(server)
    client = Salesforce(login=login)
    server.expire_sessions()
    server.fail("*/oauth2/token", 400, code="invalid_client", message="SECRET is wrong")
    # None of them asks only after the login has failed: that would be a call of its own, with a login of its own.
    refusals, login.gate = count(1), threading.Event()

    def note(answer: requests.Response, **options: Any) -> None:
        if answer.status_code == 401 and next(refusals) == THREADS:
            login.gate.set()

    client.session.hooks["response"].append(note)

    def attempt(number: int) -> Any:
        with pytest.raises(SalesforceAuthenticationFailed) as caught:
            client.limits()
        return caught.value

    failures = at_once(attempt)
    assert len({id(failure) for failure in failures}) == THREADS
    assert login.count == 2
    server.clear_faults()
    assert client.limits()


EVERY_API: dict[str, Callable[[Salesforce], Any]] = {
    "rest": lambda sf: sf.describe(),
    "search": lambda sf: sf.quick_search("acme"),
    "collections": lambda sf: sf.Contact.create_many([{"LastName": "Smith"}]),
    "tooling": lambda sf: sf.toolingexecute("query?q=SELECT+Id+FROM+ApexClass"),
    "apex": lambda sf: sf.apexecute("ping"),
    "bulk": lambda sf: sf.bulk.Contact.insert([{"LastName": "Smith"}]),
    "bulk query": lambda sf: sf.bulk.Contact.query("SELECT Id FROM Contact"),
    "bulk2": lambda sf: sf.bulk2.Contact.insert(records=[{"LastName": "Smith"}]),
    "bulk2 query": lambda sf: list(sf.bulk2.Contact.query("SELECT Id FROM Contact")),
    "metadata": lambda sf: sf.mdapi.describe_metadata(),
    "oauth2": lambda sf: sf.oauth2("userinfo"),
}


@pytest.mark.parametrize("api", EVERY_API)
def test_every_api_renews_the_session_once(server: LocalOrg, api: str) -> None:
    server.apex("ping", "GET")(lambda call: {"ok": True})
    login = Counted(server)
    client = Salesforce(login=login)
    client.Contact.create({"LastName": "First"})
    server.expire_sessions()
    EVERY_API[api](client)
    assert login.count == 2
