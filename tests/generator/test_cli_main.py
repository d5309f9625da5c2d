"""The outer half of the command line: exit codes, errors, start-up, missing extras."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sfgen.__main__ import main


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def python(code: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True, check=False)


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("sfgen, version ")
    for command in ("generate", "snapshot", "serve", "init"):
        assert main([command, "--help"]) == 0
        assert "Example" in capsys.readouterr().out or command == "init"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["generte"], "No such command"),
        (["generate", "--nope"], "No such option"),
        (["generate"], "--from-snapshot DIR"),
        (["generate", "--org", "a", "--from-snapshot", "b"], "give one of them"),
        (["generate", "--org", "a", "--instance-url", "https://x.example"], "give one of them"),
        (["generate", "--from-snapshot", "none"], "--package NAME"),
        (["generate", "--from-snapshot", "none", "--package", "acme_org"], "none doesn't exist"),
        (["generate", "--from-snapshot", "none", "--package", "acme/org"], "no Python package name"),
        (["generate", "--org", "prod", "--package", "acme_org"], "known are: demo"),
        (["snapshot"], "Say which org"),
        (["serve", "--snapshot", "none"], "none doesn't exist"),
    ],
)
def test_errors_are_a_paragraph_on_stderr_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(arguments) == 2
    output = capsys.readouterr()
    assert said in output.err
    assert "Traceback" not in output.err
    assert output.out == ""


def test_problems_of_the_configuration_are_told_by_any_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sfgen.toml").write_text('pakage = "x"\n[orgs.prod]\npassword = "hunter2"\n', encoding="utf-8")
    assert main(["generate", "--org", "prod"]) == 2
    said = capsys.readouterr().err
    assert "did you mean 'package'" in said
    assert "password_env" in said
    assert "hunter2" not in said


def test_debug_shows_the_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "--from-snapshot", "none", "--package", "acme_org", "--debug"]) == 2
    assert "Traceback" in capsys.readouterr().err


def test_what_an_org_says_is_no_command_to_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.json").write_text('{"name": "A\\u001b[2J\\u202e", "fields": [], "label": 1}', encoding="utf-8")
    (tmp_path / "b.json").write_text('{"name": "A\\u001b[2J\\u202e", "fields": [], "label": 2}', encoding="utf-8")
    assert main(["generate", "--from-snapshot", ".", "--package", "acme_org"]) == 2
    said = capsys.readouterr().err
    assert "A\\x1b[2J\\u202e" in said
    assert "\x1b" not in said


@pytest.mark.parametrize(
    ("module", "arguments", "extra"),
    [
        ("click", ["generate"], "sfgen[cli]"),
        ("tomlkit", ["init"], "sfgen[cli]"),
        ("uvicorn", ["generate", "--org", "demo"], "sfgen[cli,local-org]"),
        ("starlette", ["serve"], "sfgen[cli,local-org]"),
    ],
)
def test_a_missing_extra_is_answered_with_the_line_that_installs_it(
    tmp_path: Path, module: str, arguments: list[str], extra: str
) -> None:
    code = f"import sys; sys.modules[{module!r}] = None; from sfgen.__main__ import main; sys.exit(main({arguments!r}))"
    done = python(code, tmp_path)
    assert done.returncode == 2
    assert done.stderr.strip().endswith(f"pip install '{extra}'")
    assert len(done.stderr.splitlines()) == 1


def test_a_bug_is_told_as_one(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(start: Path) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("sfgen.cli.generate.load_config", broken)
    assert main(["generate", "--org", "demo"]) == 2
    said = capsys.readouterr().err
    assert "Internal error: RuntimeError: boom" in said
    assert "--debug" in said


def test_interrupted(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(start: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sfgen.cli.generate.load_config", interrupt)
    assert main(["generate", "--org", "demo"]) == 130
    assert capsys.readouterr().err.strip() == "Interrupted."


def test_help_imports_nothing_that_takes_time(tmp_path: Path) -> None:
    code = (
        "import sys; from sfgen.__main__ import main; main(['generate', '--help']);"
        "heavy = {'requests', 'jinja2', 'rich', 'lark', 'starlette', 'uvicorn', 'sfgen_runtime.client'};"
        "print('LOADED', sorted(heavy & sys.modules.keys()))"
    )
    assert "LOADED []" in python(code, tmp_path).stdout
