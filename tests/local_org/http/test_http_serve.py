"""`serve` as a command would call it: in a process of its own, stopped by a signal."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest
import requests

PROGRAM = """
from sfgen_local_org.demo import describes
from sfgen_local_org.server import serve

serve(describes().values(), lambda server: print(server.url, server.session_id, flush=True))
print("stopped", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serves_until_a_signal(number: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            url, session = process.stdout.readline().decode().split()
            headers = {"Authorization": f"Bearer {session}"}
            # The connection stays open while the server stops.
            with requests.Session() as client:
                assert client.get(f"{url}/services/data/v62.0/limits", headers=headers).ok
                process.send_signal(number)
                out, error = process.communicate(timeout=120)
        finally:
            process.kill()
    assert (process.returncode, out, error) == (0, b"stopped\n", b"")
