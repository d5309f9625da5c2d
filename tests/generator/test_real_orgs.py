"""Packages of real orgs import, hold under both type checkers, and come out the same whatever the order of input."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DESCRIBES = ROOT.parent / "shared" / "real_describes"
ORGS = ["care_home_v65", "dreamhouse_v44", "nonprofit", "whole_org_712.tar.gz"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DESCRIBES.exists(), reason="the real orgs' describes are not beside this checkout"),
]

IMPORT_ALL = """
import importlib, sys
from {package}._index import MODELS
import {package} as package
for module, name in MODELS.values():
    model = getattr(importlib.import_module(f"{package}.{{module}}"), name)
    assert getattr(package, name) is model
    for attribute in (*model.__annotations__,):
        getattr(model, attribute)
print(len(MODELS))
"""


def sfgen(*arguments: str, hash_seed: str = "0") -> str:
    done = subprocess.run(
        [sys.executable, "-m", "sfgen", *arguments],
        env=os.environ | {"PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module", params=ORGS)
def org(request: pytest.FixtureRequest) -> Path:
    return DESCRIBES / str(request.param)


@pytest.fixture(scope="module")
def package(org: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out")
    sfgen("generate", "--from-snapshot", str(org), "--package", "real_org", "--out", str(out))
    return out / "real_org"


def test_every_object_imports_and_answers_for_its_fields(package: Path, org: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL.format(package="real_org")],
        cwd=package.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == number_of_describes(org)


def number_of_describes(org: Path) -> int:
    if org.is_dir():
        return len(list(org.glob("*.json")))
    with tarfile.open(org) as archive:
        return sum(name.endswith(".json") and not name.endswith("typeNames.json") for name in archive.getnames())


def test_mypy_strict_finds_nothing(package: Path) -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", os.devnull, "-p", "real_org"]
    done = subprocess.run(command, cwd=package.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]


def test_pyright_finds_nothing(package: Path) -> None:
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--outputjson", str(package)]
    done = subprocess.run(command, cwd=package.parent, capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    assert report["generalDiagnostics"] == []
    assert report["summary"]["filesAnalyzed"] >= len(list(package.rglob("*.py")))


def test_the_same_bytes_in_any_order(org: Path, package: Path, tmp_path: Path) -> None:
    shuffled = tmp_path / "shuffled"
    shuffled.mkdir()
    rename_at_random(org, shuffled)
    arguments = ("--package", "real_org", "--out", str(tmp_path / "again"))
    sfgen("generate", "--from-snapshot", str(shuffled), *arguments, hash_seed="4711")
    assert contents(tmp_path / "again" / "real_org") == contents(package)
    said = sfgen("generate", "--from-snapshot", str(org), "--package", "real_org", "--out", str(package.parent))
    assert "0 files written, 0 removed" in said


def rename_at_random(org: Path, folder: Path) -> None:
    """Copy the describes under other names, so that whatever lists files finds them in another order."""
    if org.is_dir():
        texts = [path.read_bytes() for path in org.glob("*.json")]
    else:
        with tarfile.open(org) as archive:
            members = [archive.extractfile(member) for member in archive.getmembers() if member.name.endswith(".json")]
            texts = [member.read() for member in members if member is not None]
    names = random.Random(7).sample(range(10**6), len(texts))
    for name, text in zip(names, texts, strict=True):
        (folder / f"{name}.json").write_bytes(text)


def contents(package: Path) -> dict[str, bytes]:
    return {
        path.relative_to(package).as_posix(): path.read_bytes()
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
