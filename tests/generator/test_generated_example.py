"""generated_example/acme_org is what the demo org generates: a golden output that users read, and its app runs."""

from __future__ import annotations

import doctest
import importlib
import inspect
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest
from sfgen.describe import read_object
from sfgen.generate import Options, build_package
from sfgen_local_org import demo
from sfgen_local_org.org import Org
from sfgen_local_org.server import LocalOrg

EXAMPLE = Path(__file__).resolve().parents[2] / "generated_example"


def test_it_is_what_the_demo_org_generates() -> None:
    described = [read_object(describe)[0] for describe in demo.describes().values()]
    package = build_package(described, Options("acme_org", api_version=Org(demo.describes().values()).api_version))
    assert package.problems == ()
    folder = EXAMPLE / "acme_org"
    on_disk = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }
    stale = [name for name, text in package.files.items() if on_disk.get(name) != text]
    assert stale == [], "run: sfgen generate --org demo --package acme_org --out generated_example --no-snapshot"
    assert on_disk.keys() == package.files.keys()


def test_its_classes_are_documented_and_its_examples_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(EXAMPLE))
    import acme_org

    undocumented, examples = [], 0
    for found in pkgutil.walk_packages(acme_org.__path__, "acme_org."):
        module = importlib.import_module(found.name)
        classes = [kind for kind in vars(module).values() if inspect.isclass(kind) and kind.__module__ == found.name]
        public = [kind for kind in classes if not kind.__name__.startswith("_")]
        undocumented += [thing.__name__ for thing in (module, *public) if not vars(thing).get("__doc__")]
        result = doctest.testmod(module)
        assert result.failed == 0
        examples += result.attempted
    assert undocumented == []
    assert examples > 0


def test_its_app_runs_on_the_local_org() -> None:
    org = Org(demo.describes().values())
    org.seed(demo.records())
    with LocalOrg(org) as server:
        environ = os.environ | {"SF_INSTANCE_URL": server.url, "SF_ACCESS_TOKEN": server.session_id}
        done = subprocess.run(
            [sys.executable, EXAMPLE / "app.py"], env=environ, capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stderr
    assert "C-200001 Harbour & Sons Ltd: created" in done.stdout
    assert "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST" in done.stdout
    assert "  0 cases by fax are left" in done.stdout
    assert "FieldNotSelected: Account.Website was not selected" in done.stdout


@pytest.mark.slow
def test_mypy_finds_the_two_mistakes_and_nothing_in_the_app() -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", os.devnull]
    environ = os.environ | {"MYPYPATH": str(EXAMPLE)}

    def mypy(name: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, EXAMPLE / name], env=environ, cwd=EXAMPLE, capture_output=True, text=True, check=False
        )

    app, mistakes = mypy("app.py"), mypy("mistakes.py")
    assert app.returncode == 0, app.stdout
    assert 'Unexpected keyword argument "LstName" for "Contact"; did you mean "LastName"?' in mistakes.stdout
    assert "Found 2 errors" in mistakes.stdout
