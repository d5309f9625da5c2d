"""`make demo`, all but the virtual environment."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.slow
def test_the_demo_runs_to_its_end(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "scripts" / "demo.py")]
    # A cache of its own: other tests run mypy at the same time.
    environ = os.environ | {"MYPY_CACHE_DIR": str(tmp_path)}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Success: no issues found" in done.stdout
    assert "Found 2 errors in 1 file" in done.stdout
    assert "Look at next:" in done.stdout
