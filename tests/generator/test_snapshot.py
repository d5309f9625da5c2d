from __future__ import annotations

import io
import json
import random
import tarfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sfgen.describe import Level
from sfgen.errors import SfgenError
from sfgen.snapshot import Snapshot, SnapshotError, canonical, file_names, read_snapshot, snapshot_files, write_snapshot

REAL = Path(__file__).resolve().parents[2] / ".." / "shared" / "real_describes"


def describe(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "label": name, "fields": [{"name": "Id", "type": "id"}], **more}


def put(folder: Path, files: dict[str, Any]) -> Path:
    for name, data in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
    return folder


def test_written_and_read_again(tmp_path: Path) -> None:
    snapshot = Snapshot({"B": describe("B"), "A": describe("A")}, api_version="62.0", org="ab12")
    assert write_snapshot(tmp_path / "s", snapshot).written == ("A.json", "B.json", "sfgen-snapshot.json")
    again = read_snapshot(tmp_path / "s")
    assert again == Snapshot({"A": describe("A"), "B": describe("B")}, api_version="62.0", org="ab12")
    assert write_snapshot(tmp_path / "s", again).written == ()


def test_an_object_that_is_gone_takes_its_file_with_it(tmp_path: Path) -> None:
    write_snapshot(tmp_path, Snapshot({"A": describe("A"), "B": describe("B")}))
    put(tmp_path, {"notes.txt": b"mine"})
    changes = write_snapshot(tmp_path, Snapshot({"A": describe("A")}))
    assert changes.removed == ("B.json",)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["A.json", "notes.txt", "sfgen-snapshot.json"]


def test_foreign_describes_are_not_overwritten(tmp_path: Path) -> None:
    put(tmp_path, {"A.json": describe("A", label="theirs")})
    with pytest.raises(SfgenError, match=r"A\.json"):
        write_snapshot(tmp_path, Snapshot({"A": describe("A"), "B": describe("B")}))
    assert [file.name for file in tmp_path.iterdir()] == ["A.json"]


def test_canonical_form_is_independent_of_order_host_and_version(tmp_path: Path) -> None:
    children = [{"childSObject": name, "field": "X__c", "relationshipName": None} for name in "ABC"]
    types = [{"developerName": name, "recordTypeId": name, "urls": {"layout": "/v44.0"}} for name in "AB"]
    one = describe("A", childRelationships=children, recordTypeInfos=types, urls={"sobject": "/services/data/v44.0/"})
    other = dict(
        reversed(describe("A", childRelationships=children[::-1], recordTypeInfos=types[::-1], urls={}).items())
    )
    assert snapshot_files(Snapshot({"A": one})) == snapshot_files(Snapshot({"A": other}))
    # What has a meaning keeps its order.
    fields = [{"name": name, "type": "string"} for name in "CAB"]
    assert canonical(describe("A", fields=fields))["fields"] == fields


def test_found_by_content_in_any_folder_and_order(tmp_path: Path) -> None:
    files: dict[str, Any] = {
        "x/1.json": describe("A"),
        "x/y/Account": describe("B"),
        "sf.json": {"status": 0, "result": describe("C")},
        "batch.json": {"hasErrors": False, "results": [{"statusCode": 200, "result": describe("D")}]},
        "powershell.json": json.dumps(describe("E", label="Ünï")).encode("utf-16"),
        "bom.json": b"\xef\xbb\xbf" + json.dumps(describe("F")).encode(),
        "README.md": b"# not JSON",
        ".hidden.json": b"broken",
        ".git/x.json": b"broken",
        "typeNames.json": [{"name": "A"}],
    }
    snapshot = read_snapshot(put(tmp_path / "one", files))
    assert list(snapshot.describes) == list("ABCDEF")
    assert snapshot.describes["E"]["label"] == "Ünï"
    assert [problem.message.split("/")[-1] for problem in snapshot.problems] == [
        "typeNames.json is skipped: JSON, but no describe result"
    ]
    shuffled = random.Random(1).sample(list(files), len(files))
    renamed = {
        f"{number}-{name.replace('/', '-')}": files[name] for number, name in enumerate(shuffled) if name[0] != "."
    }
    assert read_snapshot(put(tmp_path / "two", renamed)).describes == snapshot.describes


def test_broken_json_names_file_and_line_and_is_an_error(tmp_path: Path) -> None:
    put(tmp_path, {"A.json": describe("A"), "B.json": b'{\n "name": "B",\n "fields": [', "C.json": b'{"fields": NaN}'})
    with pytest.raises(SnapshotError) as caught:
        read_snapshot(tmp_path)
    assert "B.json: broken JSON at line 3" in str(caught.value)
    assert "C.json: NaN" in str(caught.value)


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00", b"\x80abc", b"[" * 100_000, b'{"x": 1e999}', b"", b'{"x": ' + b"9" * 9999 + b"}"]
)
def test_hostile_json_is_a_readable_error(tmp_path: Path, content: bytes) -> None:
    put(tmp_path, {"A.json": describe("A"), "B.json": content})
    with pytest.raises(SnapshotError, match=r"B\.json"):
        read_snapshot(tmp_path)


def test_an_error_answer_in_place_of_a_describe_is_not_skipped(tmp_path: Path) -> None:
    put(tmp_path, {"A.json": describe("A"), "B.json": [{"errorCode": "NOT_FOUND", "message": "gone"}]})
    with pytest.raises(SnapshotError, match="NOT_FOUND"):
        read_snapshot(tmp_path)


def test_two_files_of_one_object(tmp_path: Path) -> None:
    put(tmp_path, {"1.json": describe("A"), "2.json": describe("A", urls={"x": "y"})})
    (problem,) = read_snapshot(tmp_path).problems
    assert (problem.level, problem.object) == (Level.WARNING, "A")
    put(tmp_path, {"3.json": describe("A", label="other")})
    with pytest.raises(SnapshotError, match=r"1\.json and .*3\.json: different describes of A"):
        read_snapshot(tmp_path)


