"""What type checkers say of generated Apex clients and of their use."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

USES = Path(__file__).parent / "documents" / "uses.py"
WRONG = {number for number, line in enumerate(USES.read_text().splitlines(), 1) if line.endswith("# wrong")}

pytestmark = pytest.mark.slow


def test_mypy_strict_finds_each_mistake_and_nothing_else(apex_package: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--config-file", "", str(USES), "apex_org"],
        cwd=apex_package,
        capture_output=True,
        text=True,
    )
    found = re.findall(r"^(.+?):(\d+): error", run.stdout, re.MULTILINE)
    assert {name for name, _ in found} == {str(USES)}, run.stdout + run.stderr
    assert {int(line) for _, line in found} == WRONG


def test_pyright_finds_each_mistake_and_nothing_else(apex_package: Path) -> None:
    (apex_package / "uses.py").write_text(USES.read_text())
    run = subprocess.run(
        [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, "uses.py", "apex_org"],
        cwd=apex_package,
        capture_output=True,
        text=True,
    )
    found = [item for item in json.loads(run.stdout)["generalDiagnostics"] if item["severity"] == "error"]
    assert {Path(item["file"]).name for item in found} == {"uses.py"}, found
    assert {item["range"]["start"]["line"] + 1 for item in found} == WRONG
