"""What type checkers say of scripts that use the untyped client: correct uses are silent, wrong ones are not."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = """
from typing import Any, assert_type

import requests

from sfgen_runtime import QueryResult, Salesforce, SalesforceClient, SaveResult, SFType

sf = Salesforce(session_id="x", instance_url="https://acme.my.salesforce.com", version=62)
assert_type(sf.Contact, SFType)
assert_type(sf.Contact.create({"LastName": "Smith"}, timeout=5), SaveResult)
assert_type(sf.Contact.create({"LastName": "Smith"}).id, str)
assert_type(sf.Contact.get("003", timeout=5), dict[str, Any])
assert_type(sf.Contact.update("003", {}), int)
assert_type(sf.Contact.update("003", {}, raw_response=True), requests.Response)
assert_type(sf.Contact.upsert("Ext__c/1", {}, True), requests.Response)
assert_type(sf.Contact.delete("003", headers={"a": "b"}), int)
assert_type(sf.query("SELECT Id FROM Contact", timeout=(1, None)), QueryResult)
for record in sf.query_all_iter("SELECT Id FROM Contact"):
    assert_type(record, dict[str, Any])
sf.headers["Sforce-Auto-Assign"] = "FALSE"
sf.session_id = "y"
"""

MISTAKES = {
    'sf.Contact.creat({"LastName": "Smith"})': "attr-defined",
    "sf.Contact.update({})": "call-overload",
    'sf.query("SELECT Id FROM Contact", time_out=5)': "call-arg",
    'sf.Contact.get("003", timeout="5")': "arg-type",
    'Salesforce(session_id="x", instanceurl="y")': "call-arg",
    # The client that generated packages derive from has no objects but those they declare.
    'SalesforceClient(session_id="x", instance="y").Contct': "attr-defined",
}


@pytest.mark.slow
def test_what_mypy_says(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT + "\n".join(MISTAKES) + "\n", encoding="utf-8")
    options = ["--strict", "--no-error-summary", "--no-pretty", "--config-file=", f"--cache-dir={tmp_path}"]
    command = [sys.executable, "-m", "mypy", *options, str(script)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    errors = [line for line in run.stdout.splitlines() if ": error:" in line]
    found = [(line.split(":")[1], line.rpartition("[")[2].rstrip("]")) for line in errors]
    first = len(SCRIPT.splitlines()) + 1
    assert found == [(str(first + index), code) for index, code in enumerate(MISTAKES.values())], run.stdout
