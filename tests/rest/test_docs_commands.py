"""The commands and configurations of the pages are those that there are."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import click
import pytest
from doc_pages import ROOT, text_of
from sfgen import cli
from sfgen.__main__ import main
from sfgen.config import load_config

if TYPE_CHECKING:
    from pathlib import Path

PAGES = ["README.md", *sorted(f"docs/{file.name}" for file in (ROOT / "docs").glob("*.md"))]
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^(?:\$ )?(?:\.venv/bin/)?(sfgen .*)$", re.MULTILINE)


def blocks(page: str, *languages: str) -> list[str]:
    return [text for language, text in _FENCE.findall(text_of(page)) if language in languages]


COMMANDS = sorted({line for page in PAGES for text in blocks(page, "console", "") for line in _COMMAND.findall(text)})
CONFIGURATIONS = [text for page in PAGES for text in blocks(page, "toml")]


@pytest.mark.parametrize("line", COMMANDS)
def test_commands_have_these_options(line: str) -> None:
    _, name, *arguments = shlex.split(line, comments=True)
    command = cli.sfgen.get_command(click.Context(cli.sfgen), name)
    assert command is not None
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    assert [one for one in arguments if one.startswith("-") and one not in known] == []


@pytest.mark.parametrize("text", CONFIGURATIONS)
def test_configurations_load(text: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    load_config(tmp_path)


def test_the_readme_shows_what_generate_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (shown,) = re.findall(r"^\$ .venv/bin/sfgen (generate .*)\n((?:.+\n)+)", text_of("README.md"), re.MULTILINE)
    monkeypatch.chdir(tmp_path)
    assert main(shlex.split(shown[0])) == 0
    told = "".join(capfd.readouterr())
    assert [line for line in shown[1].splitlines() if line not in told] == []
