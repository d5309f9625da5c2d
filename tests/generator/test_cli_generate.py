"""`sfgen generate` and `sfgen snapshot` from end to end."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from sfgen.__main__ import main
from sfgen.snapshot import Snapshot, read_snapshot, write_snapshot
from sfgen_local_org import demo
from sfgen_local_org.server import LocalOrg

SOME = ("Account", "Contact", "User", "Site__c")


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    folder = tmp_path / "snap"
    write_snapshot(folder, Snapshot({name: demo.describes()[name] for name in SOME}, api_version="62.0"))
    return folder


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }


def generate(*arguments: str) -> int:
    return main(["generate", "--package", "acme_org", *arguments])


def test_a_package_from_a_snapshot(snapshot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert generate("--from-snapshot", "snap", "--out", "out") == 0
    assert capsys.readouterr().out.startswith("out/acme_org: 4 objects, ")
    package = files_of(tmp_path / "out" / "acme_org")
    assert {"__init__.py", "client.py", "py.typed", "account.py", "contact.py", "site__c.py"} <= package.keys()
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["acme_org"]
    assert generate("--from-snapshot", "snap", "--out", "out") == 0
    assert "0 files written, 0 removed" in capsys.readouterr().out


def test_the_name_of_another_package_is_free_in_a_package_of_ones_own(
    snapshot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in (
        ["generate", "--from-snapshot", "snap"],
        ["models", "--as", "dataclass", "--from-snapshot", "snap"],
    ):
        assert main([*command, "--package", "types", "--out", "lib"]) == 2
        assert "'types' is the name of another Python package, which it would hide" in capsys.readouterr().err
    assert main(["init", "--package", "types"]) == 2
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "__init__.py").touch()
    assert main(["generate", "--from-snapshot", "snap", "--package", "types", "--out", "lib"]) == 0
    script = "from lib.types.contact import Contact; print(Contact.Account.Name)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert run.stdout == "<column Account.Name of Contact>\n"


def test_the_same_bytes_from_raw_describes_in_any_order_and_with_any_hash_seed(snapshot: Path, tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    for number, name in enumerate(reversed(SOME)):
        (raw / f"{number}.json").write_text(json.dumps(demo.describes()[name]), encoding="utf-8")
    write_snapshot(snapshot, read_snapshot(raw))
    assert generate("--from-snapshot", "snap", "--out", "one") == 0
    for seed in ("1", "2"):
        command = [sys.executable, "-m", "sfgen", "generate", "--package", "acme_org"]
        command += ["--from-snapshot", "raw", "--out", f"raw{seed}"]
        subprocess.run(command, env={"PYTHONHASHSEED": seed}, check=True, capture_output=True)
        assert files_of(tmp_path / f"raw{seed}") == files_of(tmp_path / "one")


def test_check_says_what_is_not_up_to_date_and_writes_nothing(
    snapshot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert generate("--from-snapshot", "snap", "--check") == 1
    assert "missing: account.py: not on disk" in capsys.readouterr().out
    assert not (tmp_path / "acme_org").exists()
    assert generate("--from-snapshot", "snap") == 0
    capsys.readouterr()
    assert generate("--from-snapshot", "snap", "--check") == 0
    assert "is up to date" in capsys.readouterr().out
    with (tmp_path / "acme_org" / "contact.py").open("a", encoding="utf-8") as file:
        file.write("# mine\n")
    before = files_of(tmp_path)
    assert generate("--from-snapshot", "snap", "--exclude", "Account", "--check", "--format", "json") == 1
    differences = {item["path"]: item["difference"] for item in json.loads(capsys.readouterr().out)["differences"]}
    assert differences["account.py"] == "orphan"
    assert differences["contact.py"] == "changed"
    assert files_of(tmp_path) == before


def test_objects_and_excludes_and_the_orphans_they_leave(
    snapshot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert generate("--from-snapshot", "snap") == 0
    capsys.readouterr()
    arguments = ["--from-snapshot", "snap", "--object", "*o*", "--exclude", "Site__c", "--format", "json"]
    assert generate(*arguments) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["objects"] == 2
    assert {"user.py", "site__c.py"} <= set(result["removed"])
    assert not (tmp_path / "acme_org" / "user.py").exists()
    assert generate("--from-snapshot", "snap", "--object", "Acount") == 2
    assert "did you mean 'Account'" in capsys.readouterr().err


def test_configured_in_a_parent_folder(
    snapshot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = '[tool.sfgen]\npackage = "my_org"\nout = "src"\nobjects = ["Account"]\n'
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(tmp_path / "deep")
    assert main(["generate", "--from-snapshot", "../snap"]) == 0
    assert (tmp_path / "src" / "my_org" / "account.py").is_file()
    assert not (tmp_path / "src" / "my_org" / "contact.py").exists()


def test_a_users_own_file_stops_it_before_anything_is_written(
    snapshot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "acme_org").mkdir()
    (tmp_path / "acme_org" / "account.py").write_text("mine\n", encoding="utf-8")
    assert generate("--from-snapshot", "snap") == 2
    assert "account.py" in capsys.readouterr().err
    assert files_of(tmp_path / "acme_org") == {"account.py": b"mine\n"}


def test_from_the_demo_org_to_a_package_that_imports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "--org", "demo"]) == 0
    describes = read_snapshot(tmp_path / "sfgen_snapshot").describes
    assert len(describes) > 20
    assert not [name for name in describes if name.endswith(("Share", "History", "Feed", "ChangeEvent"))]
    assert main(["generate", "--from-snapshot", "sfgen_snapshot", "--package", "acme_org", "--check"]) == 0
    code = "from acme_org.contact import Contact; print(Contact(LastName='Smith').LastName)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "Smith\n"


def test_an_object_that_cannot_be_described_is_left_out_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with LocalOrg([demo.describes()[name] for name in SOME]) as server:
        server.fail_describe("Contact", 403)
        monkeypatch.setenv("TOKEN", server.session_id)
        login = ["--access-token-env", "TOKEN", "--instance-url", server.url]
        assert generate(*login) == 2
        output = capsys.readouterr()
        assert "error: Contact: left out: the org answered 403" in output.err
        assert (tmp_path / "acme_org" / "account.py").is_file()
        assert not (tmp_path / "acme_org" / "contact.py").exists()
        assert server.session_id not in output.err + output.out


def test_an_org_that_does_not_answer(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("TOKEN", "00D000000000001!AQEAhunter2")
    # Nobody listens at this port, and while it is held nobody else can.
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}"
        assert generate("--access-token-env", "TOKEN", "--instance-url", url) == 2
    said = capsys.readouterr().err
    assert url.removeprefix("http://") in said
    assert "hunter2" not in said
    assert "Traceback" not in said


def test_snapshot_of_an_org(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["snapshot", "--org", "demo", "--out", "snap", "--object", "Account", "--object", "Site__*"]
    assert main([*arguments, "--format", "json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["objects"] == ["Account", "Site__c"]
    assert result["problems"] == []
    before = files_of(tmp_path / "snap")
    assert main(arguments) == 0
    assert "0 files written, 0 removed" in capsys.readouterr().out
    assert files_of(tmp_path / "snap") == before
