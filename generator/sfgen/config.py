"""The configuration: `[tool.sfgen]` of pyproject.toml or sfgen.toml, checked as a whole.

The file is found from the working directory upwards. Paths in it are relative to its folder. It may name environment
variables that hold credentials and never the credentials: the file is committed. All problems of a file are
reported at once, each with file and key.
"""

from __future__ import annotations

import difflib
import keyword
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self, cast
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from sfgen.describe import API_VERSION
from sfgen.errors import SfgenError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

# Objects that mirror others row by row; few integrations touch them and they triple the size of a package.
DEFAULT_EXCLUDE = ("*Share", "*History", "*Feed", "*ChangeEvent")

# The bundled org's name.
DEMO = "demo"
# The snapshot's folder, unless the configuration says another.
SNAPSHOT = "sfgen_snapshot"

# What people write first, and the key that names the environment variable which should hold it.
_SECRETS = {
    "username": "username_env",
    "password": "password_env",
    "security_token": "security_token_env",
    "consumer_key": "consumer_key_env",
    "client_id": "consumer_key_env",
    "consumer_secret": "consumer_secret_env",
    "client_secret": "consumer_secret_env",
    "access_token": "access_token_env",
    "session_id": "access_token_env",
    "refresh_token": "refresh_token_env",
    "token": "access_token_env",
    "privatekey": "privatekey_file",
    "private_key": "privatekey_file",
}
# An access token (organization id, then '!'), or a key in PEM form, whatever key it stands under.
_SECRET_VALUE = re.compile(r"^00D\w{9,15}!|-----BEGIN ")
_ENV_NAME = re.compile(r"[A-Z_][A-Z0-9_]*")
# Attribute of `sf.apex`, and module.
_DOCUMENT = re.compile(r"[a-z][a-z0-9_]*")
_RENAMED = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*)?", re.ASCII)


class ConfigError(SfgenError):
    """The configuration can't be used; the text lists all problems, each with file and key."""


def _env_name(value: str) -> str:
    # Capital letters only, so that a password pasted here by mistake is caught; the message must not repeat it.
    if not _ENV_NAME.fullmatch(value):
        raise ValueError(
            "must be the NAME of an environment variable, in capital letters, digits and '_', such as SF_PASSWORD; "
            "put the value itself in that variable"
        )
    return value


def _package(value: str) -> str:
    if fault := package_fault(value):
        raise ValueError(f"{fault}, such as acme_org")
    return value


def _api_version(value: str) -> str:
    if not API_VERSION.fullmatch(value):
        raise ValueError(f'{value!r} is no API version: write it as "62.0"')
    return value


def _url(value: str) -> str:
    parts = urlsplit(value)
    if parts.username or parts.password:
        raise ValueError("holds a user name or password: write the URL without it")
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise ValueError(f"{value!r} is no URL: write it as https://acme.my.salesforce.com")
    return value


def _names(value: dict[str, str]) -> dict[str, str]:
    wrong = [key for key in value if not _RENAMED.fullmatch(key)]
    if wrong:
        raise ValueError(f'{wrong[0]!r} is neither "Object" nor "Object.Field"')
    for key, name in value.items():
        if not name.isidentifier() or keyword.iskeyword(name):
            raise ValueError(f"{key!r} can't become {name!r}: that is no Python name")
    return value


def _orgs(value: dict[str, OrgConfig]) -> dict[str, OrgConfig]:
    if DEMO in value:
        raise ValueError(f"{DEMO!r} is the name of the bundled org: give yours another")
    return value


def _documents(value: dict[str, Path]) -> dict[str, Path]:
    for name in value:
        if not _DOCUMENT.fullmatch(name) or keyword.iskeyword(name) or name in ("actions", "client"):
            raise ValueError(f"{name!a} names a client: use small letters, digits and '_', such as user_activity")
        if name.removesuffix("_models") in value.keys() - {name}:
            raise ValueError(f"{name!a} is the module of another document's models: choose another name")
    return value


# TOML has lists where a frozen model has tuples; only that one step is lax.
_Globs = Annotated[tuple[str, ...], Field(strict=False)]
_EnvName = Annotated[str, AfterValidator(_env_name)]
_Url = Annotated[str, AfterValidator(_url)]


