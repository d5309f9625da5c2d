"""Options that several commands share, and what they make of the configuration."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from sfgen.choose import Choice
from sfgen.config import DEMO, SNAPSHOT, Config
from sfgen.errors import SfgenError
from sfgen.orgs import OrgChoice

_Command = TypeVar("_Command", bound=Callable[..., Any])
Decorator = Callable[[_Command], _Command]

folder = click.Path(file_okay=False, path_type=Path)


def _together(*options: Callable[[_Command], _Command]) -> Callable[[_Command], _Command]:
    def decorate(command: _Command) -> _Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def org_options(command: _Command) -> _Command:
    """Add the options that say which org to work on."""
    return _together(
        click.option(
            "--org", metavar="NAME", help=f"An entry of [tool.sfgen.orgs], or '{DEMO}': the bundled org, on loopback."
        ),
        click.option("--access-token-env", metavar="VAR", help="The environment variable that holds an access token."),
        click.option("--instance-url", metavar="URL", help="The org that the access token is for."),
    )(command)


def choice_options(command: _Command) -> _Command:
    """Add the options that choose objects."""
    return _together(
        click.option(
            "--object", "objects", metavar="NAME", multiple=True, help="Only these objects: a name or glob; repeatable."
        ),
        click.option("--exclude", metavar="GLOB", multiple=True, help="Without these objects; repeatable."),
    )(command)


def common_options(command: _Command) -> _Command:
    """Add what every command has."""
    return _together(
        click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of an error."),
    )(command)


format_option = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="json: the result for a machine."
)


def org_choice(org: str | None, access_token_env: str | None, instance_url: str | None) -> OrgChoice | None:
    """Return the org that the options name, or None if they name none.

    Raises:
        SfgenError: they name two.
    """
    if org is not None and (access_token_env is not None or instance_url is not None):
        raise SfgenError("--org and --access-token-env/--instance-url both name an org: give one of them.")
    if org is None and access_token_env is None and instance_url is None:
        return None
    return OrgChoice(org, access_token_env, instance_url)


def choice_of(config: Config, objects: tuple[str, ...], exclude: tuple[str, ...]) -> Choice:
    """Return the choice of objects: `--object` takes the place of the configuration's, `--exclude` adds to it."""
    return Choice(objects or config.objects, (*config.exclude, *exclude), config.default_exclude)


def snapshot_folder(config: Config, out: Path) -> Path:
    """Return where a snapshot is written: as configured, else below the output folder."""
    return config.snapshot or out / SNAPSHOT


def no_source(config: Config) -> SfgenError:
    """Return the error for a command that wasn't told where its describes come from."""
    known = ", ".join([*sorted(config.orgs), DEMO])
    return SfgenError(f"Say where the describes come from: --org NAME ({known}), or --from-snapshot DIR.")
