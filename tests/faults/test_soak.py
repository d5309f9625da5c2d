"""Many threads share one client for a long time, while its session expires again and again."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from sfgen_runtime import CallEvent, Salesforce

THREADS, CALLS, EXPIRES_EVERY = 50, 20_000, 500

# In a process of its own: it ends all sessions each time that so many calls have gone through, and counts the logins.
SERVER = """
import json, sys
from collections import deque
from sfgen_local_org import demo
from sfgen_local_org.server import LocalOrg

class Ending(deque):
    served = logins = expiries = 0

    def append(self, request):
        if request.path == "/services/oauth2/token":
            self.logins += 1
        elif request.status < 300:
            self.served += 1
            if self.served % int(sys.argv[1]) == 0:
                self.expiries += 1
                server.expire_sessions()

described = demo.describes()
server = LocalOrg([described[name] for name in ("Account", "User", "Organization")])
server.requests = Ending()
with server:
    print(json.dumps([server.url, server.consumer_key, server.consumer_secret]), flush=True)
    sys.stdin.read()
    seen = server.requests
    print(json.dumps({"served": seen.served, "logins": seen.logins, "expiries": seen.expiries}), flush=True)
"""


@pytest.mark.slow
def test_fifty_threads_and_a_session_that_expires_every_500_calls() -> None:
    command = [sys.executable, "-c", SERVER, str(EXPIRES_EVERY)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        url, key, secret = json.loads(server.stdout.readline())
        told: list[CallEvent] = []
        sf = Salesforce(consumer_key=key, consumer_secret=secret, instance_url=url, retries=None, on_event=told.append)
        account = sf.Account.create({"Name": "Soak"}).id

        def call(number: int) -> str:
            # One in four is a write, and no two write the same.
            if number % 4:
                return str(sf.Account.get(account, params={"fields": "Id"})["Id"])
            return str(sf.Account.create({"Name": f"Soak {number}"}).id)

        with ThreadPoolExecutor(THREADS) as pool:
            ids = list(pool.map(call, range(1, CALLS - 1)))
        found = sf.query("SELECT COUNT() FROM Account WHERE Name LIKE 'Soak %'").totalSize
        seen, _ = server.communicate()
    counts = json.loads(seen)

    assert len(ids) == CALLS - 2
    writes = {made for made in ids if made != account}
    assert len(writes) == found == sum(number % 4 == 0 for number in range(1, CALLS - 1))
    # The create before and the query after are calls too; after the last expiry nobody called any more.
    assert counts == {"served": CALLS, "logins": CALLS // EXPIRES_EVERY, "expiries": CALLS // EXPIRES_EVERY}
    assert sum(event.kind == "session_renewed" for event in told) == CALLS // EXPIRES_EVERY - 1
    assert {event.kind for event in told} == {"answered", "session_renewed"}