class OrgConfig(BaseModel):
    """How to log in to one org: `[tool.sfgen.orgs.NAME]`. Keys that end in `_env` name environment variables."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    instance_url: _Url | None = None
    instance_url_env: _EnvName | None = None
    access_token_env: _EnvName | None = None
    refresh_token_env: _EnvName | None = None
    username_env: _EnvName | None = None
    password_env: _EnvName | None = None
    security_token_env: _EnvName | None = None
    consumer_key_env: _EnvName | None = None
    consumer_secret_env: _EnvName | None = None
    privatekey_file: str | None = None
    privatekey_file_env: _EnvName | None = None
    domain: str | None = None
    domain_env: _EnvName | None = None
    # An org that the Salesforce CLI is logged in to, by its alias or user name there.
    sf_cli: Annotated[str, Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _one_login(self) -> Self:
        others = [name for name, value in self if value is not None and name != "sf_cli"]
        if self.sf_cli is not None and others:
            raise ValueError(f"sf_cli is a login by itself: leave out {', '.join(others)}")
        return self


class ApexConfig(BaseModel):
    """`[tool.sfgen.apex]`: OpenAPI documents of Apex REST classes by the name that the client gets, and actions."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    documents: Annotated[dict[str, Annotated[Path, Field(strict=False)]], AfterValidator(_documents)] = {}
    actions: _Globs = ()


class Config(BaseModel):
    """What `[tool.sfgen]` says; paths are absolute. `snapshot` is None only where there is no configuration file."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    package: Annotated[str, AfterValidator(_package)] | None = None
    out: Annotated[Path, Field(strict=False)] = Path()
    snapshot: Annotated[Path, Field(strict=False)] | None = None
    api_version: Annotated[str, AfterValidator(_api_version)] | None = None
    objects: _Globs = ()
    exclude: _Globs = ()
    default_exclude: bool = True
    # Picklists with more values than this are typed as text: type checkers slow down with each one.
    max_picklist_literal: Annotated[int, Field(ge=0)] = 200
    names: Annotated[dict[str, str], AfterValidator(_names)] = {}
    orgs: Annotated[dict[str, OrgConfig], AfterValidator(_orgs)] = {}
    apex: ApexConfig = ApexConfig()


# A package of such a name would be imported in the other's place. Python's `test` is its own tests: nobody misses it.
_TAKEN = (sys.stdlib_module_names | {"pydantic", "requests", "sfgen", "sfgen_runtime", "sfgen_local_org"}) - {"test"}


def package_fault(name: str, out: Path | None = None) -> str:
    """Return why a package can't have this name, and what to do; nothing if it can.

    With the folder that it is to be written to, names of other packages are refused too. In a folder that is a package
    itself they are free.
    """
    if not (name.isascii() and name.isidentifier()) or keyword.iskeyword(name):
        return f"{name!r} is no Python package name: use letters, digits and '_'"
    if out is not None and name in _TAKEN and not (out / "__init__.py").exists():
        return f"{name!r} is the name of another Python package, which it would hide: choose one of your own"
    return ""


def find_config(start: Path) -> Path | None:
    """Return the nearest sfgen.toml, or pyproject.toml with a `[tool.sfgen]`, from `start` upwards.

    Raises:
        ConfigError: a file on the way is not valid TOML, or one folder holds two configurations.
    """
    for folder in (start, *start.parents):
        own, shared = folder / "sfgen.toml", folder / "pyproject.toml"
        in_shared = shared.is_file() and _table(shared) is not None
        if own.is_file():
            if in_shared:
                raise ConfigError(f"{own} and [tool.sfgen] of {shared} both configure sfgen: keep one of them.")
            return own
        if in_shared:
            return shared
    return None


def load_config(start: Path) -> Config:
    """Read the configuration that holds for the folder `start`; without one, the defaults relative to `start`.

    Raises:
        ConfigError: the file can't be read, or has problems: all are listed.
    """
    start = start.resolve()
    file = find_config(start)
    if file is None:
        return Config(out=start)
    table = _table(file) or {}
    problems = list(_misplaced_secrets(table, ()))
    try:
        config = Config.model_validate(table)
    except ValidationError as error:
        # A secret's key is unknown to the model too: say it once.
        said = {key for key, _ in problems}
        problems += [_described(detail) for detail in error.errors() if _dotted(detail["loc"]) not in said]
    else:
        if not problems:
            return _anchored(config, file.parent)
    lines = "".join(f"\n  {key}: {message}" for key, message in problems)
    raise ConfigError(f"{file} can't be used:{lines}")


def _anchored(config: Config, folder: Path) -> Config:
    orgs = {
        name: org.model_copy(update={"privatekey_file": str(folder / org.privatekey_file)})
        if org.privatekey_file is not None
        else org
        for name, org in config.orgs.items()
    }
    snapshot = folder / (config.snapshot or SNAPSHOT)
    documents = {name: folder / file for name, file in config.apex.documents.items()}
    apex = config.apex.model_copy(update={"documents": documents})
    return config.model_copy(update={"out": folder / config.out, "snapshot": snapshot, "orgs": orgs, "apex": apex})


def _table(file: Path) -> Mapping[str, Any] | None:
    """Return sfgen's table of a TOML file; None where a pyproject.toml has none."""
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} is not valid TOML: {error}.") from error
    except OSError as error:
        raise ConfigError(f"{file} can't be read: {error.strerror}.") from error
    tool = data.get("tool")
    table = tool.get("sfgen") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise ConfigError(f"{file}: tool.sfgen must be a table: write [tool.sfgen].")
    # sfgen.toml may have its keys at the top, or below the [tool.sfgen] that was copied from a pyproject.toml.
    if table is None and file.name == "sfgen.toml":
        return data
    return cast("Mapping[str, Any] | None", table)


