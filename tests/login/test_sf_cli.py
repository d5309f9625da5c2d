"""The Salesforce CLI's login, by an executable on the PATH that answers as the CLI does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from fake_sf import PLACEHOLDER, FakeSf
from sfgen_runtime import Salesforce, SalesforceAuthenticationFailed
from sfgen_runtime.login.sf_cli import SfCli

if TYPE_CHECKING:
    from pathlib import Path

    from sfgen_local_org.server import LocalOrg

TOKEN = "00D000000000001!SECRET.token-of_the.org"
SHOWN = {"id": "00D000000000001", "instanceUrl": "https://acme.my.salesforce.com", "username": "jo@acme.example"}


def new_session(server: LocalOrg) -> str:
    app = {"consumer_key": server.consumer_key, "consumer_secret": server.consumer_secret}
    return Salesforce(**app, instance_url=server.url).session_id


@pytest.mark.parametrize("redacted", [False, True])
def test_a_client_of_the_clis_login(server: LocalOrg, sf: FakeSf, redacted: bool) -> None:
    sf.answer("org display", {"instanceUrl": server.url, "accessToken": PLACEHOLDER if redacted else server.session_id})
    sf.answer("org auth show-access-token", {"accessToken": server.session_id})
    client = Salesforce.from_sf_cli("my-sandbox", version="62.0")
    assert type(client) is Salesforce
    assert (client.auth_type, client.sf_version) == ("sf-cli", "62.0")
    assert client.limits()
    where = ["--target-org", "my-sandbox", "--json"]
    shown = [["org", "auth", "show-access-token", *where]] if redacted else []
    assert sf.asked == [["org", "display", *where], *shown]


def test_the_clis_default_org(server: LocalOrg, sf: FakeSf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    sf.answer("org display", {"instanceUrl": server.url, "accessToken": server.session_id})
    assert Salesforce.from_sf_cli().limits()
    assert sf.lines == [[["org", "display", "--json"], "1", None]]


def test_the_cli_is_asked_again_when_the_session_expires(server: LocalOrg, sf: FakeSf) -> None:
    sf.answer("org display", {"instanceUrl": server.url, "accessToken": server.session_id})
    client = Salesforce.from_sf_cli("dev")
    server.expire_sessions()
    sf.answer("org display", {"instanceUrl": server.url, "accessToken": new_session(server)})
    assert client.limits()
    assert len(sf.asked) == 2


def refused(**given: Any) -> SalesforceAuthenticationFailed:
    with pytest.raises(SalesforceAuthenticationFailed) as caught:
        SfCli(**given)()
    assert "SECRET" not in str(caught.value) + repr(caught.value)
    assert "SECRET" not in repr(caught.value.__context__) + repr(vars(caught.value.__context__ or caught.value))
    return caught.value


def test_no_cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    error = refused()
    assert error.code == "SF_CLI_MISSING"
    assert "Install 'sf'" in str(error)
    assert "from_web_login" in str(error)


def test_not_logged_in(sf: FakeSf) -> None:
    sf.refuse("org display", "NamedOrgNotFoundError", "No authorization information found for dev.")
    error = refused(target_org="dev")
    assert error.code == "NamedOrgNotFoundError"
    assert "No authorization information found for dev. Log in by 'sf org login web --alias dev'" in str(error)


def test_no_default_org(sf: FakeSf) -> None:
    sf.refuse("org display", "NoDefaultEnvError", "No default environment found.")
    assert "sf config set target-org" in str(refused())


def test_a_release_between_hiding_the_token_and_showing_it(sf: FakeSf) -> None:
    sf.answer("org display", {**SHOWN, "accessToken": PLACEHOLDER})
    assert "run 'sf update'" in str(refused(target_org="dev"))


def test_a_login_of_the_cli_that_has_ended(sf: FakeSf) -> None:
    ended = {**SHOWN, "accessToken": PLACEHOLDER, "connectedStatus": "Session expired or invalid"}
    sf.answer("org display", ended)
    error = refused(target_org="dev")
    assert error.code == "SF_CLI_NOT_CONNECTED"
    assert "Session expired or invalid. Log in by 'sf org login web --alias dev'" in str(error)
    # Nothing was asked for a token that is of no use.
    assert len(sf.asked) == 1


@pytest.mark.parametrize("status", ["Connected", "Unknown", "", None])
def test_a_login_of_the_cli_that_works(sf: FakeSf, status: str | None) -> None:
    sf.answer("org display", {**SHOWN, "accessToken": TOKEN, "connectedStatus": status})
    assert SfCli("dev")().session_id == TOKEN


def test_a_cli_that_hangs(sf: FakeSf) -> None:
    sf.say("org display", "", hang=True)
    error = refused(timeout=0.5)
    assert error.code == "SF_CLI_TIMEOUT"
    assert "within 0.5 seconds" in str(error)


def test_a_cli_that_cannot_be_run(sf: FakeSf) -> None:
    (sf.folder / "sf").write_text("#!/no/such/interpreter\n")
    assert refused().code == "SF_CLI_BROKEN"


@pytest.mark.parametrize(
    "stdout",
    [
        "",
        "not json 00D000000000001!SECRET",
        "[]",
        "[" * 100_000,
        json.dumps({"status": 0, "result": "none"}),
        json.dumps({"status": 1, "result": {**SHOWN, "accessToken": TOKEN}}),
        json.dumps({"status": 1, "name": 5, "message": f"broken with {TOKEN} in it"}),
        json.dumps({"status": 0, "result": {**SHOWN, "accessToken": TOKEN, "instanceUrl": "http://acme.example"}}),
        json.dumps({"status": 0, "result": {"accessToken": TOKEN}}),
        json.dumps({"status": 0, "result": {**SHOWN, "accessToken": None}}),
    ],
)
def test_answers_that_make_no_sense(sf: FakeSf, stdout: str) -> None:
    sf.say("org display", stdout, exit=1, stderr="went wrong")
    sf.answer("org auth show-access-token", {"accessToken": None})
    assert refused().code in ("SF_CLI_FAILED", "UNUSABLE_ANSWER")


@pytest.mark.parametrize("name", ["--verbose", "-o", "", "a b", 'a"b', "a&calc", "a%PATH%", "a\nb", "$(id)", "a;b"])
def test_no_name_is_an_option_or_a_command(sf: FakeSf, name: str) -> None:
    with pytest.raises(ValueError, match=r"no alias or user name"):
        Salesforce.from_sf_cli(name)
    assert sf.asked == []


@pytest.mark.parametrize("name", ["dev", "jo.o'brien+qa@acme.example.uat", "größe", "team/dev-1"])
def test_names_go_as_they_are(sf: FakeSf, name: str) -> None:
    sf.answer("org display", {**SHOWN, "accessToken": TOKEN})
    grant = SfCli(name)()
    assert (grant.session_id, grant.origin) == (TOKEN, "https://acme.my.salesforce.com")
    assert "SECRET" not in repr(grant)
    assert sf.asked[0][3] == name
