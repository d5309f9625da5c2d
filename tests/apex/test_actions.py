"""Invocable actions and flows: fetched with the describes, kept in the snapshot, typed, and called over the wire."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from sfgen.__main__ import main
from sfgen.apex.actions import action_methods
from sfgen.apex.generate import build_apex
from sfgen.snapshot import read_snapshot
from sfgen_local_org import demo
from sfgen_local_org.http.actions import ActionParameter
from sfgen_local_org.server import LocalOrg
from sfgen_runtime import SalesforceResourceNotFound

USES = """
from actions_org import Salesforce
from actions_org.apex.actions import RateOutput

def uses(sf: Salesforce) -> None:
    for result in sf.apex.actions.Rate([{"stars": 3, "tags": ["x"]}]):
        values: RateOutput | None = result.values
        rating: str | None = values.get("rating") if values else None
        print(rating, result.success, result.errors[0].code)
    sf.apex.actions.Rate([{"tags": ["x"]}])  # wrong
    sf.apex.actions.Rate([{"stars": "3"}])  # wrong
    sf.apex.actions.Rates([])  # wrong
"""


@pytest.fixture
def server() -> Iterator[LocalOrg]:
    with LocalOrg([demo.describes()["User"]]) as server:
        inputs = [
            ActionParameter("stars", "NUMBER", required=True, description='How many """stars"""'),
            ActionParameter("tags", max_occurs=5),
            ActionParameter("on", "DATE"),
        ]
        outputs = [ActionParameter("rating"), ActionParameter("echo", max_occurs=9)]

        def rate(values: Mapping[str, Any], org: object) -> dict[str, Any]:
            if values["stars"] > 5:
                raise ValueError("too many")
            return {"rating": "*" * int(values["stars"]), "echo": [str(values.get("on"))]}

        server.action("Rate", inputs=inputs, outputs=outputs, label="Rate it")(rate)
        server.action("Rate", "flow", inputs=inputs[:1], outputs=outputs[:1])(rate)
        server.action("Hidden", "flow")(rate)
        server.action("client")(lambda values, org: {})
        yield server


@pytest.fixture
def package(server: LocalOrg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SF_TOKEN", server.session_id)
    config = f"""package = "actions_org"
[orgs.local]
instance_url = "{server.url}"
access_token_env = "SF_TOKEN"
[apex]
actions = ["apex.*", "flow.R*"]
"""
    (tmp_path / "sfgen.toml").write_text(config, encoding="utf-8")
    assert main(["generate", "--org", "local"]) == 0
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for module in [module for module in sys.modules if module.partition(".")[0] == "actions_org"]:
        del sys.modules[module]


def test_actions_are_called_with_many_inputs(server: LocalOrg, package: Path) -> None:
    sf = import_module("actions_org").Salesforce(instance_url=server.url, session_id=server.session_id)
    first, second = sf.apex.actions.Rate([{"stars": 3, "on": date(2024, 2, 29)}, {"stars": Decimal(1)}])
    assert (first.success, first.values, first.errors) == (True, {"rating": "***", "echo": ["2024-02-29"]}, ())
    assert second.values == {"rating": "*", "echo": ["None"]}
    (flow,) = sf.apex.actions.Rate_flow([{"stars": 2}])
    assert flow.values["rating"] == "**"
    assert not hasattr(sf.apex.actions, "Hidden")
    assert [result.success for result in sf.apex.actions.client_apex([{}, {}])] == [True, True]
    assert sf.apex.actions.Rate([]) == []
    # What can be read once only is sent and counted all the same.
    assert [result.success for result in sf.apex.actions.Rate({"stars": stars} for stars in (1, 2))] == [True, True]
    with pytest.raises(TypeError, match="Rate takes many inputs and not one"):
        sf.apex.actions.Rate({"stars": 3})


def test_an_input_that_fails_doesnt_hide_the_others(server: LocalOrg, package: Path) -> None:
    sf = import_module("actions_org").Salesforce(instance_url=server.url, session_id=server.session_id)
    good, bad = sf.apex.actions.Rate([{"stars": 1}, {}])
    assert good.success
    assert (bad.success, bad.values) == (False, None)
    assert [error.code for error in bad.errors] == ["REQUIRED_FIELD_MISSING"]
    with pytest.raises(SalesforceResourceNotFound):
        sf.apex.actions._invoke("apex", "Gone", [{}], None, None)


def test_the_snapshot_keeps_them_and_gives_the_same_package(package: Path) -> None:
    assert list(read_snapshot(package / "sfgen_snapshot").actions) == ["apex.Rate", "apex.client", "flow.Rate"]
    assert main(["generate", "--from-snapshot", "sfgen_snapshot", "--check"]) == 0


@pytest.mark.slow
def test_type_checkers_know_inputs_and_outputs(package: Path) -> None:
    (package / "uses.py").write_text(USES, encoding="utf-8")
    wrong = {number for number, line in enumerate(USES.splitlines(), 1) if line.endswith("# wrong")}
    for checker in (["mypy", "--strict", "--config-file", ""], ["pyright", "--pythonpath", sys.executable]):
        command = [sys.executable, "-m", *checker, "uses.py", "actions_org"]
        told = subprocess.run(command, cwd=package, capture_output=True, text=True).stdout.splitlines()
        errors = [line.strip() for line in told if "error:" in line.replace("- error", " error:")]
        at = {int(line.partition("uses.py:")[2].partition(":")[0]) for line in errors if "uses.py:" in line}
        assert at == wrong, told
        assert all("uses.py:" in line for line in errors), told


def test_hostile_names_and_text_of_actions_stay_text() -> None:
    text = '"""\nimport os\n\u202e'
    parameter = {"name": text, "type": text, "description": text, "required": True, "maxOccurs": text}
    described = {"label": text, "description": text, "inputs": [parameter, parameter, 5], "outputs": [parameter]}
    actions = {"apex.Rate": described, f"apex.{text}": described, "flow.class": described, "os.system": described}
    assert [method.method for method in action_methods(actions)] == ["Rate"]
    source = build_apex({}, actions)["apex/actions.py"]
    assert "\u202e" not in source
    assert "\nimport os" not in source
    compile(source, "actions.py", "exec")
