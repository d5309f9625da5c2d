"""`sfgen models`: the org's objects as models that need nothing of sfgen."""

from __future__ import annotations

import json
from pathlib import Path

import click

from sfgen.cli.options import choice_options, common_options, folder, format_option, org_options
from sfgen.cli.sources import Source, options_of, schema_options, snapshot_option
from sfgen.cli.summary import count, exit_code, problems_as_json, shown
from sfgen.config import load_config, package_fault
from sfgen.console import say, tell_problems
from sfgen.describe import Level
from sfgen.errors import SfgenError
from sfgen.models.codegen import ModelKind
from sfgen.write import sync

_EPILOG = """\b
Examples:
  sfgen models --as pydantic --org demo --out build
  sfgen models --as typeddict --from-snapshot sfgen_snapshot --object Account --object Contact
"""


@click.command("models", epilog=_EPILOG)
@click.option(
    "--as",
    "kind",
    type=click.Choice([kind.value for kind in ModelKind]),
    required=True,
    help="What the models are.",
)
@org_options
@snapshot_option
@click.option("--package", default="org_models", metavar="NAME", show_default=True, help="The name of the package.")
@click.option("--out", type=folder, help="The folder that gets the package (default: as configured, else here).")
@choice_options
@schema_options
@format_option
@common_options
def command(
    kind: str,
    org: str | None,
    access_token_env: str | None,
    instance_url: str | None,
    source: Path | None,
    package: str,
    out: Path | None,
    objects: tuple[str, ...],
    exclude: tuple[str, ...],
    relationships: str,
    decimals: str,
    form: str,
) -> int:
    """Write the org's objects as models for web APIs and other tools; they need no sfgen when used."""
    from sfgen.models.generate import build_models

    config = load_config(Path.cwd())
    out = config.out if out is None else out
    if fault := package_fault(package, out):
        raise SfgenError(f"{fault}, such as org_models.")
    described, problems = Source(org, access_token_env, instance_url, source, objects, exclude).read(config)
    models = build_models(described, ModelKind(kind), options_of(config, relationships, decimals))
    problems = (*problems, *models.problems)
    target = out / package
    if any(problem.level is Level.ERROR and not problem.object for problem in models.problems):
        tell_problems(problems)
        raise SfgenError(f"{shown(target)} is left as it is.")
    changes = sync(target, models.files)
    if form == "json":
        result = {
            "package": str(target),
            "objects": len(described),
            "written": changes.written,
            "removed": changes.removed,
            "unchanged": changes.unchanged,
            "problems": problems_as_json(problems),
        }
        say(json.dumps(result, indent=2))
    else:
        tell_problems(problems)
        files = f"{count(len(changes.written), 'file')} written, {len(changes.removed)} removed"
        say(f"{shown(target)}: {count(len(described), 'object')} as {kind}; {files}")
    return exit_code(problems)
