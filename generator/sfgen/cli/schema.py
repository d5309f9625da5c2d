"""`sfgen schema`: the org's objects as JSON Schema."""

from __future__ import annotations

import json
from pathlib import Path

import click

from sfgen.cli.options import choice_options, common_options, org_options
from sfgen.cli.sources import Source, options_of, schema_options, snapshot_option
from sfgen.cli.summary import count, exit_code, shown
from sfgen.config import load_config
from sfgen.console import say, tell_problems

_EPILOG = """\b
Examples:
  sfgen schema --org demo --object Account
  sfgen schema --from-snapshot sfgen_snapshot --relationships parents --out schema.json
"""


@click.command("schema", epilog=_EPILOG)
@org_options
@snapshot_option
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The file to write (default: standard output).",
)
@choice_options
@schema_options
@common_options
def command(
    org: str | None,
    access_token_env: str | None,
    instance_url: str | None,
    source: Path | None,
    out: Path | None,
    objects: tuple[str, ...],
    exclude: tuple[str, ...],
    relationships: str,
    decimals: str,
) -> int:
    """Write the JSON Schema (draft 2020-12) of the org's records: a definition an object."""
    from sfgen.models.json_schema import json_schema

    config = load_config(Path.cwd())
    described, problems = Source(org, access_token_env, instance_url, source, objects, exclude).read(config)
    # In ASCII, so that nothing in a label can be mistaken for something else, and any tool reads it.
    text = json.dumps(json_schema(described, options_of(config, relationships, decimals)), indent=2)
    tell_problems(tuple(problems))
    if out is None:
        say(text)
    else:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text + "\n", encoding="utf-8", newline="\n")
        say(f"{shown(out.resolve())}: {count(len(described), 'object')}")
    return exit_code(problems)
