"""The traps: a folder each in tests/traps with the describes of what is hard to generate, and what is made of it.

``python tests/generator/traps.py`` writes the expected files anew, for a look at the difference in version control.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from sfgen.describe import ObjectDescribe, Problem, read_object
from sfgen.generate import Options, Package, build_package

TRAPS = Path(__file__).resolve().parents[1] / "traps"


@dataclass(frozen=True)
class Trap:
    """One folder. Each trap's package has a name of its own, so that all of them can be checked at once."""

    folder: Path

    @property
    def package_name(self) -> str:
        return f"trap_{self.folder.name}"

    @property
    def expected(self) -> Path:
        return self.folder / "expected"

    def describes(self) -> list[dict[str, object]]:
        return [json.loads(path.read_bytes()) for path in sorted(self.folder.glob("describes/*.json"))]

    def build(self, describes: list[dict[str, object]] | None = None) -> Package:
        objects: list[ObjectDescribe] = []
        problems: list[Problem] = []
        for describe in self.describes() if describes is None else describes:
            described, found = read_object(describe)
            objects.append(described)
            problems += found
        package = build_package(objects, Options(self.package_name))
        return Package(package.files, (*problems, *package.problems))

    def write(self, into: Path, *, package: Package | None = None) -> None:
        """Write the package's files into a folder, which is made."""
        for name, text in (package or self.build()).files.items():
            path = into / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())

    def golden(self) -> dict[str, str]:
        return {
            path.relative_to(self.expected).as_posix(): path.read_bytes().decode()
            for path in self.expected.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }

    def expected_problems(self) -> list[str]:
        listed = self.folder / "problems.txt"
        return listed.read_text(encoding="utf-8").splitlines() if listed.exists() else []

    def write_golden(self) -> None:
        package = self.build()
        shutil.rmtree(self.expected, ignore_errors=True)
        self.write(self.expected, package=package)
        listed = self.folder / "problems.txt"
        listed.unlink(missing_ok=True)
        if package.problems:
            listed.write_text("".join(f"{problem}\n" for problem in package.problems), encoding="utf-8")


def traps() -> list[Trap]:
    return [Trap(path.parent) for path in sorted(TRAPS.glob("*/describes"))]


if __name__ == "__main__":
    for trap in traps():
        trap.write_golden()
