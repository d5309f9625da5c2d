"""Every trap of tests/traps: the output is the golden one, imports, answers, and holds under both type checkers."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sfgen.write import check
from traps import Trap, traps

ALL = traps()
EXERCISE = Path(__file__).with_name("exercise.py")

# What describe may list in any order. The order of picklist values and lookup targets is the org's own.
_UNORDERED = ("fields", "childRelationships", "recordTypeInfos")

each_trap = pytest.mark.parametrize("trap", ALL, ids=lambda trap: trap.folder.name)


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the packages of all traps."""
    folder = tmp_path_factory.mktemp("traps")
    for trap in ALL:
        trap.write(folder / trap.package_name)
    return folder


@each_trap
def test_the_output_is_the_expected_one(trap: Trap) -> None:
    package, golden = trap.build(), trap.golden()
    differs = [name for name in {*package.files, *golden} if package.files.get(name) != golden.get(name)]
    assert differs == [], "look at the difference, then run: python tests/generator/traps.py"
    assert [str(problem) for problem in package.problems] == trap.expected_problems()


@each_trap
def test_the_same_bytes_from_input_in_another_order(trap: Trap) -> None:
    describes = [_reversed(describe) for describe in reversed(trap.describes())]
    again = trap.build(describes)
    # Of a field that is listed twice the first counts, so that trap alone depends on the order.
    twice = {problem.object for problem in again.problems if "twice" in problem.message}
    stems = {name.lower() for name in twice}
    files = {name: text for name, text in trap.build().files.items() if Path(name).stem not in stems}
    assert {name: text for name, text in again.files.items() if Path(name).stem not in stems} == files


def _reversed(describe: dict[str, Any]) -> dict[str, Any]:
    turned = dict(reversed(describe.items()))
    for key in _UNORDERED:
        if isinstance(turned.get(key), list):
            turned[key] = turned[key][::-1]
    return turned


@each_trap
def test_the_writer_takes_every_file_name(trap: Trap, tmp_path: Path) -> None:
    files = trap.build().files
    # Names that leave the folder, that are too long, or that are one file on Windows raise.
    missing = check(tmp_path / "package", files)
    assert {finding.path for finding in missing} >= files.keys()
    allowed = re.compile(r"((_tables|picklists)/)?([a-z_][a-z0-9_]*\.py|py\.typed|sfgen\.lock)")
    assert all(allowed.fullmatch(name) for name in files)


def test_every_attribute_answers_and_a_record_can_be_made(packages: Path) -> None:
    done = subprocess.run(
        [sys.executable, EXERCISE, packages, *(trap.package_name for trap in ALL)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = re.fullmatch(r"(\d+) models, (\d+) attributes", done.stdout.strip())
    assert found
    assert int(found[1]) == sum(len(list((trap.expected / "_tables").glob("*.py"))) - 1 for trap in ALL)
    assert int(found[2]) > 1000


@pytest.mark.slow
def test_mypy_strict_finds_nothing(packages: Path) -> None:
    chosen = [part for trap in ALL for part in ("-p", trap.package_name)]
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", os.devnull, *chosen]
    done = subprocess.run(command, cwd=packages, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    checked = re.search(r"no issues found in (\d+) source files", done.stdout)
    assert checked
    assert int(checked[1]) == len(list(packages.rglob("*.py")))


@pytest.mark.slow
def test_pyright_finds_nothing(packages: Path) -> None:
    (packages / "pyrightconfig.json").write_text('{"pythonVersion": "3.11", "typeCheckingMode": "standard"}')
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--outputjson"]
    done = subprocess.run(command, cwd=packages, capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    assert report["generalDiagnostics"] == []
    assert report["summary"]["filesAnalyzed"] == len(list(packages.rglob("*.py")))
