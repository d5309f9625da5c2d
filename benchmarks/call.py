"""What one call costs through the client, against the same call made with a bare `requests.Session`.

Both go to the same local org, in a process of its own, in one run: call for call in turn, so that whatever else the
machine does hits both alike. The ratio of the medians is the claim.

    python benchmarks/call.py [--calls 2000] [--json]
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import subprocess
import sys
from collections.abc import Callable
from time import perf_counter

import requests
from measuring import versions
from sfgen_runtime import Salesforce

# What the README claims.
LIMIT = 1.15
_SERVER = """
import sys
from sfgen_local_org import demo
from sfgen_local_org.server import LocalOrg
described = demo.describes()
with LocalOrg([described[name] for name in ("Account", "Contact", "User", "Organization")]) as server:
    print(server.url, server.session_id, flush=True)
    sys.stdin.read()
"""


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and return 1 where the claim doesn't hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=2_000, help="pairs of calls of each kind")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(arguments)
    with subprocess.Popen(
        [sys.executable, "-c", _SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        url, token = server.stdout.readline().split()
        figures = measure(url, token, given.calls)
        # At the end of its input the server ends.
        server.communicate()
    if given.json:
        print(json.dumps(figures, indent=2))
    else:
        print(versions("requests", "urllib3"))
        for kind, (bare, ours, ratio) in figures.items():
            print(f"{kind:5} bare requests {bare * 1e3:.3f} ms, through the client {ours * 1e3:.3f} ms: {ratio:.3f}")
    return int(any(ratio > LIMIT for _, _, ratio in figures.values()))


def measure(url: str, token: str, calls: int) -> dict[str, tuple[float, float, float]]:
    """Return the median seconds of a bare call and of ours, and their ratio, for each kind of call."""
    sf = Salesforce(session_id=token, instance_url=url, version="62.0")
    bare = requests.Session()
    bare.headers.update({"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
    objects = f"{url}/services/data/v62.0/sobjects/Contact"
    contact = sf.Contact.create({"LastName": "Smith", "FirstName": "Jo", "Email": "jo@example.com"}).id

    def bare_get() -> object:
        answer = bare.get(f"{objects}/{contact}", timeout=(10.0, 130.0))
        answer.raise_for_status()
        return answer.json()

    def bare_post() -> object:
        answer = bare.post(objects, json={"LastName": "Smith"}, timeout=(10.0, 130.0))
        answer.raise_for_status()
        return answer.json()

    return {
        "GET": _compare(bare_get, lambda: sf.Contact.get(contact), calls),
        "POST": _compare(bare_post, lambda: sf.Contact.create({"LastName": "Smith"}), calls),
    }


def _compare(bare: Callable[[], object], ours: Callable[[], object], calls: int) -> tuple[float, float, float]:
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(50):
        bare()
        ours()
    gc.collect()
    gc.disable()
    try:
        for number in range(calls):
            # Each goes first as often as the other.
            for which in ((0, 1), (1, 0))[number % 2]:
                start = perf_counter()
                (bare, ours)[which]()
                seconds[which].append(perf_counter() - start)
    finally:
        gc.enable()
    medians = statistics.median(seconds[0]), statistics.median(seconds[1])
    return (*medians, medians[1] / medians[0])


if __name__ == "__main__":
    sys.exit(main())
