"""Where the objects of `sfgen models` and `sfgen schema` come from: an org, or describes on disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sfgen.cli.options import choice_of, no_source, org_choice
from sfgen.describe import ObjectDescribe, Problem, read_object
from sfgen.errors import SfgenError
from sfgen.models.json_schema import Decimals, Relationships, SchemaOptions
from sfgen.snapshot import read_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from sfgen.config import Config

    Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

snapshot_option = click.option(
    "--from-snapshot",
    "source",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Describes on disk instead of an org: a snapshot, or any folder of describe results.",
)


def schema_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what is in a definition."""
    relationships = click.option(
        "--relationships",
        type=click.Choice([item.value for item in Relationships]),
        default=Relationships.NONE.value,
        show_default=True,
        help="Fields for the parents of lookups, or also for the lists of children, among the chosen objects.",
    )
    decimals = click.option(
        "--decimals",
        type=click.Choice([item.value for item in Decimals]),
        default=Decimals.NUMBER.value,
        show_default=True,
        help="Currency amounts as JSON numbers, as the API sends them, or as strings.",
    )
    return relationships(decimals(command))


def options_of(config: Config, relationships: str, decimals: str) -> SchemaOptions:
    """Return the options as the command line gave them; picklists are cut where the configuration says."""
    return SchemaOptions(Decimals(decimals), Relationships(relationships), config.max_picklist_literal)


@dataclass(frozen=True, slots=True)
class Source:
    """What the options say of the org and its objects."""

    org: str | None
    access_token_env: str | None
    instance_url: str | None
    folder: Path | None
    objects: tuple[str, ...]
    exclude: tuple[str, ...]

    def read(self, config: Config) -> tuple[list[ObjectDescribe], Sequence[Problem]]:
        """Return the chosen objects, from the org or from disk, and what is odd about them.

        Raises:
            SfgenError: no source, two of them, or one that can't be read.
            SalesforceError: the org refused.
        """
        chosen = org_choice(self.org, self.access_token_env, self.instance_url)
        if chosen is None and self.folder is None:
            raise no_source(config)
        choice = choice_of(config, self.objects, self.exclude)
        if chosen is not None:
            if self.folder is not None:
                raise SfgenError("--from-snapshot and an org both say where the describes come from: give one of them.")
            from sfgen.cli.snapshot import fetch_snapshot

            snapshot = fetch_snapshot(chosen, config, choice)
            names = sorted(snapshot.describes)
        else:
            assert self.folder is not None  # noqa: S101
            snapshot = read_snapshot(self.folder)
            names = choice.of(snapshot.describes)
        described: list[ObjectDescribe] = []
        problems = list(snapshot.problems)
        for name in names:
            object_, found = read_object(snapshot.describes[name])
            described.append(object_)
            problems += found
        return described, problems
