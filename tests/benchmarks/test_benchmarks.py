"""The benchmarks run, and measure what they say, on sizes too small to tell anything of speed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sfgen.generate import Options, build_package

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))

import made_org  # noqa: E402
import naive_models  # noqa: E402
import read  # noqa: E402


def run(script: str, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / script, "--json", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    # 1 is a missed goal, which nothing this small can tell.
    assert done.returncode in (0, 1), done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_made_up_org_is_the_same_each_time() -> None:
    assert made_org.make_describes(12) == made_org.make_describes(12)


def test_the_made_up_org_is_what_the_figures_speak_of() -> None:
    describes = made_org.make_describes(12)
    assert [len(one.fields) for one in describes] == [60] * 12
    assert {sum(field.type == "reference" for field in one.fields) for one in describes} == {6}
    assert sum(len(one.children) for one in describes) >= 3 * 12
    assert any(len(field.reference_to) > 1 for one in describes for field in one.fields)
    assert build_package(describes, Options("ours")).problems == ()


def test_naive_models_have_the_same_objects_and_fields() -> None:
    describes = made_org.make_describes(3)
    files = naive_models.naive_package(describes)
    for one in describes:
        source = files[f"{naive_models.module_of(one)}.py"]
        for field in one.fields:
            assert f"    {field.name}: " in source
        assert f"    {one.name}: _{one.name.lower()}.{one.name}\n" in files["client.py"]


def test_all_readers_read_the_same_page() -> None:
    content = read.make_page(5)
    for name, reader in read.make_readers().items():
        records = reader(content)
        emails = [one["Email"] if isinstance(one, dict) else one.Email for one in records]
        assert emails == [f"jo.smith.{number}@example.com" for number in range(5)], name
    (ours, *_) = read.make_readers()["ours"](content)
    assert ours.Account.Name == "Glazing 0 GmbH"
    assert str(ours.Birthdate) == "1950-01-01"


def test_reading_is_measured_against_each_peer() -> None:
    found = run("read.py", "--records", "20", "--rounds", "2")
    assert found["seconds"].keys() == {"ours", "json.loads", "OrderedDict", "naive pydantic"}
    assert found["ratio"] == pytest.approx(found["seconds"]["ours"] / found["seconds"]["OrderedDict"])


@pytest.mark.slow
def test_type_checking_is_measured_cold_and_warm() -> None:
    found = run("typecheck.py", "--objects", "4", "--rounds", "1")
    runs = found["runs"]
    for name in ("ours", "naive", "one object"):
        assert runs[f"mypy warm: {name}"]["processor"] < runs[f"mypy cold: {name}"]["processor"]
        assert runs[f"pyright: {name}"]["seconds"] > 0
    assert found["fields"] == 240
    # Warm mypy reads no library anew: were memory that of this process or of the largest child, they would be alike.
    assert runs["mypy warm: ours"]["memory"] < runs["mypy cold: ours"]["memory"]


def test_each_client_makes_every_mistake_or_says_why_not() -> None:
    sys.path.insert(0, str(ROOT / "benchmarks" / "peers"))
    import run as peers

    every = set(peers.read_uses("sfgen").mistake)
    assert len(every) >= 60
    for client in peers.CLIENTS:
        uses = peers.read_uses(client)
        assert uses.mistake.keys() | uses.impossible.keys() == every, client
        assert uses.mistake.keys() == uses.right.keys(), client
        assert not uses.mistake.keys() & uses.impossible.keys(), client
