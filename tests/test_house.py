"""The house rules that a machine can hold: who imports whom, and that the map shows the rooms that there are."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from sfgen.config import ApexConfig, Config, OrgConfig, load_config

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("generator/sfgen", "runtime/sfgen_runtime", "templates/sfgen_templates", "local_org/sfgen_local_org")
_IGNORED = {"build", "dist"}


def test_imports_follow_the_arrows() -> None:
    # A process of its own: import-linter sets up logging and the path anew, for the tests that come after it too.
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_map_shows_the_rooms_that_there_are() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    shown = {Path(place).parts[0] for place in re.findall(r"^\| `([\w/]+)/` \|", text, re.MULTILINE)}
    rooms = {
        place.name
        for place in ROOT.iterdir()
        if place.is_dir() and not place.name.startswith((".", "_")) and place.name not in _IGNORED
    }
    assert shown == rooms
    for package in PACKAGES:
        assert f"| `{package}/` |" in text
        assert (ROOT / package / "py.typed").is_file()


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/configuration.md"])
def test_pages_name_only_what_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / page).parent.joinpath(link).exists(), link
    for place in re.findall(r"`((?:generator|runtime|templates|local_org|tests|scripts|docs)/[\w./]*)`", text):
        assert (ROOT / place).exists(), place


def test_the_readme_shows_a_configuration_that_loads(tmp_path: Path) -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "pyproject.toml").write_text(block, encoding="utf-8")
    config = load_config(tmp_path)
    assert config.package == "acme_org"
    assert config.orgs["prod"].consumer_secret_env == "SF_CONSUMER_SECRET"


def test_every_configuration_key_is_explained() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    rows = "".join(line.split("|")[1] for line in text.splitlines() if line.startswith("| `"))
    assert set(re.findall(r"`(\w+)`", rows)) == (
        Config.model_fields.keys() | OrgConfig.model_fields.keys() | ApexConfig.model_fields.keys()
    )


def test_files_have_one_subject() -> None:
    long = [
        f"{file.relative_to(ROOT)}: {lines} lines"
        for package in PACKAGES
        for file in (ROOT / package).rglob("*.py")
        if (lines := len(file.read_text(encoding="utf-8").splitlines())) > 500
    ]
    assert long == []
