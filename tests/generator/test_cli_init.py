from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from sfgen.__main__ import main
from sfgen.config import load_config


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_new_pyproject(tmp_path: Path) -> None:
    assert main(["init"]) == 0
    config = load_config(tmp_path)
    assert config.package == "acme_org"
    assert config.snapshot == tmp_path / "sfgen_snapshot"


def test_an_existing_pyproject_keeps_every_byte(tmp_path: Path) -> None:
    before = '# mine\n[project]\nname = "x"   # aligned\n\n[tool.ruff]\nline-length = 100\n'
    (tmp_path / "pyproject.toml").write_text(before, encoding="utf-8")
    assert main(["init", "--package", "my_org"]) == 0
    after = (tmp_path / "pyproject.toml").read_text(encoding="utf-8")
    assert after.startswith(before)
    assert load_config(tmp_path).package == "my_org"


def test_never_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init"]) == 0
    before = (tmp_path / "pyproject.toml").read_bytes()
    assert main(["init"]) == 2
    assert "has a [tool.sfgen] already" in capsys.readouterr().err
    assert (tmp_path / "pyproject.toml").read_bytes() == before


@pytest.mark.parametrize("text", ["tool = {x = 1}\n", "[broken\n"])
def test_what_cannot_be_added_to_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    assert main(["init"]) == 2
    assert "pyproject.toml" in capsys.readouterr().err
    assert (tmp_path / "pyproject.toml").read_text(encoding="utf-8") == text


def test_the_comments_are_examples_that_hold(tmp_path: Path) -> None:
    assert main(["init"]) == 0
    file = tmp_path / "pyproject.toml"
    text = file.read_text(encoding="utf-8")
    uncommented = "\n".join(
        line.removeprefix("# ") if " = " in line or line.startswith("# [") else line for line in text.splitlines()
    )
    assert len(tomllib.loads(uncommented)["tool"]["sfgen"]) > 5
    file.write_text(uncommented, encoding="utf-8")
    config = load_config(tmp_path)
    assert config.objects == ("Account", "Contact", "*__c")
    assert config.orgs["prod"].consumer_key_env == "SF_CONSUMER_KEY"
