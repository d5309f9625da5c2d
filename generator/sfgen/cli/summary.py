"""What the commands say at their end."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from sfgen.describe import Level, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence


def exit_code(problems: Sequence[Problem]) -> int:
    """Return 2 if something was left out, else 0: warnings are no failure."""
    return 2 if any(problem.level is Level.ERROR for problem in problems) else 0


def problems_as_json(problems: Sequence[Problem]) -> list[dict[str, str]]:
    """Return the problems as plain values for a machine."""
    return [asdict(problem) for problem in problems]


def count(number: int, thing: str) -> str:
    """Return a number of things: ``1 file``, ``2 files``."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def shown(path: Path) -> str:
    """Return a path as it is typed from the working directory."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
