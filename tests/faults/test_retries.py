"""What is repeated, how long is waited, what is told of it, and how it is switched off."""

from __future__ import annotations

import copy
import io
import logging
import pickle
import threading
from typing import TYPE_CHECKING, Any

import pytest
from sfgen_local_org import demo
from sfgen_local_org.server import LocalOrg
from sfgen_runtime import (
    CallEvent,
    OutcomeUnknown,
    RequestLimitExceeded,
    RetryPolicy,
    Salesforce,
    SalesforceConnectionError,
    SalesforceResourceNotFound,
    ServerUnavailable,
    UnableToLockRow,
)
from sfgen_runtime.calls import Call
from sfgen_runtime.error_codes import error_of
from sfgen_runtime.errors import outcome_unknown
from sfgen_runtime.http import Request, Response
from sfgen_runtime.results import as_save_result
from sfgen_runtime.retries import RetryBudget, Tries, retry_after

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def server() -> Iterator[LocalOrg]:
    described = demo.describes()
    with LocalOrg([described[name] for name in ("Account", "User", "Organization")]) as running:
        yield running


def client(server: LocalOrg, waits: list[float] | None = None, **policy: Any) -> Salesforce:
    waits = [] if waits is None else waits
    retries = RetryPolicy(**{"sleep": waits.append, "uniform": lambda low, high: high, **policy})
    return Salesforce(session_id=server.session_id, instance_url=server.url, retries=retries)


def served(server: LocalOrg, method: str) -> int:
    return sum(request.method == method for request in server.requests)


# -- what is repeated ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_reads_are_repeated_with_growing_waits(server: LocalOrg, status: int) -> None:
    waits: list[float] = []
    server.fail("*/limits", status, times=3)
    assert client(server, waits).limits()
    assert waits == [0.5, 1.0, 2.0]


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_other_errors_are_not(server: LocalOrg, status: int) -> None:
    server.fail("*/limits", status)
    with pytest.raises(Exception, match=str(status)):
        client(server).limits()
    assert len(server.requests) == 1


def test_a_create_that_the_org_itself_refuses_was_not_done(server: LocalOrg) -> None:
    server.fail("*/Account", 503, times=1)
    with pytest.raises(ServerUnavailable) as caught:
        client(server).Account.create({"Name": "x"})
    assert not isinstance(caught.value, OutcomeUnknown)
    assert len(server.requests) == 1


def test_a_locked_row_is_sent_again_whatever_the_method(server: LocalOrg) -> None:
    server.fail("*/sobjects/Account", 400, method="POST", code="UNABLE_TO_LOCK_ROW", times=2)
    waits: list[float] = []
    sf = client(server, waits)
    sf.Account.create({"Name": "locked"})
    assert sf.query("SELECT COUNT() FROM Account").totalSize == 1
    assert waits == [0.5, 1.0]
    server.fail("*/sobjects/Account", 400, method="POST", code="UNABLE_TO_LOCK_ROW")
    with pytest.raises(UnableToLockRow, match=r"It was sent 4 times") as caught:
        sf.Account.create({"Name": "locked"})
    assert caught.value.tries == 4


def test_a_day_limit_never_sleeps(server: LocalOrg) -> None:
    waits: list[float] = []
    server.fail("*/limits", 403, code="REQUEST_LIMIT_EXCEEDED", headers={"Retry-After": "1"})
    with pytest.raises(RequestLimitExceeded):
        client(server, waits).limits()
    assert (waits, len(server.requests)) == ([], 1)


def test_a_conditional_write_is_not_repeated(server: LocalOrg) -> None:
    sf = client(server)
    account = sf.Account.create({"Name": "x"}).id
    server.fail(f"*/{account}", 503)
    with pytest.raises(ServerUnavailable):
        sf.Account.update(account, {"Name": "y"}, headers={"If-Unmodified-Since": "Sat, 21 Nov 2026 08:00:00 GMT"})
    assert served(server, "PATCH") == 1


def test_a_missing_record_is_still_missing_where_no_answer_was_lost(server: LocalOrg) -> None:
    with pytest.raises(SalesforceResourceNotFound):
        client(server).Account.delete("001000000000001AAA")
    # A refusal of the org's own leaves no doubt either.
    server.fail("*/sobjects/Account/*", 503, method="DELETE", times=1)
    with pytest.raises(SalesforceResourceNotFound):
        client(server).Account.delete("001000000000001AAA")


def test_only_the_org_itself_says_that_a_record_is_gone() -> None:
    def has_deleted(body: bytes, *, in_doubt: bool = True, method: str = "DELETE") -> bool:
        call = Call(Request(method, "sobjects/Account/001"), Tries(None, RetryBudget(0)), None)
        call.in_doubt = in_doubt
        return call.has_deleted(error_of("https://acme.my.salesforce.com", 404, "Account", body))

    gone = b'[{"errorCode": "ENTITY_IS_DELETED", "message": "entity is deleted"}]'
    assert has_deleted(gone)
    assert not has_deleted(b"<html><title>404: no such host behind this gateway</title></html>")
    assert not has_deleted(gone, in_doubt=False)
    assert not has_deleted(gone, method="GET")


