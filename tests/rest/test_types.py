"""What type checkers see in composite requests, collections and searches: each mistake, and nothing else."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from doc_pages import mypy_cache

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "generated_example"
USES = Path(__file__).with_name("typed_uses.py")
pytestmark = pytest.mark.slow


def mistakes() -> set[int]:
    lines = USES.read_text(encoding="utf-8").split("\n")
    return {number for number, line in enumerate(lines, 1) if line.endswith("# E")}


def test_mypy(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--config-file=", str(USES)]
    command += ["--cache-dir", str(mypy_cache(tmp_path))]
    run = subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | {"MYPYPATH": str(EXAMPLE)}
    )
    found = re.findall(r"typed_uses\.py:(\d+): error", run.stdout)
    assert set(map(int, found)) == mistakes(), run.stdout + run.stderr


def test_pyright(tmp_path: Path) -> None:
    # Only files below the configuration are looked at.
    shutil.copy(USES, tmp_path)
    config = {"extraPaths": [str(EXAMPLE)], "typeCheckingMode": "standard"}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(config))
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, "-p", str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    found = [item for item in json.loads(run.stdout)["generalDiagnostics"] if item["severity"] == "error"]
    assert {item["range"]["start"]["line"] + 1 for item in found} == mistakes(), found
