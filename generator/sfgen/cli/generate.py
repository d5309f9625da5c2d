"""`sfgen generate`: from describe metadata to a package on disk."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import click

from sfgen.cli.options import (
    choice_of,
    choice_options,
    common_options,
    folder,
    format_option,
    no_source,
    org_choice,
    org_options,
    snapshot_folder,
)
from sfgen.cli.summary import count, exit_code, problems_as_json, shown
from sfgen.config import DEMO, Config, load_config, package_fault
from sfgen.console import say, tell, tell_problems
from sfgen.describe import Level, ObjectDescribe, Problem, read_object
from sfgen.errors import SfgenError
from sfgen.snapshot import Snapshot, read_snapshot, write_snapshot
from sfgen.write import Changes, Finding, check, sync

_EPILOG = """\b
Examples:
  sfgen generate --org demo --out build
  sfgen generate --org prod --object Account --object Contact
  sfgen generate --from-snapshot sfgen_snapshot --check
"""


@click.command("generate", epilog=_EPILOG)
@org_options
@click.option(
    "--from-snapshot",
    "source",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Describes on disk instead of an org: a snapshot, or any folder of describe results.",
)
@click.option("--package", metavar="NAME", help="The package's name (default: as configured).")
@click.option("--out", type=folder, help="The folder that gets the package (default: as configured, else here).")
@choice_options
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 if the package is not up to date.")
@click.option("--no-snapshot", is_flag=True, help="With --org: don't write the snapshot.")
@format_option
@common_options
def command(
    org: str | None,
    access_token_env: str | None,
    instance_url: str | None,
    source: Path | None,
    package: str | None,
    out: Path | None,
    objects: tuple[str, ...],
    exclude: tuple[str, ...],
    only_check: bool,
    no_snapshot: bool,
    form: str,
) -> int:
    """Generate the typed package from an org, or from describes on disk."""
    config = load_config(Path.cwd())
    chosen = org_choice(org, access_token_env, instance_url)
    if chosen is None and source is None:
        raise no_source(config)
    if chosen is not None and source is not None:
        raise SfgenError("--from-snapshot and an org both say where the describes come from: give one of them.")
    out = config.out if out is None else out
    name = _package_name(package or config.package or ("acme_org" if org == DEMO else None), out)
    choice = choice_of(config, objects, exclude)
    if chosen is not None:
        from sfgen.cli.snapshot import fetch_snapshot

        snapshot = fetch_snapshot(chosen, config, choice)
    else:
        assert source is not None  # noqa: S101
        snapshot = read_snapshot(source)
        names = choice.of(snapshot.describes)
        snapshot = replace(snapshot, describes={name: snapshot.describes[name] for name in names})
    generated = _generate(name, snapshot, config, published_names(out / name))
    if any(problem.level is Level.ERROR and not problem.object for problem in generated.problems):
        # An error of no single object is one of the package: what is on disk is worth more than the rest of it.
        tell_problems(generated.problems)
        raise SfgenError(f"{shown(out / name)} is left as it is.")
    if only_check:
        return _report_check(check(out / name, generated.files), out / name, generated, form)
    if chosen is not None and not no_snapshot:
        write_snapshot(snapshot_folder(config, out), snapshot)
    return _report_sync(sync(out / name, generated.files), out / name, generated, form)


@dataclass(frozen=True, slots=True)
class _Generated:
    files: dict[str, str]
    objects: int
    fields: int
    problems: tuple[Problem, ...]


def _package_name(name: str | None, out: Path) -> str:
    if name is None:
        raise SfgenError('Say what the package is called: --package NAME, or package = "acme_org" in [tool.sfgen].')
    if fault := package_fault(name, out):
        raise SfgenError(f"{fault}, such as acme_org.")
    return name


def published_names(folder: Path) -> str | None:
    """Return the text of the package's lock, or None where there is none yet."""
    from sfgen.lock import LOCK

    try:
        return (folder / LOCK).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise SfgenError(f"{shown(folder / LOCK)} can't be read: {error}.") from None


def _generate(name: str, snapshot: Snapshot, config: Config, lock: str | None) -> _Generated:
    from sfgen.generate import Options, build_package

    described: list[ObjectDescribe] = []
    problems = list(snapshot.problems)
    for describe in snapshot.describes.values():
        object_, found = read_object(describe)
        described.append(object_)
        problems += found
    options = Options(
        package=name,
        api_version=config.api_version or snapshot.api_version,
        names=config.names,
        max_picklist_literal=config.max_picklist_literal,
        apex=_apex_files(config, snapshot),
    )
    package = build_package(described, options, lock)
    problems += package.problems
    left_out = {problem.object for problem in problems if problem.level is Level.ERROR and not problem.field}
    fields = [len(object_.fields) for object_ in described if object_.name not in left_out]
    return _Generated(dict(package.files), len(fields), sum(fields), tuple(problems))


def _apex_files(config: Config, snapshot: Snapshot) -> dict[str, str]:
    """Return the Apex REST clients; what makes them is loaded only for who has some."""
    if not config.apex.documents and not snapshot.actions:
        return {}
    from sfgen.apex.generate import build_apex

    return build_apex(config.apex.documents, snapshot.actions)


def _report_sync(changes: Changes, folder: Path, generated: _Generated, form: str) -> int:
    if form == "json":
        result = {
            "package": str(folder),
            "objects": generated.objects,
            "fields": generated.fields,
            "written": changes.written,
            "removed": changes.removed,
            "kept": changes.kept,
            "unchanged": changes.unchanged,
            "problems": problems_as_json(generated.problems),
        }
        say(json.dumps(result, indent=2))
        return exit_code(generated.problems)
    tell_problems(generated.problems)
    for path in changes.kept:
        tell(f"warning: {shown(folder / path)} is no longer generated, but was edited by hand: delete it if it can go")
    files = f"{count(len(changes.written), 'file')} written, {len(changes.removed)} removed"
    what = f"{count(generated.objects, 'object')}, {count(generated.fields, 'field')}"
    say(f"{shown(folder)}: {what}; {files}, {changes.unchanged} unchanged{_and(generated.problems)}")
    return exit_code(generated.problems)


def _report_check(findings: list[Finding], folder: Path, generated: _Generated, form: str) -> int:
    code = exit_code(generated.problems) or (1 if findings else 0)
    if form == "json":
        differences = [{"difference": item.difference, "path": item.path, "reason": item.reason} for item in findings]
        problems = problems_as_json(generated.problems)
        say(json.dumps({"package": str(folder), "differences": differences, "problems": problems}, indent=2))
        return code
    tell_problems(generated.problems)
    for finding in findings:
        say(str(finding))
    if findings:
        say(f"{shown(folder)} is not up to date: {count(len(findings), 'file')}. Run the command without --check.")
    else:
        say(f"{shown(folder)} is up to date{_and(generated.problems)}")
    return code


def _and(problems: tuple[Problem, ...]) -> str:
    return f"; {count(len(problems), 'problem')}" if problems else ""
