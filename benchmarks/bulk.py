"""Bulk 2.0, up and down: this project's client against simple-salesforce's bulk2, on the same rows, server and run.

    python benchmarks/bulk.py                      # 100,000 rows: rates and their ratio
    python benchmarks/bulk.py --memory             # and the peak memory of 100,000 and 1,000,000 rows

Each measurement is a process of its own: a client, which loads the rows from an iterator (simple-salesforce: from the
list that it takes) and then reads all of them back as records (simple-salesforce: as the dicts of csv.DictReader). The
server is another process, fresh for each client. "hurried" is simple-salesforce told not to wait five seconds before
it first asks whether a job is done, as it does if one doesn't say otherwise. Exit code 1: the goal was missed.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import measuring

ROOT = Path(__file__).resolve().parents[1]
CLIENTS = ("theirs", "hurried", "ours")
RATIO = 1.5
GROWTH = 1.2


def rows(count: int) -> Iterator[dict[str, Any]]:
    """Yield the rows that are loaded: five columns, some with quotes and line breaks."""
    for number in range(count):
        yield {
            "LastName": f"Smith {number}",
            "FirstName": "Jo",
            "Email": f"jo{number}@example.com",
            "Title": 'Head of "Things", Europe' if number % 10 else None,
            "Description": "one line" if number % 50 else "two\nlines",
        }


# ---- the processes that are measured ---------------------------------------------------------------------------------


def serve() -> None:
    """Serve an org without records; say where, and stop when the standard input ends."""
    from sfgen_local_org import demo
    from sfgen_local_org.org import Org
    from sfgen_local_org.server import LocalOrg

    with LocalOrg(Org(demo.describes().values())) as server:
        print(json.dumps({"instance_url": server.url, "session_id": server.session_id}), flush=True)
        sys.stdin.read()


def ours(login: dict[str, str], count: int) -> dict[str, float]:
    """Load and read back with this project's typed client."""
    sys.path.insert(0, str(ROOT / "generated_example"))
    from acme_org import Contact, Salesforce

    sf = Salesforce(**login)
    start = time.perf_counter()
    result = sf.Contact.bulk.insert(rows(count), progress=False)
    up = time.perf_counter() - start
    start = time.perf_counter()
    accounted = sum(1 for row in result if row.success)
    joined = time.perf_counter() - start
    columns = (Contact.LastName, Contact.FirstName, Contact.Email, Contact.Title, Contact.Description)
    start = time.perf_counter()
    down = sum(1 for _ in sf.Contact.select(*columns).bulk().options(progress=False))
    read = time.perf_counter() - start
    return {"up": up, "results": joined, "down": read, "accounted": accounted, "read": down}


def theirs(login: dict[str, str], count: int, **wait: Any) -> dict[str, float]:
    """Load and read back with simple-salesforce, as its documentation shows; it waits five seconds for each job."""
    from simple_salesforce.bulk2 import SFBulk2Handler

    # Its client forces https; its handler takes the URL as it is.
    bulk = SFBulk2Handler(login["session_id"], f"{login['instance_url']}/services/data/v59.0/jobs/")
    records = [{name: "" if value is None else value for name, value in row.items()} for row in rows(count)]
    start = time.perf_counter()
    jobs = bulk.Contact.insert(records=records, **wait)
    up = time.perf_counter() - start
    start = time.perf_counter()
    accounted = 0
    for job in jobs:
        text = bulk.Contact.get_successful_records(job["job_id"])
        accounted += sum(1 for _ in csv.DictReader(io.StringIO(text, newline="")))
    joined = time.perf_counter() - start
    soql = "SELECT LastName, FirstName, Email, Title, Description FROM Contact"
    start = time.perf_counter()
    down = 0
    for page in bulk.Contact.query(soql, **wait):
        down += sum(1 for _ in csv.DictReader(io.StringIO(page, newline="")))
    read = time.perf_counter() - start
    return {"up": up, "results": joined, "down": read, "accounted": accounted, "read": down}


# ---- measuring -------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Run a server and yield the login as JSON."""
    process = subprocess.Popen(
        [sys.executable, __file__, "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.stdin.close()
        process.wait()


def measure(client: str, count: int) -> dict[str, float]:
    """Return the seconds and the peak memory, in bytes, that a client takes for so many rows."""
    with server() as login, tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--client", client, "--rows", str(count)]
        done = measuring.run(command, cwd=Path(folder), env={**os.environ, "SF_LOGIN": login})
    found: dict[str, float] = json.loads(done.output)
    if (found["accounted"], found["read"]) != (count, count):
        raise SystemExit(f"{client} lost rows: {found}")
    return {**found, "memory": done.memory}


def rate(found: dict[str, float], count: int) -> float:
    """Return rows a second, up with their results and down."""
    return count / (found["up"] + found["results"] + found["down"])


def main() -> int:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--memory", action="store_true", help="measure peak memory at --rows and ten times that")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--client", choices=CLIENTS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve()
        return 0
    if options.client:
        login = json.loads(os.environ["SF_LOGIN"])
        clients = {"ours": ours, "theirs": theirs, "hurried": partial(theirs, wait=0.1)}
        print(json.dumps(clients[options.client](login, options.rows)))
        return 0
    found = {name: measure(name, options.rows) for name in CLIENTS}
    own = rate(found["ours"], options.rows)
    ratio, hurried = (own / rate(found[name], options.rows) for name in ("theirs", "hurried"))
    figures: dict[str, Any] = {"rows": options.rows, "ratio": ratio, "hurried ratio": hurried, **found}
    met = ratio >= RATIO
    if options.memory:
        figures["ten times"] = measure("ours", 10 * options.rows)
        figures["growth"] = figures["ten times"]["memory"] / found["ours"]["memory"]
        met = met and figures["growth"] <= GROWTH
    if options.json:
        print(json.dumps(figures))
        return 0 if met else 1
    print(measuring.versions("simple-salesforce", "requests", "pydantic"))
    print(f"{options.rows:,} rows up, their results joined, and down again; seconds and peak memory of the client")
    for name, one in (*found.items(), *((("ten times", figures["ten times"]),) if options.memory else ())):
        parts = ", ".join(f"{part} {one[part]:.1f} s" for part in ("up", "results", "down"))
        print(f"  {name:9}  {parts}, {one['memory'] / 1e6:.0f} MB")
    print(
        f"rate: {ratio:.2f} times simple-salesforce's (goal: at least {RATIO}), {hurried:.2f} times the hurried one's"
    )
    if options.memory:
        print(f"peak memory of ten times the rows: {figures['growth']:.2f} times (goal: at most {GROWTH})")
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
