"""`sfgen models` from end to end: packages that both type checkers accept, the same bytes on each run, hostile text."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from sfgen.__main__ import main
from sfgen.describe import read_object
from sfgen.models.codegen import ModelKind
from sfgen.models.generate import build_models
from sfgen.models.guard import UnsafeOutput, check_declarations
from sfgen.models.json_schema import Relationships, SchemaOptions

HOSTILE = [
    '"""\nimport os; os.system("echo hurt")\n"""',
    "'); import os; ('",
    "trailing backslash \\",
    "{{ 7 * 7 }} {% raw %}",
    "\u202e\x00\ud800 #",
    "${jndi}\r\nimport os",
]


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.slow
def test_models_pass_both_type_checkers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    packages = [f"m_{kind.value}" for kind in ModelKind]
    for kind, package in zip(ModelKind, packages, strict=True):
        arguments = ["--as", kind.value, "--org", "demo", "--package", package, "--relationships", "parents"]
        assert main(["models", *arguments]) == 0
    assert "26 objects as msgspec" in capsys.readouterr().out
    named = [part for package in packages for part in ("-p", package)]
    subprocess.run([sys.executable, "-m", "mypy", "--strict", "--no-error-summary", *named], check=True)
    subprocess.run([sys.executable, "-m", "pyright", "--pythonpath", sys.executable, *packages], check=True)


def test_the_same_bytes_under_any_hash_seed(tmp_path: Path) -> None:
    chosen = ["--object", "Account", "--object", "Contact", "--object", "User", "--relationships", "all"]
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-m", "sfgen", "models", "--as", "pydantic", "--org", "demo", "--out", seed, *chosen],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
        )
    first, second = (
        {file.name: file.read_bytes() for file in (tmp_path / seed / "org_models").iterdir()} for seed in ("1", "2")
    )
    assert first == second


def test_a_second_run_removes_what_is_no_longer_chosen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    both = ["models", "--as", "typeddict", "--org", "demo", "--object", "Contact"]
    assert main([*both, "--object", "Account"]) == 0
    assert main(both) == 0
    assert "1 removed" in capsys.readouterr().out
    assert not (tmp_path / "org_models" / "account.py").exists()
    assert main([*both, "--package", "no-name"]) == 2


@pytest.mark.parametrize("kind", list(ModelKind))
def test_hostile_text_stays_text(kind: ModelKind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fields: list[dict[str, Any]] = [
        {
            "name": f"F{number}__c",
            "type": "picklist",
            "label": text,
            "inlineHelpText": text,
            "restrictedPicklist": True,
            "nillable": True,
            "picklistValues": [{"value": value, "active": True} for value in HOSTILE if "\ud800" not in value],
        }
        for number, text in enumerate(HOSTILE)
    ]
    names = ["class", "copy", "json", "model_fields", "self", "Field", "date", "str", "dict"]
    fields += [{"name": name, "type": "date", "nillable": True} for name in names]
    described, _ = read_object({"name": "Evil__c", "label": HOSTILE[0], "fields": fields})
    others = [read_object({"name": name, "fields": fields[:1]})[0] for name in ("Field", "Import", "str", "Any")]
    models = build_models([described, *others], kind, SchemaOptions(relationships=Relationships.ALL))
    assert models.problems == (), models.problems
    package = f"hostile_{kind.value}"
    (tmp_path / package).mkdir()
    for name, text in models.files.items():
        (tmp_path / package / name).write_text(text, encoding="utf-8")
        check_declarations(text, name)
        assert "\u202e" not in text
    monkeypatch.syspath_prepend(str(tmp_path))
    evil = import_module(f"{package}.evil__c").Evil__c
    # Values with a lone surrogate are no JSON; all others are read as they are.
    for value in HOSTILE[:4]:
        if kind is ModelKind.PYDANTIC:
            assert evil.model_validate({"F0__c": value, "class": "2024-01-01"}).F0__c == value


def test_names_that_are_none_are_left_out_and_told() -> None:
    fields = [{"name": "Id", "type": "id"}, {"name": "x: int\nimport os", "type": "string"}]
    sound, _ = read_object({"name": "Sound__c", "fields": fields})
    evil, _ = read_object({"name": "../../evil", "fields": fields})
    models = build_models([sound, evil], ModelKind.PYDANTIC, SchemaOptions())
    assert [(problem.object, problem.message) for problem in models.problems] == [
        ("'../../evil'", "left out: that is no API name"),
        ("Sound__c", "left out: no name of a field"),
    ]
    assert set(models.files) == {"__init__.py", "py.typed", "sound__c.py", "record_attributes.py"}


@pytest.mark.parametrize(
    "source",
    [
        "import os",
        "from os import system",
        "x = __import__('os')",
        "class A:\n    x: int = print(1)",
        "class A:\n    def f(self): ...",
        "@print\nclass A:\n    pass",
        "class A(print(1)):\n    pass",
        "class A:\n    x: 'int' = (lambda: exit())()",
        "print(1)",
        "x: print(1)",
        "x = [y for y in z]",
        "class A(metaclass=B):\n    pass",
        "x = (",
    ],
)
def test_what_is_no_declaration_is_found(source: str) -> None:
    with pytest.raises(UnsafeOutput):
        check_declarations(source, "a test")
