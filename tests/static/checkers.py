"""Runs mypy and pyright over files and says what each reports on which line."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

_MYPY_LINE = re.compile(
    r"(?P<file>[^:]+):(?P<line>\d+): (?P<level>error|note): (?P<text>.*?)(?:  \[(?P<code>[\w-]+)\])?$"
)


class Finding(NamedTuple):
    """What a type checker says of a line. `code` is mypy's error code or pyright's rule; empty for reveal_type."""

    file: str
    line: int
    code: str
    text: str


def mypy(paths: Iterable[Path], search: Iterable[Path], cache: Path) -> list[Finding]:
    """Return mypy --strict's errors and revealed types."""
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", os.devnull, "--cache-dir", str(cache)]
    done = subprocess.run(
        [*command, "--hide-error-context", "--no-pretty", *map(str, paths)],
        capture_output=True,
        text=True,
        env=os.environ | {"MYPYPATH": os.pathsep.join(map(str, search))},
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    findings = []
    for line in done.stdout.splitlines():
        found = _MYPY_LINE.match(line)
        if found and (found["level"] == "error" or found["text"].startswith("Revealed type")):
            name = Path(found["file"]).name
            findings.append(Finding(name, int(found["line"]), found["code"] or "", found["text"]))
    return findings


def pyright(paths: Iterable[Path], search: Iterable[Path], project: Path) -> list[Finding]:
    """Return pyright's errors and revealed types, with its standard settings, of copies of the files in `project`."""
    for path in paths:
        shutil.copy(path, project)
    # Of its own, since pyright would otherwise find the settings of this checkout.
    config = {"extraPaths": [str(path) for path in search], "pythonVersion": "3.11", "typeCheckingMode": "standard"}
    (project / "pyrightconfig.json").write_text(json.dumps(config))
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert report["summary"]["filesAnalyzed"], report
    return [
        Finding(Path(item["file"]).name, item["range"]["start"]["line"] + 1, item.get("rule", ""), item["message"])
        for item in report["generalDiagnostics"]
        if item["severity"] == "error" or item["message"].startswith("Type of")
    ]
