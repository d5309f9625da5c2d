"""Mistakes are errors, correct uses are silent, and types are what we say, under mypy --strict and under pyright.

In `uses/`, a line that must be an error ends with ``# E: mypy-code / pyright-rule``; a ``reveal_type`` line says what
both reveal. Every other line must be silent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from checkers import Finding, mypy, pyright

ROOT = Path(__file__).resolve().parents[2]
USES = sorted((Path(__file__).parent / "uses").glob("*.py"))
EXAMPLE = ROOT / "generated_example"
_EXPECTED = re.compile(r"# E: (?P<mypy>[\w-]+) / (?P<pyright>\w+)$")
_REVEALED = re.compile(r"^\s*reveal_type\(.*\)  # (?P<type>.+)$")


@pytest.fixture(scope="session")
def findings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Finding]]:
    return {
        "mypy": mypy(USES, [EXAMPLE], tmp_path_factory.mktemp("mypy_cache")),
        "pyright": pyright(USES, [EXAMPLE], tmp_path_factory.mktemp("pyright")),
    }


def lines(pattern: re.Pattern[str]) -> Iterator[tuple[Path, int, re.Match[str]]]:
    for path in USES:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if found := pattern.search(line):
                yield path, number, found


@pytest.mark.slow
@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_each_mistake_is_the_error_it_should_be(findings: dict[str, list[Finding]], checker: str) -> None:
    missed = []
    for path, number, found in lines(_EXPECTED):
        codes = {item.code for item in findings[checker] if (item.file, item.line) == (path.name, number)}
        if found[checker] not in codes:
            missed.append(f"{path.name}:{number}: expected {found[checker]}, found {codes or 'nothing'}")
    assert not missed, "\n".join(missed)


@pytest.mark.slow
@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_nothing_else_is_an_error(findings: dict[str, list[Finding]], checker: str) -> None:
    expected = {(path.name, number) for path, number, _ in lines(_EXPECTED)}
    expected |= {(path.name, number) for path, number, _ in lines(_REVEALED)}
    assert [item for item in findings[checker] if (item.file, item.line) not in expected] == []


@pytest.mark.slow
@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_types_are_revealed_as_said(findings: dict[str, list[Finding]], checker: str) -> None:
    wrong = []
    for path, number, found in lines(_REVEALED):
        revealed = [item.text for item in findings[checker] if (item.file, item.line) == (path.name, number)]
        shown = _plain(revealed[0]) if revealed else "nothing"
        if shown != found["type"]:
            wrong.append(f"{path.name}:{number}: {shown}, not {found['type']}")
    assert not wrong, "\n".join(wrong)


def _plain(text: str) -> str:
    """Return the revealed type without the modules that mypy writes before names, and without pyright's quoting."""
    shown = re.search(r'(?:Revealed type is|Type of ".*" is) "(.*)"$', text, re.DOTALL)
    assert shown, text
    plain = re.sub(r"\b(?:[a-z_]\w*\.)+(?=\w)", "", shown[1]).replace("'", '"')
    return plain.replace("] | Literal[", ", ")


def test_there_are_mistakes_and_correct_uses_enough() -> None:
    mistakes = list(lines(_EXPECTED))
    assert len(mistakes) >= 60
    assert len(list(lines(re.compile(r"  # ok$")))) >= 60
    assert len(list(lines(_REVEALED))) >= 20
