"""Type-checking and importing a generated package of 1,000 objects, against naive pydantic models of the same.

    python benchmarks/typecheck.py [--objects N] [--rounds N] [--json]

Each measurement is a process of its own. A file that imports the client and uses an object is checked by mypy
--strict with an empty cache (cold) and again (warm), and by pyright; then the package is imported. It prints the best
of the rounds, since other processes on the machine only ever make it slower, and compares processor time, which they
disturb least. Exit code 1: the ratio is above the goal.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from made_org import FIELDS, make_describes, object_name
from measuring import Run, run, versions
from naive_models import naive_package
from sfgen.generate import Options, build_package

GOAL = 0.30
"""The time of a cold mypy run over ours is to be at most this share of that over naive models."""

_USES = {
    "ours": (
        "from ours.client import Salesforce\nfrom ours.{module} import {name}\n\n\ndef first(sf: Salesforce) -> str:\n"
        "    return sf.{name}.select({name}.String_1__c).one().String_1__c\n"
    ),
    "naive": (
        "from naive.client import Salesforce\nfrom naive.{module} import {name}\n\n\n"
        "def first(sf: Salesforce) -> str | None:\n    return sf.{name}.String_1__c\n"
    ),
}
_USE_OF_ONE = (
    "from sfgen_runtime import Salesforce\nfrom ours.{module} import {name}, {name}Type\n\n\n"
    "def first(sf: Salesforce) -> str:\n"
    "    return {name}Type(sf).select({name}.String_1__c).one().String_1__c\n"
)
_IMPORTS = {
    "runtime": "import sfgen_runtime.model, sfgen_runtime.model.client",
    "one object": "from ours.{module} import {name}",
    "one object, from the package": "from ours import {name}",
    "client": "from ours import Salesforce",
    "one naive object": "from naive.{module} import {name}",
}


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--objects", type=int, default=1000, help="how many objects the org has (1000)")
    parser.add_argument("--rounds", type=int, default=2, help="how often to measure; the best counts (2)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--no-pyright", action="store_true", help="leave pyright out")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), options.objects, options.rounds, with_pyright=not options.no_pyright)
    print(json.dumps(found, indent=2) if options.json else _table(found))
    return 0 if found["ratio"]["time"] <= GOAL else 1


def measure(folder: Path, objects: int, rounds: int, *, with_pyright: bool = True) -> dict[str, Any]:
    """Make both packages in `folder` and measure them."""
    # In a process of its own: what this one has grown to would count as the least that any child of it takes.
    maker = multiprocessing.get_context("spawn").Process(target=make_packages, args=(folder, objects))
    maker.start()
    maker.join()
    assert maker.exitcode == 0
    uses = {**_USES, "one object": _USE_OF_ONE}
    names = {"name": object_name(objects // 2), "module": object_name(objects // 2).lower()}
    files = {}
    for name, text in uses.items():
        files[name] = folder / f"use_{name.replace(' ', '_')}.py"
        files[name].write_text(text.format(**names), encoding="utf-8")
    taken: dict[str, list[Run]] = {}
    for _ in range(rounds):
        for name, file in files.items():
            for kind, ran in _mypy(file).items():
                taken.setdefault(f"mypy {kind}: {name}", []).append(ran)
            if with_pyright:
                taken.setdefault(f"pyright: {name}", []).append(_pyright(file))
    # Imports are short, so they are measured more often; the first one writes the bytecode.
    for name, statement in _IMPORTS.items():
        runs = [_import(statement.format(**names), folder) for _ in range(1 + max(5, rounds))]
        taken[f"import: {name}"] = runs[1:]
    best = {name: min(runs, key=lambda ran: ran.processor) for name, runs in taken.items()}
    ours, naive = best["mypy cold: ours"], best["mypy cold: naive"]
    return {
        "objects": objects,
        "fields": objects * FIELDS,
        "versions": versions("mypy", "pyright", "pydantic"),
        "ratio": {
            "time": ours.processor / naive.processor,
            "memory": ours.memory / naive.memory,
        },
        "runs": {
            name: {"seconds": ran.seconds, "processor": ran.processor, "memory": ran.memory}
            for name, ran in best.items()
        },
    }


def make_packages(folder: Path, objects: int) -> None:
    """Write the same objects as a package of ours and as naive models."""
    describes = make_describes(objects)
    write(folder / "ours", build_package(describes, Options("ours")).files)
    write(folder / "naive", naive_package(describes))


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write the files of a package."""
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def _mypy(file: Path) -> dict[str, Run]:
    """Check a file with an empty cache, and again with the one that the first run left."""
    cache = file.parent / "mypy_cache"
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", os.devnull, "--cache-dir", str(cache)]
    try:
        return {kind: run([*command, file.name], cwd=file.parent) for kind in ("cold", "warm")}
    finally:
        shutil.rmtree(cache, ignore_errors=True)


def _pyright(file: Path) -> Run:
    """Check one file, whatever else the folder holds."""
    config = {"include": [file.name], "pythonVersion": "3.11", "typeCheckingMode": "standard"}
    (file.parent / "pyrightconfig.json").write_text(json.dumps(config), encoding="utf-8")
    return run([sys.executable, "-m", "pyright", "--pythonpath", sys.executable], cwd=file.parent)


def _import(statement: str, folder: Path) -> Run:
    """Time an import in a fresh interpreter, without the interpreter's own start."""
    clocks = "(time.perf_counter(), time.process_time())"
    code = f"import time; start = {clocks}; {statement}; print(*(b - a for a, b in zip(start, {clocks})))"
    ran = run([sys.executable, "-c", code], cwd=folder)
    seconds, processor = map(float, ran.output.split())
    return ran._replace(seconds=seconds, processor=processor)


def _table(found: Mapping[str, Any]) -> str:
    runs, ratio = found["runs"], found["ratio"]
    rows = [
        f"{name:<38} {ran['seconds']:8.3f} s {ran['processor']:8.3f} s {ran['memory'] / 1e9:6.2f} GB"
        for name, ran in runs.items()
    ]
    beyond = runs["import: one object"]["processor"] - runs["import: runtime"]["processor"]
    return "\n".join(
        (
            f"{found['objects']:,} objects, {found['fields']:,} fields. {found['versions']}",
            f"{'':<38} {'wall':>10} {'processor':>10} {'memory':>9}",
            *rows,
            f"cold mypy, ours to naive: {ratio['time']:.2f} of the time (goal {GOAL:.2f})",
            f"and {ratio['memory']:.2f} of the memory",
            f"importing one object: {beyond * 1000:.0f} ms beyond the runtime",
        )
    )


if __name__ == "__main__":
    sys.exit(main())
