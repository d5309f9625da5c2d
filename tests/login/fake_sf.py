"""A Salesforce CLI for tests: an executable `sf` that answers what it is told to, and remembers its arguments."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

PLACEHOLDER = "[REDACTED] Use 'sf org auth show-access-token' to view"

_PROGRAM = """#!{python} -IS
import json, os, sys, time
here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "asked"), "a") as asked:
    print(json.dumps([sys.argv[1:], os.environ.get("NO_COLOR"), os.environ.get("FORCE_COLOR")]), file=asked)
with open(os.path.join(here, "answers.json")) as answers:
    plan = json.load(answers)
command = " ".join(word for word in sys.argv[1:4] if not word.startswith("-"))
answer = next((plan[known] for known in plan if command.startswith(known)), None)
if answer is None:
    print(f"{{sys.argv[1:]}} is not a sf command.", file=sys.stderr)
    sys.exit(127)
if answer.get("hang"):
    print("partial 00D000000000001!SECRET-token", flush=True)
    time.sleep(600)
sys.stdout.write(answer["stdout"])
sys.stderr.write(answer.get("stderr", ""))
sys.exit(answer.get("exit", 0))
"""


@dataclass
class FakeSf:
    """The executable in `folder`; `answers` by command, in the form of the real CLI's JSON."""

    folder: Path
    answers: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        program = self.folder / "sf"
        program.write_text(_PROGRAM.format(python=sys.executable), encoding="utf-8")
        program.chmod(0o755)
        self._write()

    def answer(self, command: str, result: object) -> None:
        """Let a command succeed with this result."""
        self.say(command, json.dumps({"status": 0, "result": result, "warnings": []}))

    def refuse(self, command: str, name: str, message: str) -> None:
        """Let a command fail as the CLI's commands do: JSON on stdout, exit code 1."""
        told = {"name": name, "message": message, "exitCode": 1, "status": 1, "stack": "...", "warnings": []}
        self.say(command, json.dumps(told), exit=1)

    def say(self, command: str, stdout: str, **more: Any) -> None:
        """Let a command write this; `exit` and `stderr` too, or `hang`."""
        self.answers[command] = {"stdout": stdout, **more}
        self._write()

    @property
    def asked(self) -> list[list[str]]:
        """The arguments of every run so far."""
        return [line[0] for line in self.lines]

    @property
    def lines(self) -> list[Any]:
        """Arguments, NO_COLOR and FORCE_COLOR of every run so far."""
        file = self.folder / "asked"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def _write(self) -> None:
        (self.folder / "answers.json").write_text(json.dumps(self.answers), encoding="utf-8")
