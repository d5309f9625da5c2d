"""`make demo` without the virtual environment, and the example that it shows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sfgen.__main__ import main

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.slow
def test_the_demo_runs_to_its_end() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "demo.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Success: no issues found" in done.stdout
    assert "Found 2 errors in 1 file" in done.stdout
    assert "Look at next:" in done.stdout


def test_the_committed_example_is_what_is_generated(capsys: pytest.CaptureFixture[str]) -> None:
    """`make example` brings it up to date."""
    arguments = ["--org", "demo", "--package", "acme_org", "--out", str(ROOT / "generated_example")]
    assert main(["generate", *arguments, "--check"]) == 0, capsys.readouterr().out
