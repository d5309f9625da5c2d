"""Measuring a child process: its wall time and its peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple


class Run(NamedTuple):
    """What a child process took: wall time, processor time, and the peak resident set in bytes.

    Processor time tells two programs apart even where others keep the machine busy.
    """

    seconds: float
    processor: float
    memory: int
    output: str


class Failed(RuntimeError):
    """The child ended with another exit code than 0; the message is what it said."""


def run(command: Sequence[str], *, cwd: Path, env: Mapping[str, str] | None = None) -> Run:
    """Run a command to its end.

    Raises:
        Failed: the command failed.
    """
    log = cwd / "measured.log"
    with log.open("w+", encoding="utf-8") as output:
        start = time.perf_counter()
        child = subprocess.Popen(
            command, cwd=cwd, env={**os.environ, **(env or {})}, stdout=output, stderr=subprocess.STDOUT
        )
        # wait4 and not getrusage(RUSAGE_CHILDREN): that one keeps the largest of all children so far.
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        said = output.read()
    if child.returncode:
        raise Failed(f"{' '.join(command)} ended with {child.returncode}:\n{said[-2000:]}")
    # Linux counts kilobytes, macOS bytes.
    return Run(
        seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024), said
    )


def versions(*distributions: str) -> str:
    """Return one line that says which interpreter and libraries were measured."""
    from importlib.metadata import version

    return ", ".join([f"Python {sys.version.split()[0]}", *(f"{name} {version(name)}" for name in distributions)])
