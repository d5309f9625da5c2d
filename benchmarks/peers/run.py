"""Which mistakes the type checkers find with sfgen and with other clients of Salesforce.

    python benchmarks/peers/run.py --install VENV     # once: a virtual environment with the peers and both checkers
    python benchmarks/peers/run.py --venv VENV        # prints the table of docs/comparison.md

In `<client>/uses.py` a line that ends with ``# mistake: name`` makes a mistake in that client's own way; one with
``# right: names`` does the same thing correctly; ``# n/a: names: reason`` lists what the client can't do at all. A
mistake counts as caught if the checker has an error on its line and none on the right one: an error on both tells
nobody anything. Models of the peers are made by their own generators, of the demo org's describes.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sfgen_local_org.demo import describes

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CLIENTS = ("sfgen", "soqlmodel", "cloudy_salesforce", "simple_salesforce")
CHECKERS = ("mypy", "pyright")
REQUIREMENTS = ("soqlmodel[salesforce]==0.2.0", "cloudy-salesforce==0.5.0", "simple-salesforce==1.12.10")
OBJECTS = ("Account", "Case", "Contact", "FeedTrackedChange", "Opportunity", "Site__c", "User")
_MARK = re.compile(r"# (?P<kind>mistake|right|n/a): (?P<names>[^:]+)(?:: (?P<why>.+))?$")
_MYPY = re.compile(r"uses\.py:(?P<line>\d+): error: ")

# By how many checkers catch it, without and with an error on the right use from both.
_WORDS = ({0: "no", 2: "both"}, {0: "noise"})


@dataclass
class Uses:
    """The marked lines of a client's file, by name of the mistake."""

    mistake: dict[str, int] = field(default_factory=dict)
    right: dict[str, int] = field(default_factory=dict)
    impossible: dict[str, str] = field(default_factory=dict)


def main() -> int:
    """Run the checkers and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--install", type=Path, metavar="VENV", help="make this virtual environment first")
    parser.add_argument("--venv", type=Path, help="the virtual environment that --install made")
    options = parser.parse_args()
    place = options.install or options.venv
    if place is None:
        parser.error("name a virtual environment: --install makes it, --venv uses it")
    python = place.resolve() / "bin" / "python"
    if options.install:
        install(options.install)
    with tempfile.TemporaryDirectory() as folder:
        found = {client: check(client, Path(folder), python) for client in CLIENTS}
    print(table(found, versions(python)))
    return 0


def install(place: Path) -> None:
    """Make a virtual environment with the peers, the checkers that run this, and sfgen from this checkout."""
    from importlib.metadata import version

    venv.create(place, with_pip=True)
    checkers = [f"{name}=={version(name)}" for name in CHECKERS]
    pip = [str(place / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, *REQUIREMENTS, *checkers, "--editable", str(ROOT)], check=True)


def read_uses(client: str) -> Uses:
    """Return the marked lines of a client's file."""
    uses = Uses()
    for number, line in enumerate((HERE / client / "uses.py").read_text(encoding="utf-8").splitlines(), 1):
        if found := _MARK.search(line):
            names = found["names"].split()
            if found["kind"] == "n/a":
                uses.impossible.update(dict.fromkeys(names, found["why"]))
            else:
                (uses.mistake if found["kind"] == "mistake" else uses.right).update(dict.fromkeys(names, number))
    return uses


def check(client: str, folder: Path, python: Path) -> dict[str, str]:
    """Return a word for each mistake: which checkers catch it."""
    project = folder / client
    project.mkdir()
    shutil.copy(HERE / client / "uses.py", project)
    make_models(client, project, python)
    uses = read_uses(client)
    errors = {"mypy": mypy(project, python), "pyright": pyright(project, python)}
    words = dict.fromkeys(uses.impossible, "n/a")
    for name, line in uses.mistake.items():
        useless = [checker for checker in CHECKERS if uses.right[name] in errors[checker]]
        caught = [checker for checker in CHECKERS if line in errors[checker] and checker not in useless]
        words[name] = _WORDS[len(useless) == len(CHECKERS)].get(len(caught), caught[0] if caught else "")
    return words


def make_models(client: str, project: Path, python: Path) -> None:
    """Put the client's models of the demo org into `project`."""
    if client == "sfgen":
        shutil.copytree(ROOT / "generated_example" / "acme_org", project / "acme_org")
    script = HERE / client / "make_models.py"
    if script.exists():
        described = describes()
        (project / "describes.json").write_text(json.dumps([described[name] for name in OBJECTS]), encoding="utf-8")
        subprocess.run([python, script], cwd=project, check=True)


def mypy(project: Path, python: Path) -> set[int]:
    """Return the lines of uses.py that mypy --strict reports."""
    # The environment's mypy, so that the peers' types are found as their users find them.
    command = [str(python), "-m", "mypy", "--strict", "--config-file", os.devnull, "--cache-dir", "cache", "uses.py"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stdout + done.stderr)
    return {int(found["line"]) for found in _MYPY.finditer(done.stdout)}


def pyright(project: Path, python: Path) -> set[int]:
    """Return the lines of uses.py that pyright reports with its standard settings."""
    config = {"include": ["uses.py"], "pythonVersion": "3.11", "typeCheckingMode": "standard"}
    (project / "pyrightconfig.json").write_text(json.dumps(config), encoding="utf-8")
    command = [str(python), "-m", "pyright", "--outputjson", "--pythonpath", str(python)]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    if not report["summary"]["filesAnalyzed"]:
        raise RuntimeError(done.stdout)
    return {
        item["range"]["start"]["line"] + 1
        for item in report["generalDiagnostics"]
        if item["severity"] == "error" and item["file"].endswith("uses.py")
    }


def versions(python: Path) -> str:
    """Return one line that says what was compared."""
    names = ["mypy", "pyright", "soqlmodel", "cloudy-salesforce", "simple-salesforce"]
    code = f"from importlib.metadata import version\nprint(', '.join(n + ' ' + version(n) for n in {names}))"
    shown = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    return f"Python {sys.version.split()[0]}, {shown}"


def table(found: Mapping[str, Mapping[str, str]], shown_versions: str) -> str:
    """Return the table in Markdown."""
    names = list(found["sfgen"])
    lines = [shown_versions, "", "| mistake | " + " | ".join(CLIENTS) + " |", "| --- |" + " --- |" * len(CLIENTS)]
    lines += [f"| {name} | " + " | ".join(found[client].get(name, "?") for client in CLIENTS) + " |" for name in names]
    for title, words in (("both", {"both"}), ("mypy", {"both", "mypy"}), ("pyright", {"both", "pyright"})):
        shares = (_share(found[client].values(), words) for client in CLIENTS)
        lines.append(f"| **caught by {title}** | " + " | ".join(shares) + " |")
    lines += ["", "Not applicable (n/a):", ""]
    for client in CLIENTS:
        reasons: dict[str, list[str]] = {}
        for name, why in read_uses(client).impossible.items():
            reasons.setdefault(why, []).append(name)
        lines += [f"* {client}, {why}: {', '.join(which)}" for why, which in reasons.items()]
    return "\n".join(lines)


def _share(found: Iterable[str], caught: Container[str]) -> str:
    possible = [word for word in found if word != "n/a"]
    return f"**{sum(word in caught for word in possible)} of {len(possible)}**"


if __name__ == "__main__":
    sys.exit(main())
