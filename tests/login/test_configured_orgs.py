"""Orgs of the configuration that log in by the Salesforce CLI or by a refresh token."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sfgen.__main__ import main
from sfgen.config import ConfigError, load_config
from sfgen.errors import SfgenError
from sfgen.orgs import OrgChoice, connect

if TYPE_CHECKING:
    from pathlib import Path

    from fake_sf import FakeSf
    from sfgen_local_org.server import LocalOrg


def test_generate_with_the_clis_login(
    server: LocalOrg, sf: FakeSf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sf.answer("org display", {"instanceUrl": server.url, "accessToken": server.session_id})
    (tmp_path / "sfgen.toml").write_text('[orgs.dev]\nsf_cli = "my-dev-org"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["snapshot", "--org", "dev", "--object", "Contact"]) == 0
    assert sf.asked == [["org", "display", "--target-org", "my-dev-org", "--json"]]
    assert [file.name for file in (tmp_path / "sfgen_snapshot").rglob("Contact.json")] == ["Contact.json"]


def test_a_cli_that_is_not_logged_in_is_one_paragraph(
    sf: FakeSf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sf.refuse("org display", "NamedOrgNotFoundError", "No authorization information found for my-dev-org.")
    (tmp_path / "sfgen.toml").write_text('[orgs.dev]\nsf_cli = "my-dev-org"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["snapshot", "--org", "dev"]) == 2
    told = capsys.readouterr().err
    assert "sf org login web --alias my-dev-org" in told
    assert "Traceback" not in told


def test_a_refresh_token_from_the_environment(server: LocalOrg, tmp_path: Path) -> None:
    text = f'[orgs.kept]\ninstance_url = "{server.url}"\nconsumer_key_env = "KEY"\nrefresh_token_env = "KEPT"\n'
    (tmp_path / "sfgen.toml").write_text(text, encoding="utf-8")
    environ = {"KEY": server.consumer_key, "KEPT": server.refresh_token}
    with connect(OrgChoice("kept"), load_config(tmp_path), environ) as client:
        assert client.auth_type == "refresh-token"
        server.expire_sessions()
        assert client.limits()


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ('sf_cli = "dev"\ndomain = "acme.my"', r"orgs\.x: sf_cli is a login by itself: leave out domain"),
        ('sf_cli = ""', r"orgs\.x\.sf_cli: must not be empty"),
        ("sf_cli = true", r"orgs\.x\.sf_cli: must be text"),
        ('refresh_token = "5Aep861SECRET"', r"credentials don't belong.*refresh_token_env = \"SF_REFRESH_TOKEN\""),
        ('refresh_token_env = "5Aep861SECRET.x"', r"must be the NAME of an environment variable"),
    ],
)
def test_what_the_file_may_not_say(tmp_path: Path, lines: str, problem: str) -> None:
    (tmp_path / "sfgen.toml").write_text(f"[orgs.x]\n{lines}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=problem) as caught:
        load_config(tmp_path)
    assert "SECRET." not in str(caught.value)
    assert "861SECRET" not in str(caught.value)


def test_an_alias_that_cannot_be_one(sf: FakeSf, tmp_path: Path) -> None:
    (tmp_path / "sfgen.toml").write_text('[orgs.dev]\nsf_cli = "--verbose"\n', encoding="utf-8")
    with pytest.raises(SfgenError, match=r"no alias or user name"), connect(OrgChoice("dev"), load_config(tmp_path)):
        pass
    assert sf.asked == []
