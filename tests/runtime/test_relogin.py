"""An expired session: one new login for all threads, once a call, and never without credentials."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from scripted_org import Answer, Asked, Org
from sfgen_runtime import Salesforce, SalesforceAuthenticationFailed, SalesforceExpiredSession

EXPIRED = Answer(401, [{"errorCode": "INVALID_SESSION_ID", "message": "Session expired or invalid"}])
TOKEN_PATH = "/services/oauth2/token"
THREADS = 8


class Sessions:
    """A login service whose tokens can be made to expire; `gate` holds back a round of calls until all are there."""

    def __init__(self, org: Org) -> None:
        self.org = org
        self.logins = 0
        self.valid: set[str] = set()
        self.refuse_logins = False
        self.gate: threading.Barrier | None = None
        org.respond = self.respond

    def client(self) -> Salesforce:
        return Salesforce(consumer_key="app", consumer_secret="secret", instance_url=self.org.url)

    def respond(self, asked: Asked) -> Answer:
        if asked.path == TOKEN_PATH:
            self.logins += 1
            if self.refuse_logins:
                return Answer(400, {"error": "invalid_client", "error_description": "invalid client credentials"})
            token = f"session-number-{self.logins}"
            self.valid.add(token)
            return Answer(200, {"access_token": token, "instance_url": self.org.url})
        if self.gate is not None and asked.token == "session-number-1":
            self.gate.wait(timeout=60)
        if asked.token not in self.valid:
            return EXPIRED
        return Answer(200, {"token": asked.token})


def test_an_expired_session_is_renewed_once(org: Org) -> None:
    sessions = Sessions(org)
    client = sessions.client()
    client.headers["Sforce-Auto-Assign"] = "FALSE"
    sessions.valid.clear()
    assert client.Contact.get("003", headers={"X-Mine": "kept"}) == {"token": "session-number-2"}
    assert sessions.logins == 2
    first, again = [asked for asked in org.asked if asked.path.endswith("/003")]
    for asked in (first, again):
        assert asked.headers["X-Mine"] == "kept"
        assert asked.headers["Sforce-Auto-Assign"] == "FALSE"
    assert client.session_id == "session-number-2"
    assert client.headers["Authorization"] == "Bearer session-number-2"
    assert client.headers["Sforce-Auto-Assign"] == "FALSE"


def test_userinfo_says_it_in_words_of_its_own(org: Org) -> None:
    sessions = Sessions(org)
    client = sessions.client()
    respond = sessions.respond

    def in_its_words(asked: Asked) -> Answer:
        answer = respond(asked)
        return Answer(403, b"Bad_OAuth_Token") if answer == EXPIRED else answer

    org.respond = in_its_words
    sessions.valid.clear()
    assert client.restful("/services/oauth2/userinfo") == {"token": "session-number-2"}
    assert sessions.logins == 2
    with pytest.raises(SalesforceExpiredSession, match="Log in again") as caught:
        Salesforce(session_id="old-session", instance_url=org.url).oauth2("userinfo")
    assert (caught.value.status, caught.value.content) == (403, "Bad_OAuth_Token")


def test_the_body_is_sent_again(org: Org) -> None:
    sessions = Sessions(org)
    client = sessions.client()
    sessions.valid.clear()
    client.Contact.create({"LastName": "Smith"})
    assert [asked.json for asked in org.asked if asked.path.endswith("/Contact/")] == [{"LastName": "Smith"}] * 2


@pytest.mark.parametrize("verb", ["query", "sobject"])
def test_a_session_that_stays_expired_is_an_error_after_one_login(org: Org, verb: str) -> None:
    sessions = Sessions(org)
    client = sessions.client()
    respond = sessions.respond
    org.respond = lambda asked: respond(asked) if asked.path == TOKEN_PATH else EXPIRED
    with pytest.raises(SalesforceExpiredSession, match="A new login did not help"):
        client.query("SELECT Id FROM Account") if verb == "query" else client.Account.get("001")
    assert sessions.logins == 2


def test_threads_whose_session_expires_together_log_in_once(org: Org) -> None:
    sessions = Sessions(org)
    client = sessions.client()
    sessions.valid.clear()
    sessions.gate = threading.Barrier(THREADS)
    with ThreadPoolExecutor(THREADS) as pool:
        results = list(pool.map(lambda number: client.Contact.get(f"003{number}"), range(THREADS)))
    assert results == [{"token": "session-number-2"}] * THREADS
    assert sessions.logins == 2


def test_threads_share_a_refused_login(org: Org) -> None:
    sessions = Sessions(org)
    client = sessions.client()
    sessions.valid.clear()
    sessions.refuse_logins = True
    sessions.gate = threading.Barrier(THREADS)

    def attempt(number: int) -> BaseException | None:
        try:
            client.Contact.get(f"003{number}")
        except SalesforceAuthenticationFailed as error:
            return error
        return None

    with ThreadPoolExecutor(THREADS) as pool:
        assert all(pool.map(attempt, range(THREADS)))
    assert sessions.logins == 2
    # The next call tries again: the refusal may have been mended.
    sessions.gate = None
    sessions.refuse_logins = False
    assert client.Contact.get("003") == {"token": "session-number-3"}


def test_a_token_put_into_the_headers_is_not_tried_for_ever(org: Org) -> None:
    sessions = Sessions(org)
    client = sessions.client()
    client.headers["Authorization"] = "Bearer of-the-callers-own"
    # To the client it looks as if another thread had logged in meanwhile.
    with pytest.raises(SalesforceExpiredSession):
        client.Contact.get("003")
    assert sessions.logins == 1
    assert sum(asked.path.endswith("/003") for asked in org.asked) == 6


def test_a_session_id_is_never_renewed(org: Org) -> None:
    org.respond = lambda asked: EXPIRED
    with pytest.raises(SalesforceExpiredSession, match=r"Log in again"):
        org.client().Contact.get("003")
    assert len(org.asked) == 1


def test_a_401_that_says_something_else_is_not_an_expired_session(org: Org) -> None:
    sessions = Sessions(org)
    client = sessions.client()
    respond = sessions.respond
    html = Answer(401, b"<html>proxy login</html>", {"Content-Type": "text/html"})
    org.respond = lambda asked: respond(asked) if asked.path == TOKEN_PATH else html
    with pytest.raises(SalesforceExpiredSession, match=r"proxy login"):
        client.limits()
    assert sessions.logins == 1


def test_a_callers_own_authorization_is_its_own_affair(org: Org) -> None:
    sessions = Sessions(org)
    client = sessions.client()
    with pytest.raises(SalesforceExpiredSession):
        client.restful("limits", headers={"authorization": "Bearer other-token"})
    assert sessions.logins == 1
    assert org.asked[-1].token == "other-token"


def test_a_session_id_set_by_hand_is_used(org: Org) -> None:
    org.respond = lambda asked: Answer(200, {"token": asked.token})
    client = org.client()
    contact = client.Contact
    client.session_id = "another-session"
    assert contact.get("003") == {"token": "another-session"}
