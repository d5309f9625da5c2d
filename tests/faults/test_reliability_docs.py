"""What docs/reliability.md and docs/errors.md show runs, and the matrix there is a run's."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sfgen_runtime
from sfgen_local_org import demo
from sfgen_local_org.server import LocalOrg
from sfgen_runtime import Salesforce

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)


@pytest.fixture
def server() -> Iterator[LocalOrg]:
    described = demo.describes()
    with LocalOrg([described[name] for name in ("Account", "Contact", "User", "Organization")]) as running:
        yield running


@pytest.fixture
def names(server: LocalOrg) -> dict[str, Any]:
    return {
        "sf": Salesforce(session_id=server.session_id, instance_url=server.url),
        "url": server.url,
        "token": server.session_id,
        "key": server.consumer_key,
        "secret": server.consumer_secret,
        **{name: getattr(sfgen_runtime, name) for name in sfgen_runtime.__all__},
    }


@pytest.mark.parametrize("page", ["reliability.md", "errors.md"])
def test_pages(page: str, names: dict[str, Any]) -> None:
    blocks = BLOCK.findall((ROOT / "docs" / page).read_text(encoding="utf-8"))
    assert blocks
    for block in blocks:
        if "telemetry" in block:
            pytest.importorskip("opentelemetry")
        exec(compile(block, page, "exec"), names)


@pytest.mark.slow
def test_the_matrix_is_what_a_run_prints() -> None:
    command = [sys.executable, str(ROOT / "benchmarks" / "fault_matrix.py"), "--client", "sfgen_runtime", "--check"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    rows = [line for line in run.stdout.splitlines() if line.startswith("|")]
    page = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    assert len(rows) > 15
    assert [row for row in rows if row not in page] == []
