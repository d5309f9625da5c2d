"""The `sfgen` command: exit codes, and errors as one readable paragraph.

Nothing that an extra brings is imported here at the top: a missing one is answered with the line that installs it.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# Top-level packages that only an extra brings.
_CLI = frozenset(
    {"click", "datamodel_code_generator", "jinja2", "lark", "rich", "ruff", "tomlkit", "yaml", "sfgen_templates"}
)
_LOCAL_ORG = frozenset({"starlette", "uvicorn"})

EXIT_ERROR = 2
EXIT_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line and return its exit code: 0 done, 1 differences or findings, 2 error."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    # A job that is cancelled ends like one that is interrupted: what was half written is undone.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        from sfgen.cli import run

        code = run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the output has enough of it (`| head`); Python must not complain when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_ERROR
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        return EXIT_INTERRUPTED
    except Exception as error:
        if "--debug" in arguments:
            traceback.print_exc()
        sys.stderr.write(_paragraph(error) + "\n")
        return EXIT_ERROR
    return code


def _paragraph(error: Exception) -> str:
    """Return what to tell of an exception that ended a command."""
    from sfgen.errors import SfgenError

    if isinstance(error, ModuleNotFoundError) and (extra := _extra_of(error.name or "")):
        return f"This command needs more than `pip install sfgen` brings: pip install 'sfgen[{extra}]'"
    from sfgen_runtime.errors import SalesforceError

    from sfgen.console import printable

    if isinstance(error, (SfgenError, SalesforceError)):
        return printable(f"Error: {error}")
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return printable(f"Error: {where}{error.strerror or error}")
    return printable(
        f"Internal error: {type(error).__name__}: {error}\n"
        "This is a bug in sfgen. Run the command again with --debug and report what it prints."
    )


def _extra_of(module: str) -> str | None:
    package = module.partition(".")[0]
    if package in _CLI:
        return "cli"
    return "cli,local-org" if package in _LOCAL_ORG else None


if __name__ == "__main__":
    sys.exit(main())