def test_a_stream_is_sent_again_from_where_it_began(server: LocalOrg) -> None:
    stream = io.BytesIO(b'junk{"Name": "streamed"}')
    stream.seek(4)
    server.fail("*/sobjects/Account", 400, code="UNABLE_TO_LOCK_ROW", times=1)
    sf = client(server)
    sf.restful("sobjects/Account", method="POST", data=stream)
    assert sf.query("SELECT Name FROM Account").records[0]["Name"] == "streamed"
    # One that can't go back is not sent again: half of it, or nothing, would arrive.
    server.fail("*/sobjects/Account", 400, code="UNABLE_TO_LOCK_ROW", times=1)
    with pytest.raises(UnableToLockRow):
        sf.restful("sobjects/Account", method="POST", data=iter([b'{"Name": "once"}']))


# -- how long, and how often -----------------------------------------------------------------------------------------


def test_attempts_and_none(server: LocalOrg) -> None:
    server.fail("*/limits", 503)
    for retries, tries in ((None, 1), (RetryPolicy(attempts=2, sleep=lambda seconds: None), 2)):
        server.requests.clear()
        sf = Salesforce(session_id=server.session_id, instance_url=server.url, retries=retries)
        with pytest.raises(ServerUnavailable) as caught:
            sf.limits()
        assert (len(server.requests), caught.value.tries) == (tries, tries)


def test_a_call_and_a_client_made_from_another_have_policies_of_their_own(server: LocalOrg) -> None:
    server.fail("*/query", 503)
    sf = client(server)
    with pytest.raises(ServerUnavailable):
        sf.query("SELECT Id FROM Account", retries=None)
    assert len(server.requests) == 1
    without = sf.with_retries(None)
    assert without.session_id == sf.session_id
    assert without.Account.client is without
    with pytest.raises(ServerUnavailable):
        without.query("SELECT Id FROM Account")
    assert len(server.requests) == 2
    with pytest.raises(ServerUnavailable):
        sf.query("SELECT Id FROM Account")
    assert len(server.requests) == 6


def test_a_wait_that_is_too_long_is_not_begun(server: LocalOrg) -> None:
    waits: list[float] = []
    server.fail("*/limits", 503, headers={"Retry-After": "3600"})
    with pytest.raises(ServerUnavailable, match=r"longer than the policy's patience") as caught:
        client(server, waits).limits()
    assert (waits, caught.value.retry_after) == ([], 3600)


def test_a_call_is_patient_with_all_its_waits_together(server: LocalOrg) -> None:
    waits: list[float] = []
    server.fail("*/limits", 503, headers={"Retry-After": "3"})
    with pytest.raises(ServerUnavailable, match=r"longer than the policy's patience.*It was sent 3 times"):
        client(server, waits, attempts=10, patience=7).limits()
    assert waits == [3.5, 3.5]


def test_a_client_has_a_budget_of_repeats(server: LocalOrg) -> None:
    server.fail("*/limits", 503, times=8)
    sf = client(server, attempts=10, budget=5)
    with pytest.raises(ServerUnavailable, match=r"budget of repeats is used up"):
        sf.limits()
    assert len(server.requests) == 6
    server.clear_faults()
    # Ten calls that go through pay for one repeat.
    for _ in range(10):
        sf.limits()
    server.fail("*/limits", 503, times=1)
    assert sf.limits()


def test_a_budget_is_one_for_all_threads() -> None:
    budget, taken = RetryBudget(100), []

    def take() -> None:
        taken.extend(budget.take() for _ in range(50))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken.count(True) == 100
    assert pickle.loads(pickle.dumps(budget)).take()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("3", 3), ("0", 0), ("soon", None), ("", None), ("-1", None), (None, None), ("9" * 9000, None)],
)
def test_retry_after(text: str | None, seconds: float | None) -> None:
    assert retry_after({} if text is None else {"Retry-After": text}) == seconds
    assert 3600 <= (retry_after({"Retry-After": "9" * 400}) or 0) <= 1e9


def test_waits_are_full_jitter_below_a_cap() -> None:
    policy = RetryPolicy(base=0.5, cap=3)
    assert all(0 <= policy.wait_before(number) <= min(3, 0.5 * 2 ** (number - 2)) for number in range(2, 900))
    assert policy.wait_before(100_000) <= 3
    assert len({policy.wait_before(9) for _ in range(20)}) == 20
    assert 7 <= policy.wait_before(2, 7) <= 7.5


@pytest.mark.parametrize("wrong", [{"attempts": 0}, {"base": -1}, {"patience": -1}])
def test_a_policy_makes_sense(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="RetryPolicy"):
        RetryPolicy(**wrong)


