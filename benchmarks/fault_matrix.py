"""Which faults a client survives, and what it tells of the others: sfgen_runtime and simple-salesforce side by side.

Each kind of call meets each fault once, through the proxy of tests/faults before a local org; afterwards a client
without faults looks at what the org has. Prints the tables of docs/reliability.md.

    python benchmarks/fault_matrix.py [--client sfgen_runtime|simple-salesforce] [--check]

What the words mean:

* done: the call went through, and the org has what was asked for, once
* error: an exception of the library's own, and the org did nothing
* foreign: an exception of another library (requests, json), and the org did nothing
* unknown: an exception that says that the org may have done it
* SILENT: an exception that doesn't say so, though the org did it: who tries again does it twice
* WRONG: no exception, and the org doesn't have what was asked for, or the result is not the org's
* HANGS: no answer, no exception, until the test ended it
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from measuring import versions
from requests.adapters import HTTPAdapter
from sfgen_local_org import demo
from sfgen_local_org.server import LocalOrg
from sfgen_runtime import OutcomeUnknown, RetryPolicy, Salesforce, SalesforceConnectionError, SalesforceError

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "faults"))
from fault_cases import HANGS, TROUBLES, WORKS, Seen, Work, observe
from fault_proxy import FaultProxy, proxied

OBJECTS = ("Account", "Contact", "User", "Organization")
_READS = frozenset({"get", "query", "query_more", "describe"})
# After how many seconds a call counts as hanging. Each call of a client that hangs costs as many; one that must not is
# given as long as a busy machine may take.
_HANGS = {"sfgen_runtime": HANGS, "simple-salesforce": 3.0}
_BAD = ("SILENT", "WRONG", "HANGS")


class ToProxy(HTTPAdapter):
    """Takes simple-salesforce, which speaks https only, to the proxy; it has no timeout to be changed."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send to the proxy what was meant for a host of Salesforce."""
        parts = urlsplit(str(request.url))
        request.url = self.url + parts.path + (f"?{parts.query}" if parts.query else "")
        return super().send(request, *args, **kwargs)


def main(arguments: list[str] | None = None) -> int:
    """Run the matrices and print them; with --check return 1 if sfgen_runtime leaves anything in silence."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--client", choices=sorted(_CLIENTS), action="append", help="only this one")
    parser.add_argument("--check", action="store_true", help="fail if a fault goes unnoticed by sfgen_runtime")
    given = parser.parse_args(arguments)
    described = demo.describes()
    bad = 0
    with LocalOrg([described[name] for name in OBJECTS]) as server:
        app = {"consumer_key": server.consumer_key, "consumer_secret": server.consumer_secret}
        truth = Salesforce(**app, instance_url=server.url)
        truth.Contact.create_many([{"LastName": f"n{number}"} for number in range(450)])
        with proxied(server.url, server.expire_sessions) as proxy:
            for name in given.client or ["sfgen_runtime", "simple-salesforce"]:
                client, has_collections, saying = _CLIENTS[name](proxy, app)
                works = [work for work in WORKS if has_collections or not work.collection]
                rows: dict[str, list[str]] = {}
                for trouble in TROUBLES:
                    if name == "sfgen_runtime":
                        client._transport.timeout = trouble.timeout
                    seen = [observe(work, trouble, client, truth, proxy, hangs=_HANGS[name]) for work in works]
                    rows[trouble.name] = [_verdict(work, *each, saying) for work, each in zip(works, seen, strict=True)]
                print(_table(name, works, rows))
                counts = Counter(cell for row in rows.values() for cell in row)
                bad += sum(counts[word] for word in _BAD) if name == "sfgen_runtime" else 0
    return int(given.check and bad > 0)


def _ours(proxy: FaultProxy, app: dict[str, str]) -> tuple[Any, bool, Callable[[BaseException], bool]]:
    # Here every call fails, which is what a client's budget of repeats is against.
    policy = RetryPolicy(sleep=lambda seconds: None, budget=10_000)
    client = Salesforce(**app, instance_url=proxy.url, retries=policy)
    return client, True, lambda error: isinstance(error, OutcomeUnknown) or _may_be_repeated(error)


def _may_be_repeated(error: BaseException) -> bool:
    """Tell whether an error of a call that isn't doubled by being repeated says that the org may have done it."""
    return isinstance(error, SalesforceConnectionError) and error.was_sent


def _theirs(proxy: FaultProxy, app: dict[str, str]) -> tuple[Any, bool, Callable[[BaseException], bool]]:
    import simple_salesforce

    session = requests.Session()
    session.mount("https://", ToProxy(proxy.url))
    return simple_salesforce.Salesforce(**app, domain="acme.my", session=session), False, lambda error: False


_CLIENTS = {"sfgen_runtime": _ours, "simple-salesforce": _theirs}


def _verdict(work: Work, seen: Seen, made: Any, says_unknown: Callable[[BaseException], bool]) -> str:
    if seen.hung:
        return "HANGS"
    acted = seen.effects == work.wanted and work.name not in _READS
    if seen.error is None:
        right = seen.effects == work.wanted and work.result(seen.result, made)
        return "done" if right else "WRONG"
    if says_unknown(seen.error) and work.name not in _READS:
        return "unknown"
    if acted and not work.twice_is_once:
        return "SILENT"
    ours = isinstance(seen.error, SalesforceError) or type(seen.error).__module__.startswith("simple_salesforce")
    return "error" if ours else "foreign"


def _table(name: str, works: list[Work], rows: dict[str, list[str]]) -> str:
    distribution = {"sfgen_runtime": "sfgen"}.get(name, name)
    head = ["fault, once", *(work.name for work in works)]
    lines = [f"### {name} ({versions(distribution, 'requests')})", ""]
    lines += [f"| {' | '.join(head)} |", f"| {' | '.join('---' for _ in head)} |"]
    lines += [f"| {trouble} | {' | '.join(cells)} |" for trouble, cells in rows.items()]
    counts = Counter(cell for row in rows.values() for cell in row)
    told = ", ".join(f"{word} {count}" for word, count in counts.most_common())
    return "\n".join([*lines, "", f"{sum(counts.values())} calls: {told}.", ""])


if __name__ == "__main__":
    sys.exit(main())
