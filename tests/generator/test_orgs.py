from __future__ import annotations

from pathlib import Path

import pytest
from sfgen.config import Config, load_config
from sfgen.errors import SfgenError
from sfgen.orgs import OrgChoice, connect, credentials
from sfgen_runtime.errors import SalesforceAuthenticationFailed


@pytest.fixture
def config(tmp_path: Path) -> Config:
    text = """
[orgs.prod]
domain = "acme.my"
consumer_key_env = "PROD_KEY"
consumer_secret_env = "PROD_SECRET"
[orgs.ci]
instance_url_env = "CI_URL"
access_token_env = "CI_TOKEN"
[orgs.half]
access_token_env = "CI_TOKEN"
[orgs.kept]
instance_url = "https://acme.my.salesforce.com"
consumer_key_env = "PROD_KEY"
refresh_token_env = "KEPT_TOKEN"
[orgs.dev]
sf_cli = "my-dev-org"
[orgs.empty]
"""
    (tmp_path / "sfgen.toml").write_text(text, encoding="utf-8")
    return load_config(tmp_path)


def test_credentials_come_from_the_named_variables(config: Config) -> None:
    environ = {"PROD_KEY": "key", "PROD_SECRET": "secret", "OTHER": "x"}
    expected = {"domain": "acme.my", "consumer_key": "key", "consumer_secret": "secret"}
    assert credentials(OrgChoice("prod"), config, environ) == expected
    environ = {"CI_URL": "https://ci.example", "CI_TOKEN": "token"}
    assert credentials(OrgChoice("ci"), config, environ) == {
        "instance_url": "https://ci.example",
        "session_id": "token",
    }
    environ = {"PROD_KEY": "key", "KEPT_TOKEN": "kept"}
    assert credentials(OrgChoice("kept"), config, environ) == {
        "instance_url": "https://acme.my.salesforce.com",
        "consumer_key": "key",
        "refresh_token": "kept",
    }
    assert credentials(OrgChoice("dev"), config, {}) == {"sf_cli": "my-dev-org"}


def test_a_token_and_url_without_configuration() -> None:
    choice = OrgChoice(access_token_env="T", instance_url="https://x.example")
    expected = {"instance_url": "https://x.example", "session_id": "t"}
    assert credentials(choice, Config(), {"T": "t"}) == expected
    with pytest.raises(SfgenError, match="both --access-token-env and --instance-url"):
        credentials(OrgChoice(instance_url="https://x.example"), Config(), {})


def test_missing_variables_are_all_named_and_nothing_else_is_shown(config: Config) -> None:
    with pytest.raises(SfgenError, match="PROD_KEY, PROD_SECRET"):
        credentials(OrgChoice("prod"), config, {"PROD_SECRET": ""})
    with pytest.raises(SfgenError) as caught:
        credentials(OrgChoice("prod"), config, {"PROD_SECRET": "hunter2"})
    assert "hunter2" not in str(caught.value)


def test_an_unknown_org_lists_the_known(config: Config) -> None:
    with pytest.raises(SfgenError, match="known are: ci, dev, empty, half, kept, prod, demo"):
        credentials(OrgChoice("prd"), config, {})


def test_a_token_without_its_org(config: Config) -> None:
    with pytest.raises(SfgenError, match="instance_url"):
        credentials(OrgChoice("half"), config, {"CI_TOKEN": "t"})


def test_too_little_to_log_in_is_told_as_such(config: Config) -> None:
    with pytest.raises((SfgenError, SalesforceAuthenticationFailed)), connect(OrgChoice("empty"), config, {}):
        pass


def test_demo_is_an_org_that_answers_while_the_block_runs() -> None:
    with connect(OrgChoice("demo"), Config()) as client:
        assert client.sf_instance.startswith("127.0.0.1:")
        assert len(client.describe()["sobjects"]) > 10
