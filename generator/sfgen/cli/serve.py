"""`sfgen serve`: the local org, until Ctrl-C."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sfgen.cli.options import common_options, format_option
from sfgen.console import say, tell_problems
from sfgen.errors import SfgenError
from sfgen.files import parse_json, why_broken
from sfgen.snapshot import read_snapshot, with_urls

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sfgen_local_org.server import LocalOrg

_EPILOG = """\b
Examples:
  sfgen serve
  sfgen serve --snapshot sfgen_snapshot --data records.json --port 8080
"""


@click.command("serve", epilog=_EPILOG)
@click.option(
    "--snapshot", type=click.Path(path_type=Path), metavar="DIR", help="Describes of the org (default: demo)."
)
@click.option(
    "--data",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help='Records: JSON {"Account": [{...}]}, or a line {"sobject": "Account", ...fields} each.',
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port (default: a free one).")
@format_option
@common_options
def command(snapshot: Path | None, data: Path | None, port: int, form: str) -> int:
    """Run a Salesforce org on loopback: for development and tests, never a claim to be Salesforce."""
    from sfgen_local_org import demo
    from sfgen_local_org.org import Org
    from sfgen_local_org.server import DEFAULT_API_VERSION, serve

    version = DEFAULT_API_VERSION
    if snapshot is None:
        org = Org(demo.describes().values())
        org.seed(demo.records())
    else:
        read = read_snapshot(snapshot)
        tell_problems(read.problems)
        version = read.api_version or version
        org = Org((with_urls(describe, version) for describe in read.describes.values()), api_version=version)
    if data is not None:
        try:
            org.seed(_records(data))
        except (LookupError, ValueError) as error:
            raise SfgenError(f"{data}: {error}. Compare the records with the snapshot's objects and fields.") from error
    serve(org, lambda server: _print_login(server, form), port=port, api_version=version)
    return 0


def _print_login(server: LocalOrg, form: str) -> None:
    login = {
        "url": server.url,
        "session_id": server.session_id,
        "username": server.username,
        "password": server.password,
        "security_token": server.security_token,
        "consumer_key": server.consumer_key,
        "consumer_secret": server.consumer_secret,
    }
    if form == "json":
        say(json.dumps(login))
    else:
        say(f"A local Salesforce org is ready at {server.url} (Ctrl-C ends it). Its login, for this run only:")
        for name, value in list(login.items())[1:]:
            say(f"  {name:16} {value}")
        say(f'In Python: Salesforce(instance_url="{server.url}", session_id="{server.session_id}")')


def _records(file: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield object name and record from one JSON object of lists, or from JSON lines.

    Raises:
        SfgenError: the file is neither; the message names the line.
    """
    content = file.read_bytes()
    try:
        whole = parse_json(content)
    except (ValueError, RecursionError):
        whole = None
    if isinstance(whole, dict) and "sobject" not in whole:
        for name, records in whole.items():
            if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
                raise SfgenError(f"{file}: {name!r} must hold a list of records.")
            yield from ((name, record) for record in records)
        return
    for number, line in enumerate(content.splitlines(), 1):
        if line.strip():
            yield _record(line, f"{file}, line {number}")


def _record(line: bytes, where: str) -> tuple[str, Mapping[str, Any]]:
    try:
        record = parse_json(line)
    except (ValueError, RecursionError) as error:
        raise SfgenError(f"{where}: {why_broken(error)}.") from error
    name = record.pop("sobject", None) if isinstance(record, dict) else None
    if not isinstance(name, str):
        raise SfgenError(f'{where}: a record is {{"sobject": "Account", "Name": ...}}.')
    return name, record
