"""`sfgen serve` as its users run it: a process that is stopped by a signal."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sfgen.__main__ import main
from sfgen.snapshot import Snapshot, write_snapshot
from sfgen_local_org import demo
from sfgen_runtime import Salesforce


@contextmanager
def serving(*arguments: str, stop: int = signal.SIGINT) -> Iterator[dict[str, Any]]:
    command = [sys.executable, "-m", "sfgen", "serve", "--format", "json", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert line, process.stderr and process.stderr.read()
            yield json.loads(line)
        finally:
            process.send_signal(stop)
            _, errors = process.communicate(timeout=120)
    assert process.returncode == 0
    assert "Traceback" not in errors


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    describes = {name: demo.describes()[name] for name in ("Account", "Contact", "User")}
    write_snapshot(tmp_path / "snap", Snapshot(describes, api_version="60.0"))
    return tmp_path / "snap"


def test_the_demo_org_with_its_records() -> None:
    with serving() as login:
        sf = Salesforce(instance_url=login["url"], session_id=login["session_id"])
        assert sf.query("SELECT COUNT() FROM Account")["totalSize"] > 100


@pytest.mark.parametrize("lines", [False, True], ids=["one object", "lines"])
def test_a_snapshot_and_records_of_ones_own(snapshot: Path, tmp_path: Path, lines: bool) -> None:
    data = tmp_path / "records.json"
    if lines:
        data.write_text('{"sobject": "Account", "Name": "Acme"}\n\n{"sobject": "Account", "Name": "Globex"}\n', "utf-8")
    else:
        data.write_text('{"Account": [{"Name": "Acme"}, {"Name": "Globex"}]}', "utf-8")
    with serving("--snapshot", str(snapshot), "--data", str(data), stop=signal.SIGTERM) as login:
        sf = Salesforce(instance_url=login["url"], session_id=login["session_id"])
        names = [record["Name"] for record in sf.query_all("SELECT Name FROM Account ORDER BY Name")["records"]]
        assert names == ["Acme", "Globex"]
        assert sf.Account.describe()["urls"]["sobject"].endswith("/sobjects/Account")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"sobject": "Account"}\n{"Name": "x"}\n', "line 2: a record is"),
        ('{"sobject": "Account"}\n{broken\n', "line 2: broken JSON"),
        ('{"Account": {"Name": "x"}}', "'Account' must hold a list of records"),
        ('{"Acount": [{"Name": "x"}]}', "Acount"),
    ],
)
def test_records_that_cannot_be_read(
    snapshot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    (tmp_path / "records.json").write_text(text, "utf-8")
    assert main(["serve", "--snapshot", str(snapshot), "--data", str(tmp_path / "records.json")]) == 2
    errors = capsys.readouterr().err
    assert said in errors
    assert "Internal error" not in errors


def test_a_port_that_is_taken(snapshot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving("--snapshot", str(snapshot)) as login:
        port = login["url"].rpartition(":")[2]
        assert main(["serve", "--snapshot", str(snapshot), "--port", port]) == 2
    assert f"can't serve on 127.0.0.1:{port}" in capsys.readouterr().err
