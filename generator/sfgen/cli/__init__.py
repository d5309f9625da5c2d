"""The commands, one module each; a module is imported when its command runs, so that the others don't cost start-up."""

from __future__ import annotations

from importlib import import_module, metadata
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMMANDS = ("generate", "init", "models", "schema", "serve", "snapshot")


class _Commands(click.Group):
    """Commands that are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = import_module(f"sfgen.cli.{cmd_name}").command
        assert isinstance(command, click.Command)  # noqa: S101
        return command


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Try it: sfgen generate --org demo --out build",
)
@click.version_option(metadata.version("sfgen"), prog_name="sfgen")
def sfgen() -> None:
    """Turn the describe metadata of a Salesforce org into a typed Python SDK.

    The configuration is [tool.sfgen] of pyproject.toml, or sfgen.toml; `sfgen init` writes one. Options win over it.
    Exit codes: 0 done, 1 differences or findings, 2 error.
    """


def run(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit code; what the user got wrong about options is told here."""
    try:
        code = sfgen.main(args=list(arguments), prog_name="sfgen", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return 2
    except click.ClickException as error:
        error.show()
        return 2
    except click.Abort:
        raise KeyboardInterrupt from None
    return code if isinstance(code, int) else 0
