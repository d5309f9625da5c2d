"""From an org's name to a logged-in client: an entry of `[tool.sfgen.orgs]`, or `demo`, the bundled org."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sfgen.config import DEMO, Config, OrgConfig
from sfgen.errors import SfgenError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sfgen_runtime import SalesforceClient

# The configuration's keys, and the client's arguments that their values become; `sf_cli` is a login of another kind.
_ARGUMENTS = {
    "sf_cli": "sf_cli",
    "instance_url": "instance_url",
    "access_token": "session_id",
    "refresh_token": "refresh_token",
    "username": "username",
    "password": "password",
    "security_token": "security_token",
    "consumer_key": "consumer_key",
    "consumer_secret": "consumer_secret",
    "privatekey_file": "privatekey_file",
    "domain": "domain",
}


@dataclass(frozen=True, slots=True)
class OrgChoice:
    """Which org a command works on: by name, or by the variable that holds its token and its URL."""

    name: str | None = None
    access_token_env: str | None = None
    instance_url: str | None = None


@contextlib.contextmanager
def connect(choice: OrgChoice, config: Config, environ: Mapping[str, str] = os.environ) -> Iterator[SalesforceClient]:
    """Log in to an org for the time of the block; the bundled org is served on loopback for as long.

    Raises:
        SfgenError: no such org, environment variables that are not set (all are named), or too little to log in.
        SalesforceError: the org refused the login, or doesn't answer.
    """
    if choice.name == DEMO:
        with _demo() as client:
            yield client
    else:
        yield _client(credentials(choice, config, environ), config.api_version, choice.name or "the org")


def credentials(choice: OrgChoice, config: Config, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the arguments of the client that log in to the chosen org, or `sf_cli`: the Salesforce CLI's name of it.

    Raises:
        SfgenError: no such org, or environment variables that are not set: all are named.
    """
    if choice.name is not None:
        org = config.orgs.get(choice.name)
        if org is None:
            raise SfgenError(_unknown(choice.name, config))
        where = f"[tool.sfgen.orgs.{choice.name}]"
    else:
        if not choice.access_token_env or not choice.instance_url:
            raise SfgenError("Give both --access-token-env and --instance-url, or the name of an org with --org.")
        org = OrgConfig(access_token_env=choice.access_token_env, instance_url=choice.instance_url)
        where = "--access-token-env"
    missing: list[str] = []
    found: dict[str, str] = {}
    for key, argument in _ARGUMENTS.items():
        plain, variable = getattr(org, key, None), getattr(org, f"{key}_env", None)
        if plain is not None:
            found[argument] = plain
        elif variable is not None:
            value = environ.get(variable)
            if value:
                found[argument] = value
            else:
                missing.append(variable)
    if missing:
        raise SfgenError(f"{where} needs environment variables that are not set: {', '.join(missing)}. Set them first.")
    if "session_id" in found and "instance_url" not in found:
        raise SfgenError(f"{where} has an access token, but not whose: add instance_url or instance_url_env.")
    return found


def _client(arguments: Mapping[str, str], api_version: str | None, name: str) -> SalesforceClient:
    from sfgen_runtime import SalesforceClient

    from sfgen.fetch import newest_version

    try:
        if "sf_cli" in arguments:
            client = SalesforceClient.from_sf_cli(arguments["sf_cli"], version=api_version)
        else:
            # The types of the values are all text; the client's other arguments keep their defaults.
            client = SalesforceClient(**arguments, **({"version": api_version} if api_version else {}))  # type: ignore[arg-type]
    except TypeError as error:
        hint = "In the configuration each names an environment variable: consumer_key_env and so on"
        raise SfgenError(f"Can't log in to {name}: {error}. {hint}.") from error
    except (ValueError, OSError) as error:
        raise SfgenError(f"Can't log in to {name}: {str(error).rstrip('.')}.") from error
    if api_version is None:
        client.sf_version = newest_version(client)
    return client


@contextlib.contextmanager
def _demo() -> Iterator[SalesforceClient]:
    from sfgen_local_org import demo
    from sfgen_local_org.server import LocalOrg

    with LocalOrg(demo.describes().values()) as server:
        arguments = {"instance_url": server.url, "session_id": server.session_id}
        yield _client(arguments, None, DEMO)


def _unknown(name: str, config: Config) -> str:
    known = ", ".join([*sorted(config.orgs), DEMO])
    return (
        f"There is no org {name!r}; known are: {known}. Add it as [tool.sfgen.orgs.{name}], "
        "or use --access-token-env and --instance-url."
    )
