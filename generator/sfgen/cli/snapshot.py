"""`sfgen snapshot`: describes to disk only."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sfgen.cli.options import choice_of, choice_options, common_options, folder, format_option, org_choice, org_options
from sfgen.cli.options import snapshot_folder as configured_folder
from sfgen.cli.summary import count, exit_code, problems_as_json, shown
from sfgen.config import Config, load_config
from sfgen.console import progress, say, tell_problems
from sfgen.errors import SfgenError
from sfgen.orgs import OrgChoice, connect
from sfgen.snapshot import Snapshot, write_snapshot

if TYPE_CHECKING:
    from sfgen.choose import Choice


@click.command(
    "snapshot",
    epilog="Example: sfgen snapshot --org prod --object Account --object '*__c'",
)
@org_options
@click.option("--out", type=folder, help="The snapshot's folder (default: as configured, else ./sfgen_snapshot).")
@choice_options
@format_option
@common_options
def command(
    org: str | None,
    access_token_env: str | None,
    instance_url: str | None,
    out: Path | None,
    objects: tuple[str, ...],
    exclude: tuple[str, ...],
    form: str,
) -> int:
    """Write an org's describe results to disk, to be committed and reviewed."""
    config = load_config(Path.cwd())
    chosen = org_choice(org, access_token_env, instance_url)
    if chosen is None:
        raise SfgenError("Say which org: --org NAME, or --access-token-env VAR and --instance-url URL.")
    target = out or configured_folder(config, Path.cwd())
    snapshot = fetch_snapshot(chosen, config, choice_of(config, objects, exclude))
    changes = write_snapshot(target, snapshot)
    if form == "json":
        result = {
            "snapshot": str(target),
            "api_version": snapshot.api_version,
            "objects": sorted(snapshot.describes),
            "written": changes.written,
            "removed": changes.removed,
            "problems": problems_as_json(snapshot.problems),
        }
        say(json.dumps(result, indent=2))
    else:
        tell_problems(snapshot.problems)
        files = f"{count(len(changes.written), 'file')} written, {len(changes.removed)} removed"
        say(f"{shown(target)}: {count(len(snapshot.describes), 'object')} at API {snapshot.api_version}; {files}")
    return exit_code(snapshot.problems)


def fetch_snapshot(org: OrgChoice, config: Config, choice: Choice) -> Snapshot:
    """Log in to the org and describe the chosen objects, showing how far it is."""
    from sfgen.fetch import fetch

    with connect(org, config) as client, progress("Describing") as report:
        snapshot = fetch(client, choice, report)
        if not config.apex.actions:
            return snapshot
        from sfgen.apex.actions import fetch_actions

        actions, problems = fetch_actions(client, config.apex.actions)
        return replace(snapshot, actions=actions, problems=(*snapshot.problems, *problems))
