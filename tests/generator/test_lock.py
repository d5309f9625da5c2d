"""sfgen.lock: a name that was published stays, whatever comes beside it later."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sfgen import names
from sfgen.__main__ import main
from sfgen.describe import ObjectDescribe, read_object
from sfgen.generate import Options, Package, build_package
from sfgen.lock import LOCK, LockError, read_lock, write_lock


def describe(name: str, *fields: str, children: dict[str, str] | None = None) -> ObjectDescribe:
    data: dict[str, Any] = {
        "name": name,
        "fields": [{"name": field, "type": "string"} for field in ("Id", *fields)],
        "childRelationships": [
            {"relationshipName": relationship, "childSObject": child, "field": "Id"}
            for relationship, child in (children or {}).items()
        ],
    }
    return read_object(data)[0]


def build(*objects: ObjectDescribe, lock: str | None = None, **renames: str) -> Package:
    return build_package(objects, Options("acme_org", names=renames), lock)


def test_a_package_carries_its_names() -> None:
    lock = read_lock(build(describe("Foo_Bar", "copy", "Name")).files[LOCK])
    assert lock["Foo_Bar"].module == "foo_bar"
    assert lock["Foo_Bar"].attributes == {"Id": "Id", "copy": "copy_", "Name": "Name"}


def test_the_same_again_is_the_same_bytes() -> None:
    first = build(describe("Foo_Bar", "copy"), describe("Case"))
    assert build(describe("Case"), describe("Foo_Bar", "copy"), lock=first.files[LOCK]).files == first.files


def test_a_new_twin_does_not_take_the_module() -> None:
    before = build(describe("Foo_Bar"))
    # Alone and anew, FooBar comes first in the alphabet and would take foo_bar.
    assert "Foo_Bar" in build(describe("FooBar"), describe("Foo_Bar")).files["foo_bar_.py"]
    after = build(describe("FooBar"), describe("Foo_Bar"), lock=before.files[LOCK])
    assert read_lock(after.files[LOCK])["Foo_Bar"].module == "foo_bar"
    assert read_lock(after.files[LOCK])["FooBar"].module == "foo_bar_"


def test_a_new_field_does_not_rename_an_old_one() -> None:
    before = build(describe("X__c", "copy", children={"Notes": "X__c"}))
    after = build(describe("X__c", "copy", "copy_", "Notes", children={"Notes": "X__c"}), lock=before.files[LOCK])
    published = read_lock(after.files[LOCK])["X__c"]
    assert published.attributes["copy"] == "copy_"
    assert published.attributes["copy_"] == "copy__"
    assert published.children["Notes"] == "Notes"
    assert published.attributes["Notes"] == "Notes_"


def test_a_new_sfgen_does_not_rename_a_field(monkeypatch: pytest.MonkeyPatch) -> None:
    before = build(describe("X__c", "shiny_new_method"))
    monkeypatch.setattr(names, "_ATTRIBUTES", names._ATTRIBUTES | {"shiny_new_method"})
    assert "shiny_new_method_" in build(describe("X__c", "shiny_new_method")).files["x__c.py"]
    assert (
        "shiny_new_method_" not in build(describe("X__c", "shiny_new_method"), lock=before.files[LOCK]).files["x__c.py"]
    )


def test_names_of_what_is_gone_are_kept_for_its_return() -> None:
    before = build(describe("Foo_Bar", "copy"), describe("FooBar"))
    without = build(describe("FooBar"), lock=before.files[LOCK])
    assert read_lock(without.files[LOCK]) == read_lock(before.files[LOCK])
    again = build(describe("Foo_Bar", "copy"), describe("FooBar"), lock=without.files[LOCK])
    assert again.files == before.files


def test_a_field_that_is_gone_keeps_its_name_for_its_return() -> None:
    before = build(describe("X__c", "copy", "Other"))
    without = build(describe("X__c", "copy_", "Other"), lock=before.files[LOCK])
    assert read_lock(without.files[LOCK])["X__c"].attributes == {
        "Id": "Id",
        "Other": "Other",
        "copy": "copy_",
        "copy_": "copy__",
    }
    again = build(describe("X__c", "copy", "copy_", "Other"), lock=without.files[LOCK])
    assert again.files[LOCK] == without.files[LOCK]


def test_the_configuration_has_the_last_word() -> None:
    before = build(describe("Foo_Bar", "copy"))
    after = build(describe("Foo_Bar", "copy"), lock=before.files[LOCK], Foo_Bar="Bar", **{"Foo_Bar.copy": "duplicate"})
    published = read_lock(after.files[LOCK])["Foo_Bar"]
    assert (published.module, published.class_name, published.attributes["copy"]) == ("bar", "Bar", "duplicate")


def test_a_lock_reads_back_as_it_was_written() -> None:
    lock = read_lock(build(describe("Foo_Bar", "copy", "class")).files[LOCK])
    assert read_lock(write_lock(lock, {})) == lock


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"format": 1}',
        '{"format": 1, "objects": {"X": {"names": ["x", "X"]}}}',
        '{"format": 1, "objects": {"X": {"names": ["x", "import os; x", "X"]}}}',
        '{"format": 1, "objects": {"X": {"names": ["../x", "X", "X"]}}}',
        '{"format": 1, "objects": {"X": {"names": ["x", "X", "X"], "fields": ["a=b c"]}}}',
        '{"format": 1, "objects": {"X": {"names": ["client", "1x", "class"]}}}',
        '{"format": 1, "objects": {"X": {"names": ["x", "X", "X"]}, "Y": {"names": ["x", "Y", "Y"]}}}',
        '{"format": 2, "objects": {}}',
    ],
)
def test_a_broken_lock_is_an_error_that_says_what_to_do(text: str) -> None:
    with pytest.raises(LockError, match=r"version control|newest"):
        read_lock(text)


def test_the_command_reads_and_keeps_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "describes").mkdir()
    (tmp_path / "describes" / "a.json").write_text('{"name": "Foo_Bar", "fields": []}')
    arguments = ["generate", "--from-snapshot", str(tmp_path / "describes"), "--package", "p", "--out", str(tmp_path)]
    assert main(arguments) == 0
    (tmp_path / "describes" / "b.json").write_text('{"name": "FooBar", "fields": []}')
    assert main(arguments) == 0
    assert '__sobject__ = "Foo_Bar"' in (tmp_path / "p" / "foo_bar.py").read_text()
    (tmp_path / "p" / LOCK).write_text("broken")
    assert main(arguments) == 2
    assert "sfgen.lock in the package can't be read" in capsys.readouterr().err
    assert '__sobject__ = "Foo_Bar"' in (tmp_path / "p" / "foo_bar.py").read_text()