def test_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="no describe results"):
        read_snapshot(tmp_path)
    with pytest.raises(SfgenError, match="doesn't exist"):
        read_snapshot(tmp_path / "none")
    with pytest.raises(SnapshotError, match=r"looked at .*list\.json"):
        read_snapshot(put(tmp_path, {"list.json": [1, 2]}))


def test_hand_edits_of_a_written_snapshot_are_warnings(tmp_path: Path) -> None:
    write_snapshot(tmp_path, Snapshot({name: describe(name) for name in "ABCD"}))
    put(tmp_path, {"A.json": describe("A", label="edited"), "new.json": describe("N")})
    (tmp_path / "B.json").unlink()
    crlf = (tmp_path / "C.json").read_bytes().replace(b"\n", b"\r\n")
    (tmp_path / "C.json").write_bytes(crlf)
    problems = {problem.object: problem for problem in read_snapshot(tmp_path).problems}
    assert {name: problem.level for name, problem in problems.items()} == dict.fromkeys("ABN", Level.WARNING)
    assert "edited" in problems["A"].message
    assert "missing" in problems["B"].message


@pytest.mark.parametrize("version", ["newest", "62", "062.0", "62.0/../..", "\u0666\u0662.0", 62.0, ["62.0"]])
def test_an_api_version_that_is_none_is_refused(tmp_path: Path, version: Any) -> None:
    write_snapshot(tmp_path, Snapshot({"A": describe("A")}, api_version="62.0"))
    manifest = json.loads((tmp_path / "sfgen-snapshot.json").read_text()) | {"api_version": version}
    put(tmp_path, {"sfgen-snapshot.json": manifest})
    with pytest.raises(SnapshotError, match=r"sfgen-snapshot\.json has the API version .*write it as \"62\.0\""):
        read_snapshot(tmp_path)


def test_manifest_of_a_later_format_or_of_two_snapshots(tmp_path: Path) -> None:
    write_snapshot(tmp_path / "one", Snapshot({"A": describe("A")}))
    write_snapshot(tmp_path / "two", Snapshot({"B": describe("B")}))
    with pytest.raises(SnapshotError, match="several snapshots"):
        read_snapshot(tmp_path)
    put(tmp_path / "one", {"sfgen-snapshot.json": {"sfgen_snapshot": 2}})
    with pytest.raises(SnapshotError, match="upgrade"):
        read_snapshot(tmp_path / "one")


def test_archive_is_read_in_memory_whatever_its_names(tmp_path: Path) -> None:
    archive = tmp_path / "org.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        for name in ("../../escape.json", "/absolute.json"):
            data = json.dumps(describe(f"O{name.count('.')}")).encode()
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
        link = tarfile.TarInfo("link.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    assert len(read_snapshot(archive).describes) == 2
    assert list(tmp_path.iterdir()) == [archive]
    archive.write_bytes(archive.read_bytes()[:50])
    with pytest.raises(SfgenError, match=r"no readable \.tar\.gz"):
        read_snapshot(archive)


def test_an_archive_that_unpacks_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sfgen.files._MAX_UNPACKED", 1000)
    archive = tmp_path / "bomb.tgz"
    with tarfile.open(archive, "w:gz") as tar:
        member = tarfile.TarInfo("zeros.json")
        member.size = 1001
        tar.addfile(member, io.BytesIO(bytes(1001)))
    with pytest.raises(SfgenError, match="unpacks to more"):
        read_snapshot(archive)


@given(st.lists(st.text(max_size=150), unique=True, max_size=8))
def test_file_names_are_safe_and_distinct_on_any_file_system(objects: list[str]) -> None:
    names = file_names([*objects, "Account", "ACCOUNT", "con", "../../etc/passwd", "a" * 300])
    assert len({name.casefold() for name in names.values()}) == len(names)
    for name in names.values():
        assert len(name) < 120
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")
        assert name.endswith(".json")
        assert name[:1] not in ".-"
        assert name.lower() not in ("con.json", "sfgen-snapshot.json")


@given(st.text(max_size=30))
def test_any_label_survives_the_round_trip_in_plain_utf8_lines(
    tmp_path_factory: pytest.TempPathFactory, label: str
) -> None:
    files = snapshot_files(Snapshot({"A": describe("A", label=label + "\ud800\u202e\u2028")}))
    data = files["A.json"].encode()
    assert json.loads(data)["label"] == label + "\ud800\u202e\u2028"
    assert not set("\u202e\u2028\x7f") & set(files["A.json"])


@pytest.mark.skipif(not REAL.exists(), reason="real describes are not beside this checkout")
@pytest.mark.parametrize(("folder", "count", "version"), [("dreamhouse_v44", 11, "44.0"), ("nonprofit", 7, None)])
def test_real_describes(tmp_path: Path, folder: str, count: int, version: str | None) -> None:
    snapshot = read_snapshot(REAL / folder)
    assert (len(snapshot.describes), snapshot.api_version, snapshot.problems) == (count, version, ())
    write_snapshot(tmp_path, snapshot)
    assert read_snapshot(tmp_path).describes == snapshot.describes
    assert "salesforce.com" not in (tmp_path / "Account.json").read_text(encoding="utf-8").replace(
        "help.salesforce", ""
    )


@pytest.mark.skipif(not REAL.exists(), reason="real describes are not beside this checkout")
def test_a_whole_org_from_its_archive() -> None:
    snapshot = read_snapshot(REAL / "whole_org_712.tar.gz")
    assert len(snapshot.describes) == 712
    assert len(snapshot.problems) == 1
