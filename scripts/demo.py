"""The main job from end to end: an org's describe metadata becomes a typed package, and an app works with it.

`make demo` runs this. Everything happens on this machine: the org is the bundled one, served on loopback.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from sfgen_local_org import demo
from sfgen_local_org.org import Org
from sfgen_local_org.server import LocalOrg

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build" / "demo"
EXAMPLE = ROOT / "generated_example"


def main() -> int:
    """Run each step, saying what it does; stop at the first that fails."""
    org = Org(demo.describes().values())
    org.seed(demo.records())
    with LocalOrg(org) as server:
        environ = os.environ | {"SF_INSTANCE_URL": server.url, "SF_ACCESS_TOKEN": server.session_id}
        say(f"1. A Salesforce org on loopback: {server.url}")
        say("2. Its describe metadata becomes a typed package:")
        login = ["--access-token-env", "SF_ACCESS_TOKEN", "--instance-url", server.url]
        where = ["--package", "acme_org", "--out", shown(BUILD), "--no-snapshot"]
        run([sys.executable, "-m", "sfgen", "generate", *login, *where], environ)
        # Copies beside the new package, so that Python and mypy find that one and not the committed example.
        for file in EXAMPLE.iterdir():
            if file.is_file():
                shutil.copy(file, BUILD)
        app, mistakes = shown(BUILD / "app.py"), shown(BUILD / "mistakes.py")
        say("3. mypy --strict reads an app that uses it, and the modules that the app uses:")
        run([sys.executable, "-m", "mypy", "--strict", app], environ)
        say("4. The app runs on the org:")
        run([sys.executable, app], environ)
        say("5. mypy --strict on two mistakes that an untyped client sends to the org:")
        run([sys.executable, "-m", "mypy", "--strict", mistakes], environ, expected=1)
    say(
        f"""
Look at next:
  {app}   the app; make a mistake of your own in it, and run
      .venv/bin/mypy --strict {app}
  {shown(BUILD)}/acme_org/contact.py   what one object became
  .venv/bin/sfgen serve   the same org, to be used with any Salesforce client
  .venv/bin/sfgen init    a configuration for your own org"""
    )
    return 0


def run(command: list[str], environ: dict[str, str], *, expected: int = 0) -> None:
    """Run one step; what it prints is part of the demo.

    Raises:
        SystemExit: it ended with another exit code than expected.
    """
    code = subprocess.run(command, env=environ, cwd=ROOT, check=False).returncode  # noqa: S603
    if code != expected:
        sys.exit(f"The demo stops here: {' '.join(command[1:4])} ended with exit code {code}.")


def say(text: str) -> None:
    """Print at once, so that it stands before what the next step prints."""
    print(text, flush=True)  # noqa: T201


def shown(path: Path) -> str:
    """Return the path as it is typed from the project's folder."""
    return path.relative_to(ROOT).as_posix()


if __name__ == "__main__":
    sys.exit(main())
