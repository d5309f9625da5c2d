"""Every fault against every kind of call: the right exception, no write lost or doubled in silence, nothing hangs."""

from __future__ import annotations

import json
import threading
from time import time
from typing import TYPE_CHECKING, Any

import pytest
from fault_cases import FOREVER, PATIENT, TROUBLES, WORKS, Trouble, Work, observe
from fault_proxy import Does, Fault, FaultProxy, closed_port, proxied
from sfgen_local_org import demo
from sfgen_local_org.server import LocalOrg
from sfgen_runtime import (
    OutcomeUnknown,
    RetryPolicy,
    Salesforce,
    SalesforceConnectionError,
    SalesforceError,
    SalesforceGeneralError,
    SalesforceTimeout,
    ServerUnavailable,
    TooManyRequests,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

OBJECTS = ("Account", "Contact", "User", "Organization")


@pytest.fixture(scope="module")
def server() -> Iterator[LocalOrg]:
    described = demo.describes()
    with LocalOrg([described[name] for name in OBJECTS]) as running:
        truth = truth_of(running)
        for start in range(0, 450, 150):
            truth.Contact.create_many([{"LastName": f"n{start + n}"} for n in range(150)])
        yield running


def truth_of(server: LocalOrg, url: str | None = None, **options: Any) -> Salesforce:
    app = {"consumer_key": server.consumer_key, "consumer_secret": server.consumer_secret}
    return Salesforce(**app, instance_url=url or server.url, **options)


@pytest.fixture(scope="module")
def truth(server: LocalOrg) -> Salesforce:
    return truth_of(server)


@pytest.fixture(scope="module")
def proxy(server: LocalOrg) -> Iterator[FaultProxy]:
    with proxied(server.url, server.expire_sessions) as running:
        yield running


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def client(server: LocalOrg, proxy: FaultProxy, waits: list[float]) -> Salesforce:
    proxy.meet(None)
    policy = RetryPolicy(sleep=waits.append, uniform=lambda low, high: high / 2)
    return truth_of(server, proxy.url, retries=policy, timeout=PATIENT)


def error_of(work: Work, trouble: Trouble, times: int) -> type[SalesforceError] | None:
    """Return the class that the call must raise, None if it must go through."""
    does, status = trouble.fault.does, trouble.fault.status
    if does is Does.EXPIRE:
        return None
    if does is Does.HOLD:
        return SalesforceTimeout
    if does is Does.HTML:
        return SalesforceGeneralError
    if does is Does.CORRUPT:
        # The status says it all, and is whole.
        empty = work.name in ("update", "delete", "upsert")
        return None if empty else SalesforceGeneralError
    if work.twice_is_once and times == 1:
        return None
    if does is Does.ANSWER:
        return TooManyRequests if status == 429 else ServerUnavailable
    return SalesforceConnectionError


@pytest.mark.parametrize("times", [1, FOREVER], ids=["once", "always"])
@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.name)
def test_matrix(
    work: Work,
    trouble: Trouble,
    times: int,
    client: Salesforce,
    truth: Salesforce,
    proxy: FaultProxy,
    waits: list[float],
) -> None:
    if trouble.fault.does is Does.EXPIRE and times == FOREVER:
        pytest.skip("a session that expires at every request is test_relogin's matter")
    client._transport.timeout = trouble.timeout
    seen, made = observe(work, trouble, client, truth, proxy, times)
    expected = error_of(work, trouble, times)
    assert not seen.hung

    if expected is None:
        assert seen.error is None
        assert work.result(seen.result, made)
        # What went through went through once.
        assert seen.effects == work.wanted
        return

    assert isinstance(seen.error, expected)
    # What isn't repeatable was sent once, and says if it may have been done.
    unknown = isinstance(seen.error, OutcomeUnknown)
    if not work.twice_is_once:
        assert seen.requests == 1
        assert unknown == (trouble.fault.status != 429 or trouble.acted or trouble.fault.does is not Does.ANSWER)
        assert seen.effects in (work.wanted, 0)
        if unknown:
            assert seen.error.sent.method == "POST"
    else:
        assert not unknown
    # Nothing is done twice; what a caller may think undone was not done.
    assert seen.effects <= max(work.wanted, 2 if work.name == "delete_many" else 1)
    if isinstance(seen.error, SalesforceConnectionError) and not seen.error.was_sent:
        assert seen.effects != work.wanted
    if trouble.passes and work.twice_is_once and times == FOREVER:
        assert (seen.error.tries, len(waits)) == (4, 3)


