"""The logins of generated clients, for type checkers and at run time."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GENERATED = """
from acme_org import Salesforce
from acme_org.contact import Contact

def remember(url: str) -> None: ...

reveal_type(Salesforce.from_sf_cli())
reveal_type(Salesforce.from_web_login("3MVG9", domain="acme.my", open_browser=remember, timeout=5).Contact.get("003"))
reveal_type(Salesforce.from_device_login("3MVG9", sandbox=True))
Salesforce.from_sf_cli("dev", tiemout=5)  # wrong
Salesforce.from_web_login()  # wrong
Salesforce(login=3)  # wrong
"""


def mypy(folder: Path, program: str) -> list[str]:
    (folder / "program.py").write_text(program, encoding="utf-8")
    where = os.environ | {"MYPYPATH": str(ROOT / "generated_example")}
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", os.devnull, "--no-pretty", "program.py"]
    # Begun with what the project's own check has left, and written by no other run of mypy meanwhile.
    cache, left = folder / "mypy_cache", ROOT / ".mypy_cache"
    if left.is_dir():
        shutil.copytree(left, cache)
    done = subprocess.run([*command, "--cache-dir", str(cache)], cwd=folder, env=where, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    return [line for line in done.stdout.splitlines() if line.startswith("program.py:")]


@pytest.mark.slow
def test_a_login_makes_the_class_it_is_asked_on(tmp_path: Path) -> None:
    found = mypy(tmp_path, GENERATED)
    revealed = [line.partition("Revealed type is ")[2] for line in found if "Revealed" in line]
    assert revealed == ['"acme_org.client.Salesforce"', '"acme_org.contact.Contact"', '"acme_org.client.Salesforce"']
    wrong = [number for number, line in enumerate(GENERATED.splitlines(), 1) if line.endswith("# wrong")]
    assert [int(line.split(":")[1]) for line in found if ": error:" in line] == wrong


@pytest.mark.slow
def test_a_generated_client_logs_in(tmp_path: Path) -> None:
    program = (
        "from acme_org import Salesforce\n"
        "from sfgen_runtime.login import Grant\n"
        "sf = Salesforce(login=lambda: Grant('t', 'https://acme.my.salesforce.com'))\n"
        "print(type(sf).__module__, sf.auth_type, sf.sf_version)\n"
    )
    where = os.environ | {"PYTHONPATH": str(ROOT / "generated_example")}
    done = subprocess.run([sys.executable, "-c", program], env=where, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["acme_org.client", "custom", "62.0"]