def test_tries_of_composite_work() -> None:
    waits: list[float] = []
    tries = Tries(RetryPolicy(attempts=3, sleep=waits.append, uniform=lambda low, high: high), RetryBudget(5))
    assert (tries.again(), tries.again(), tries.again()) == (True, True, False)
    assert waits == [0.5, 1.0]
    assert not Tries(None, RetryBudget(5)).again()


# -- what is told ----------------------------------------------------------------------------------------------------


@pytest.fixture
def heard(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> pytest.LogCaptureFixture:
    """What the client logs, though a tool that ran here before has switched off the loggers that it found."""
    monkeypatch.setattr(logging.getLogger("sfgen"), "disabled", False)
    return caplog


def test_events_and_log_records(server: LocalOrg, heard: pytest.LogCaptureFixture) -> None:
    events: list[CallEvent] = []
    server.fail("*/query", 503, times=1)
    retries = RetryPolicy(sleep=lambda seconds: None)
    sf = Salesforce(
        consumer_key=server.consumer_key,
        consumer_secret=server.consumer_secret,
        instance_url=server.url,
        retries=retries,
        on_event=events.append,
    )
    with heard.at_level(logging.DEBUG, "sfgen"):
        sf.query("SELECT Id FROM Account WHERE Name = 'personal'")
        server.expire_sessions()
        sf.limits()
        with pytest.raises(SalesforceResourceNotFound):
            sf.Account.get("001000000000001AAA")
    assert [event.kind for event in events] == ["repeating", "answered", "session_renewed", "answered", "failed"]
    first, second = events[:2]
    assert (first.method, first.path, first.status, first.attempt) == ("GET", "/services/data/v59.0/query/", 503, 1)
    assert first.reason == "SERVER_UNAVAILABLE"
    assert (second.attempt, second.status) == (2, 200)
    assert second.seconds > 0
    assert events[-1].reason == "NOT_FOUND"
    said = [record.getMessage() for record in heard.records if record.name == "sfgen"]
    assert said == [str(event) for event in events]
    told = f"{events}{heard.text}"
    assert sf.session_id not in told
    assert "personal" not in told


def test_an_observer_that_raises_hurts_no_call(server: LocalOrg, heard: pytest.LogCaptureFixture) -> None:
    def broken(event: CallEvent) -> None:
        raise RuntimeError("observer")

    sf = Salesforce(session_id=server.session_id, instance_url=server.url, on_event=broken)
    assert sf.Account.create({"Name": "x"}).success
    assert "observer" in heard.text


# -- an unknown outcome ----------------------------------------------------------------------------------------------


def test_an_unknown_outcome_carries_what_was_sent_and_no_session() -> None:
    sent = Request(
        "POST",
        "/services/data/v62.0/sobjects/Account?sid=SECRET",
        {"token": "SECRET", "a": 1},
        {"Authorization": "Bearer SECRET", "X-SFDC-Session": "SECRET", "Cookie": "sid=SECRET", "X-Mine": "kept"},
        b'{"Name": "x"}',
        resource="Account",
        transport_options={"cookies": {"sid": "SECRET"}},
    )
    failure = ServerUnavailable("https://acme.my.salesforce.com/x", 502, "Account", "<html>", method="POST")
    error = outcome_unknown(failure, sent)
    assert isinstance(error, ServerUnavailable)
    assert (error.sent.method, error.sent.body) == ("POST", b'{"Name": "x"}')
    assert error.sent.headers == {"X-Mine": "kept"}
    assert error.sent.params == {"a": 1}
    assert "query Account for the values" in str(error)
    for twin in (error, pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert "SECRET" not in f"{twin}{twin!r}{twin.__dict__}"
        assert twin.sent == error.sent
        assert isinstance(twin, OutcomeUnknown)


def test_what_an_upsert_created_is_unknown_after_a_repeat() -> None:
    read = Salesforce(session_id="x" * 20, instance_url="http://127.0.0.1:1").json_reader
    body = b'{"id": "001", "success": true, "errors": [], "created": %s}'
    for repeated, created, known in ((False, b"false", False), (True, b"false", None), (True, b"true", True)):
        response = Response(200, {}, body % created, "https://x", "PATCH", repeated=repeated)
        assert as_save_result(read)(response).created is known


def test_a_body_that_is_asked_for_as_a_stream_breaks_as_any_other(server: LocalOrg) -> None:
    server.cut("*/limits", after=20)
    with pytest.raises(SalesforceConnectionError, match="ChunkedEncodingError"):
        client(server).with_retries(None).restful("limits", stream=True)


def test_the_call_behind_the_scenes_leaves_a_stream_unread(server: LocalOrg) -> None:
    sf = client(server)
    with sf._call_salesforce("GET", f"{sf.base_url}limits", stream=True) as answer:
        assert not answer.raw.isclosed()
        assert b"".join(answer.iter_content(16)).startswith(b"{")
    with pytest.raises(SalesforceResourceNotFound):
        sf._call_salesforce("GET", f"{sf.base_url}nowhere", stream=True)