@pytest.fixture
def dead() -> Iterator[str]:
    """The address of an org that is not there."""
    with closed_port() as port:
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.name)
def test_a_host_that_refuses_connections_was_sent_nothing(
    work: Work, client: Salesforce, truth: Salesforce, dead: str, waits: list[float]
) -> None:
    """Anything is sent again where surely nothing was sent before: also a create."""
    real = client.base_url.partition("/services")[0]

    def heal(seconds: float) -> None:
        waits.append(seconds)
        client._transport.session.use(client._transport.session._grant.__class__(client.session_id, real))

    mark = f"r{work.name}"
    made = work.prepare(truth, mark)
    given = work.before(client, mark, made)
    grant = client._transport.session._grant
    client._transport.session.use(grant.__class__(grant.session_id, dead))
    healed = client.with_retries(RetryPolicy(sleep=heal))
    assert work.result(work.run(healed, mark, given), made)
    assert work.effects(truth, mark, made) == work.wanted
    assert len(waits) == 1

    client._transport.session.use(grant.__class__(grant.session_id, dead))
    with pytest.raises(SalesforceConnectionError, match=r"not sent") as caught:
        work.run(client, mark, given)
    assert caught.value.was_sent is False
    assert caught.value.tries == 4
    assert not isinstance(caught.value, OutcomeUnknown)


def test_retry_after_is_kept(client: Salesforce, proxy: FaultProxy, truth: Salesforce, waits: list[float]) -> None:
    by_name = {trouble.name: trouble for trouble in TROUBLES}
    get = WORKS[1]
    observe(get, by_name["503, Retry-After 7"], client, truth, proxy)
    assert waits == [7.25]
    begun = time()
    observe(get, by_name["503, Retry-After date"], client, truth, proxy)
    # The date is fifteen seconds off, in whole seconds, less what has passed when the client reads it.
    assert max(14 - (time() - begun), 0) <= waits[1] - 0.25 <= 15
    observe(get, by_name["503"], client, truth, proxy)
    assert waits[2] == 0.25
    observe(get, by_name["503"], client, truth, proxy, FOREVER)
    assert waits[3:] == [0.25, 0.5, 1.0]


def test_a_session_that_expires_between_pages(server: LocalOrg, client: Salesforce) -> None:
    seen = []
    for number, record in enumerate(
        client.query_all_iter("SELECT Id FROM Contact", headers={"Sforce-Query-Options": "batchSize=200"})
    ):
        seen.append(record["Id"])
        if number in (100, 300):
            server.expire_sessions()
    assert len(seen) == len(set(seen)) >= 450


def test_threads_meet_faults_together(client: Salesforce, proxy: FaultProxy, truth: Salesforce) -> None:
    """Each of many threads gets its own record or its own error, though every third answer is lost."""
    made: list[str] = []
    unknown: list[str] = []

    def create(number: int) -> None:
        try:
            client.Account.create({"Name": "together", "Site": str(number)})
            made.append(str(number))
        except OutcomeUnknown as error:
            unknown.append(json.loads(error.sent.body)["Site"])

    proxy.meet(next(trouble.fault for trouble in TROUBLES if trouble.name == "reset, acted"), times=10)
    threads = [threading.Thread(target=create, args=(number,)) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    proxy.meet(None)
    assert (len(made), len(unknown)) == (20, 10)
    records = truth.query("SELECT Site FROM Account WHERE Name = 'together'").records
    assert sorted(record["Site"] for record in records) == sorted(made + unknown)


@pytest.mark.parametrize(
    "does", [Does.CORRUPT, Does.RESET, Does.HTML, Does.TRUNCATE, Does.ANSWER], ids=lambda does: str(does)
)
def test_a_batch_of_writes_whose_answer_is_lost_has_an_unknown_outcome(
    does: Does, client: Salesforce, proxy: FaultProxy, truth: Salesforce
) -> None:
    proxy.meet(Fault(does, acted=True))
    with pytest.raises(OutcomeUnknown) as caught, client.batch() as batch:
        batch.add(client.Account.creating({"Name": f"batch {does}"}))
    proxy.meet(None)
    assert b"batch" in (caught.value.sent.body or b"")
    assert truth.query(f"SELECT COUNT() FROM Account WHERE Name = 'batch {does}'").totalSize == 1


@pytest.mark.parametrize("does", [Does.RESET, Does.TRUNCATE, Does.ANSWER], ids=lambda does: str(does))
def test_a_batch_of_reads_is_repeated(
    does: Does, client: Salesforce, proxy: FaultProxy, truth: Salesforce, waits: list[float]
) -> None:
    account = truth.Account.create({"Name": "read"}).id
    proxy.meet(Fault(does))
    with client.batch() as batch:
        read = batch.add(client.Account.getting(account))
    assert read.result["Name"] == "read"
    assert len(waits) == 1