def _misplaced_secrets(table: Mapping[str, Any], where: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield key and message of what looks like a credential; the value itself is never repeated."""
    in_org = len(where) == 2 and where[0] == "orgs"
    for key, value in table.items():
        here = (*where, key)
        if isinstance(value, Mapping):
            yield from _misplaced_secrets(value, here)
        elif key in _SECRETS and (in_org or not where):
            yield _dotted(here), _secret_remedy(key)
        elif isinstance(value, str) and _SECRET_VALUE.search(value):
            yield _dotted(here), "holds a credential: put it in an environment variable and name that variable here"


def _secret_remedy(key: str) -> str:
    instead = _SECRETS[key]
    if instead == "privatekey_file":
        return "credentials don't belong in this file: keep the key in a file of its own and name it in privatekey_file"
    variable = "SF_" + instead.removesuffix("_env").upper()
    return (
        "credentials don't belong in this file, which is committed: put the value in an environment variable "
        f'and name that variable: {instead} = "{variable}"'
    )


def _described(detail: ErrorDetails) -> tuple[str, str]:
    """Return key and message of one of pydantic's errors, in terms of TOML, without the value it found."""
    key = _dotted(detail["loc"])
    match detail["type"]:
        case "extra_forbidden":
            return key, _unknown_key(detail["loc"])
        case "value_error":
            return key, str(detail["ctx"]["error"]) if "ctx" in detail else detail["msg"]
        case "string_type":
            return key, 'must be text: write it in quotes, such as "62.0"' if key == "api_version" else "must be text"
        case "tuple_type":
            return key, 'must be a list of texts, such as ["Account", "*__c"]'
        case "string_too_short":
            return key, "must not be empty"
        case "bool_type":
            return key, "must be true or false"
        case "path_type":
            return key, "must be text: the path of a folder"
        case "model_type" | "dict_type":
            return key, "must be a table"
        case _:
            return key, detail["msg"]


def _unknown_key(loc: tuple[int | str, ...]) -> str:
    model: type[BaseModel] = OrgConfig if loc[0] == "orgs" and len(loc) > 2 else Config
    if len(loc) == 2 and loc[0] == "apex":
        model = ApexConfig
    known = list(model.model_fields)
    near = difflib.get_close_matches(str(loc[len(loc) - 1]), known, n=1)
    if near:
        return f"unknown key; did you mean {near[0]!r}?"
    return f"unknown key; known are {', '.join(known)}"


def _dotted(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc if part != "[key]")
