"""What is asked of an org through the faulty proxy, which faults it meets, and how the truth is found out after it."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from time import perf_counter, time
from typing import Any

from fault_proxy import Does, Fault, FaultProxy

# How long a client under test waits for an answer that never comes, and for one that a busy machine may give late.
TIMEOUT = 0.3
PATIENT = 20.0
# After how many seconds a call counts as hanging: longer than it may take on a busy machine.
HANGS = 120.0
FOREVER = 1_000_000
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Work:
    """One kind of call. `run` makes it; `effects` counts, by a client without faults, what it did to the org.

    `prepare` makes what it works on. The call has done what it should when `effects` is `wanted`. `twice_is_once` says
    that a repeat does no harm. `result` says whether what came back is right.
    """

    name: str
    prepare: Callable[[Any, str], Any]
    run: Callable[[Any, str, Any], Any]
    effects: Callable[[Any, str, Any], int]
    wanted: int
    twice_is_once: bool
    result: Callable[[Any, Any], bool] = lambda result, made: True
    collection: bool = False
    before: Callable[[Any, str, Any], Any] = lambda client, mark, made: made


def _create(client: Any, mark: str) -> Any:
    return client.Account.create({"Name": mark, "ERP_Id__c": mark})["id"]


def _nothing(client: Any, mark: str) -> None:
    return None


def _count(client: Any, mark: str, made: Any) -> int:
    return int(client.query(f"SELECT COUNT() FROM Account WHERE Name = '{mark}'")["totalSize"])


def _count_changed(client: Any, mark: str, made: Any) -> int:
    return int(client.query(f"SELECT COUNT() FROM Account WHERE Name = '{mark}' AND Site = 'changed'")["totalSize"])


def _create_two(client: Any, mark: str) -> Any:
    return [client.Account.create({"Name": mark, "ERP_Id__c": f"{mark}-{n}"})["id"] for n in range(2)]


def _first_page(client: Any, mark: str, made: Any) -> Any:
    return client.query("SELECT Id FROM Contact", headers={"Sforce-Query-Options": "batchSize=200"})


def _all_ok(result: Any, made: Any) -> bool:
    return all(row["success"] for row in result)


WORKS = (
    Work(
        "create",
        _nothing,
        lambda sf, mark, made: sf.Account.create({"Name": mark}),
        _count,
        1,
        False,
        lambda result, made: bool(result["id"]),
    ),
    Work(
        "get",
        _create,
        lambda sf, mark, made: sf.Account.get(made),
        _count,
        1,
        True,
        lambda result, made: result["Id"] == made,
    ),
    Work(
        "update", _create, lambda sf, mark, made: sf.Account.update(made, {"Site": "changed"}), _count_changed, 1, True
    ),
    Work(
        "upsert",
        _nothing,
        lambda sf, mark, made: sf.Account.upsert(f"ERP_Id__c/{mark}", {"Name": mark}),
        _count,
        1,
        True,
    ),
    Work("delete", _create, lambda sf, mark, made: sf.Account.delete(made), _count, 0, True),
    Work(
        "query",
        _create,
        lambda sf, mark, made: sf.query(f"SELECT Id FROM Account WHERE Name = '{mark}'"),
        _count,
        1,
        True,
        lambda result, made: [record["Id"] for record in result["records"]] == [made],
    ),
    Work(
        "query_more",
        _nothing,
        lambda sf, mark, made: sf.query_more(made["nextRecordsUrl"], True),
        lambda sf, mark, made: 0,
        0,
        True,
        lambda result, made: len(result["records"]) == 200,
        before=_first_page,
    ),
    Work(
        "describe",
        _nothing,
        lambda sf, mark, made: sf.Account.describe(),
        lambda sf, mark, made: 0,
        0,
        True,
        lambda result, made: result["name"] == "Account",
    ),
    Work(
        "create_many",
        _nothing,
        lambda sf, mark, made: sf.Account.create_many([{"Name": mark}, {"Name": mark}]),
        _count,
        2,
        False,
        _all_ok,
        collection=True,
    ),
    Work(
        "update_many",
        _create_two,
        lambda sf, mark, made: sf.Account.update_many([{"Id": each, "Site": "changed"} for each in made]),
        _count_changed,
        2,
        True,
        _all_ok,
        collection=True,
    ),
    Work(
        "upsert_many",
        _nothing,
        lambda sf, mark, made: sf.Account.upsert_many(
            "ERP_Id__c", [{"ERP_Id__c": f"{mark}-{n}", "Name": mark} for n in range(2)]
        ),
        _count,
        2,
        True,
        _all_ok,
        collection=True,
    ),
    Work(
        "delete_many",
        _create_two,
        lambda sf, mark, made: sf.Account.delete_many(made),
        _count,
        0,
        True,
        _all_ok,
        collection=True,
    ),
)


@dataclass(frozen=True)
class Trouble:
    """A fault under the name that it has in the matrix.

    `acted` says whether the org does the work though the caller isn't told; `passes` whether a repeat is worth while:
    an answer of another kind than an error isn't a failure that passes.
    """

    name: str
    fault: Fault
    passes: bool = True

    @property
    def timeout(self) -> float:
        """How long a client is to wait for its answers."""
        return TIMEOUT if self.fault.does is Does.HOLD else PATIENT

    @property
    def acted(self) -> bool:
        return self.fault.acted or self.fault.does in (Does.TRUNCATE, Does.CORRUPT)


def _answers(status: int, *headers: tuple[str, str]) -> Fault:
    return Fault(Does.ANSWER, status=status, headers=headers)


def soon() -> str:
    """Return the date of fifteen seconds from now, as Retry-After has it."""
    return formatdate(time() + 15, usegmt=True)


TROUBLES = (
    Trouble("reset, not acted", Fault(Does.RESET)),
    Trouble("reset, acted", Fault(Does.RESET, acted=True)),
    Trouble("late, not acted", Fault(Does.HOLD), passes=False),
    Trouble("late, acted", Fault(Does.HOLD, acted=True), passes=False),
    Trouble("truncated", Fault(Does.TRUNCATE)),
    Trouble("429", _answers(429)),
    Trouble("429, Retry-After 7", _answers(429, ("Retry-After", "7"))),
    Trouble("502", _answers(502)),
    Trouble("502, acted", Fault(Does.ANSWER, acted=True, status=502)),
    Trouble("503", _answers(503)),
    Trouble("503, Retry-After 7", _answers(503, ("Retry-After", "7"))),
    Trouble("503, Retry-After date", _answers(503, ("Retry-After", "DATE"))),
    Trouble("504, acted", Fault(Does.ANSWER, acted=True, status=504)),
    Trouble("session expired", Fault(Does.EXPIRE)),
    Trouble("HTML, not acted", Fault(Does.HTML), passes=False),
    Trouble("HTML, acted", Fault(Does.HTML, acted=True), passes=False),
    Trouble("corrupt JSON", Fault(Does.CORRUPT), passes=False),
)


@dataclass
class Seen:
    """What one call through the proxy came to."""

    outcome: str
    error: BaseException | None
    result: Any
    effects: int
    seconds: float
    requests: int

    @property
    def hung(self) -> bool:
        return self.outcome == "hangs"


def observe(
    work: Work, trouble: Trouble, client: Any, truth: Any, proxy: FaultProxy, times: int = 1, hangs: float = HANGS
) -> tuple[Seen, Any]:
    """Make one call that meets a fault so many times; return what came of it and what it worked on."""
    mark = f"m{next(_numbers)}"
    made = work.prepare(truth, mark)
    given = work.before(truth, mark, made)
    fault = trouble.fault
    if ("Retry-After", "DATE") in fault.headers:
        fault = Fault(fault.does, fault.acted, fault.status, (("Retry-After", soon()),))
    proxy.meet(fault, times, path_has="/services/data/")
    done: list[tuple[str, BaseException | None, Any]] = []

    def call() -> None:
        try:
            done.append(("done", None, work.run(client, mark, given)))
        except Exception as error:
            done.append((type(error).__name__, error, None))

    thread = threading.Thread(target=call, daemon=True)
    start = perf_counter()
    thread.start()
    thread.join(hangs)
    seconds = perf_counter() - start
    outcome, error, result = done[0] if done else ("hangs", None, None)
    if done and fault.does is Does.HOLD:
        # What the client no longer waits for arrives all the same, and belongs to this call and not to the next.
        proxy.settle(HANGS)
    requests = proxy.received
    proxy.meet(None)
    thread.join()
    return Seen(outcome, error, result, work.effects(truth, mark, made), seconds, requests), made
