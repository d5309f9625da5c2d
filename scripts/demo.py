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
APP = ROOT / "generated_example" / "app.py"


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
        # A copy beside the new package, so that Python and mypy find that one and not the committed example.
        app = BUILD / APP.name
        shutil.copyfile(APP, app)
        say("3. mypy --strict reads an app that uses it, and the modules that the app uses:")
        run([sys.executable, "-m", "mypy", "--strict", shown(app)], environ)
        say("4. The app runs on the org:")
        run([sys.executable, shown(app)], environ)
    say(
        f"""
Look at next:
  {shown(BUILD)}/acme_org/contact.py   what one object became
  {shown(app)}   the app: misspell a field or a picklist value in it, and run
      .venv/bin/mypy --strict {shown(app)}
  .venv/bin/sfgen serve   the same org, to be used with any Salesforce client
  .venv/bin/sfgen init    a configuration for your own org"""
    )
    return 0


def run(command: list[str], environ: dict[str, str]) -> None:
    """Run one step; what it prints is part of the demo.

    Raises:
        SystemExit: it failed; its exit code is ours.
    """
    code = subprocess.run(command, env=environ, cwd=ROOT, check=False).returncode  # noqa: S603
    if code:
        sys.exit(code)


def say(text: str) -> None:
    """Print at once, so that it stands before what the next step prints."""
    print(text, flush=True)  # noqa: T201


def shown(path: Path) -> str:
    """Return the path as it is typed from the project's folder."""
    return path.relative_to(ROOT).as_posix()


if __name__ == "__main__":
    sys.exit(main())
