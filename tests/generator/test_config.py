from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sfgen.config import ConfigError, load_config

if TYPE_CHECKING:
    from pathlib import Path


def write(folder: Path, text: str, name: str = "sfgen.toml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def problem_of(tmp_path: Path, text: str) -> str:
    write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path)
    return str(caught.value)


def test_defaults_without_a_file(tmp_path: Path) -> None:
    config = load_config(tmp_path)
    assert config.package is None
    assert config.snapshot is None
    assert config.out == tmp_path.resolve()
    assert config.default_exclude


def test_pyproject_is_found_from_a_subfolder_and_anchors_paths(tmp_path: Path) -> None:
    text = '[tool.sfgen]\npackage = "acme_org"\nout = "src"\nobjects = ["Account", "*__c"]\napi_version = "62.0"\n'
    write(tmp_path, text, "pyproject.toml")
    write(tmp_path / "a" / "b", "[project]\nname = 'x'\n", "pyproject.toml")
    config = load_config(tmp_path / "a" / "b")
    assert config.package == "acme_org"
    assert config.out == tmp_path.resolve() / "src"
    assert config.objects == ("Account", "*__c")
    assert config.snapshot == tmp_path.resolve() / "sfgen_snapshot"
    assert config.api_version == "62.0"


@pytest.mark.parametrize("text", ['package = "acme_org"\n', '[tool.sfgen]\npackage = "acme_org"\n'])
def test_sfgen_toml_with_and_without_the_table(tmp_path: Path, text: str) -> None:
    assert load_config(write(tmp_path, text)).package == "acme_org"


def test_two_configurations_in_one_folder(tmp_path: Path) -> None:
    write(tmp_path, "[tool.sfgen]\n", "pyproject.toml")
    assert "keep one of them" in problem_of(tmp_path, "")


def test_all_problems_are_listed_at_once_with_file_and_key(tmp_path: Path) -> None:
    text = """
pakage = "x"
objects = "Account"
api_version = 62.0
default_exclude = "no"
package = "class"
[orgs.prod]
consumer_key_env = "not a name"
user_env = "SF_USER"
"""
    problem = problem_of(tmp_path, text)
    assert str(tmp_path / "sfgen.toml") in problem
    assert "pakage: unknown key; did you mean 'package'?" in problem
    assert "objects: must be a list of texts" in problem
    assert 'api_version: must be text: write it in quotes, such as "62.0"' in problem
    assert "default_exclude: must be true or false" in problem
    assert "package: 'class' is no Python package name" in problem
    assert "orgs.prod.consumer_key_env: must be the NAME" in problem
    assert "orgs.prod.user_env: unknown key; did you mean 'username_env'?" in problem


@pytest.mark.parametrize(
    ("key", "remedy"),
    [
        ("password", 'password_env = "SF_PASSWORD"'),
        ("access_token", 'access_token_env = "SF_ACCESS_TOKEN"'),
        ("client_secret", 'consumer_secret_env = "SF_CONSUMER_SECRET"'),
        ("privatekey", "privatekey_file"),
    ],
)
def test_a_secret_in_the_file_is_an_error_that_does_not_repeat_it(tmp_path: Path, key: str, remedy: str) -> None:
    problem = problem_of(tmp_path, f'[orgs.prod]\n{key} = "hunter2-s3cret"\n')
    assert remedy in problem
    assert "hunter2" not in problem
    assert problem.count("orgs.prod") == 1


@pytest.mark.parametrize(
    "line",
    [
        'password_env = "hunter2"',
        'domain = "00D000000000001!AQEAQHunter2"',
        'privatekey_file = "-----BEGIN PRIVATE KEY-----hunter2"',
        'instance_url = "https://me:hunter2@acme.my.salesforce.com"',
    ],
)
def test_a_secret_under_an_innocent_key_is_caught(tmp_path: Path, line: str) -> None:
    problem = problem_of(tmp_path, f"[orgs.prod]\n{line}\n")
    assert "orgs.prod." in problem
    assert "hunter2" not in problem.lower()


def test_names_must_be_python_names(tmp_path: Path) -> None:
    assert "'Account.Class'" in problem_of(tmp_path, '[names]\n"Account.Class" = "class"\n')
    assert "neither" in problem_of(tmp_path, '[names]\n"a.b.c" = "x"\n')
    assert load_config(write(tmp_path, '[names]\n"A.B__c" = "b"\n')).names == {"A.B__c": "b"}


def test_broken_toml_names_the_line(tmp_path: Path) -> None:
    assert "line 2" in problem_of(tmp_path, "package = 'a'\nout = \n")


def test_key_file_is_relative_to_the_configuration(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, '[orgs.ci]\nprivatekey_file = "keys/ci.pem"\n'))
    assert config.orgs["ci"].privatekey_file == str(tmp_path.resolve() / "keys" / "ci.pem")


def test_the_demo_orgs_name_is_taken(tmp_path: Path) -> None:
    assert "orgs: 'demo' is the name of the bundled org" in problem_of(tmp_path, '[orgs.demo]\ndomain = "test"\n')
