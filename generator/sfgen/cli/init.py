"""`sfgen init`: a commented [tool.sfgen] in pyproject.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

import click

from sfgen.cli.options import common_options
from sfgen.config import package_fault
from sfgen.console import say
from sfgen.errors import SfgenError

_TABLE = """[tool.sfgen]
# The package to generate, and the folder that gets it.
package = "{package}"
out = "."
# Describe results of the org: commit them, their diff is what changed in the org.
snapshot = "sfgen_snapshot"
# Pin the API version; without it the newest of the org is taken.
# api_version = "62.0"
# Objects by API name or glob; without it all but Share, History, Feed and ChangeEvent objects.
# objects = ["Account", "Contact", "*__c"]
# exclude = ["*__mdt"]
# default_exclude = true
# A picklist with more values than this is typed as text.
# max_picklist_literal = 200

# Python names for what the org calls otherwise: "Object" or "Object.Field".
# [tool.sfgen.names]
# "Account.Class__c" = "class_"

# Typed clients of Apex REST classes from their OpenAPI documents: sf.apex.user_activity.
# [tool.sfgen.apex]
# actions = ["apex.*", "flow.*"]
# documents = {{ user_activity = "apex/user-activity.yaml" }}

# An org for `sfgen generate --org prod`: keys that end in _env name environment variables, secrets never stand here.
# [tool.sfgen.orgs.prod]
# domain = "acme.my"
# consumer_key_env = "SF_CONSUMER_KEY"
# consumer_secret_env = "SF_CONSUMER_SECRET"

# An org that the Salesforce CLI is logged in to, by its alias there.
# [tool.sfgen.orgs.dev]
# sf_cli = "my-dev-org"
"""


@click.command("init", epilog="Then: sfgen generate --org demo, or add your org below [tool.sfgen.orgs].")
@click.option("--package", default="acme_org", metavar="NAME", show_default=True, help="The package to generate.")
@common_options
def command(package: str) -> int:
    """Write a commented [tool.sfgen] into the pyproject.toml of this folder."""
    file = Path.cwd() / "pyproject.toml"
    if fault := package_fault(package, file.parent):
        raise SfgenError(f"{fault}, such as acme_org.")
    if file.with_name("sfgen.toml").exists():
        raise SfgenError(f"{file.with_name('sfgen.toml')} configures sfgen already.")
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    file.write_text(_with_table(before, package, file), encoding="utf-8")
    say(f"{file} has a [tool.sfgen] now. Next: sfgen generate --org demo")
    return 0


def _with_table(text: str, package: str, file: Path) -> str:
    """Return the TOML with sfgen's table, everything else as it was.

    Raises:
        SfgenError: it has one, or is no TOML.
    """
    import tomlkit
    from tomlkit.exceptions import ParseError

    try:
        document = tomlkit.parse(text)
    except ParseError as error:
        raise SfgenError(f"{file} is not valid TOML: {error}.") from error
    if "sfgen" in document.get("tool", {}):
        raise SfgenError(f"{file} has a [tool.sfgen] already.")
    table = _TABLE.format(package=package)
    result = f"{text.rstrip()}\n\n{table}" if text.strip() else table
    try:
        tomllib.loads(result)
    except tomllib.TOMLDecodeError as error:
        # `tool = {...}` on one line can't be added to from below.
        raise SfgenError(f"{file} writes `tool` as an inline table: write it as [tool.NAME] tables first.") from error
    return result
