"""Names of simple-salesforce's old releases, and SOAP's login, which comes to its end."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import pytest
import responses
from sfgen_runtime import Salesforce, SalesforceAPI, SalesforceAuthenticationFailed, SalesforceLogin
from sfgen_runtime.login import ClientOptions, choose_login

if TYPE_CHECKING:
    from sfgen_local_org.server import LocalOrg

ENVELOPE = (
    '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><loginResponse><result>'
    "<serverUrl>https://acme.my.salesforce.com/x</serverUrl><sessionId>granted</sessionId>"
    "</result></loginResponse></e:Body></e:Envelope>"
)


@pytest.mark.parametrize(("sandbox", "host"), [(False, "login"), (True, "test")])
def test_salesforce_api_logs_in_by_position(sandbox: bool, host: str) -> None:
    with responses.RequestsMock() as web:
        web.post(f"https://{host}.salesforce.com/services/Soap/u/59.0", body=ENVELOPE)
        with pytest.warns(DeprecationWarning, match=r"use Salesforce"):
            client = SalesforceAPI("jo@acme.example", "password", "token", sandbox)
    assert isinstance(client, Salesforce)
    assert (client.session_id, client.sf_instance) == ("granted", "acme.my.salesforce.com")
    assert repr(client) == "<SalesforceAPI acme.my.salesforce.com v59.0>"


def test_sandbox_of_the_login_function() -> None:
    with responses.RequestsMock() as web:
        web.post("https://test.salesforce.com/services/Soap/u/59.0", body=ENVELOPE)
        assert SalesforceLogin("jo", "password", "token", sandbox=True) == ("granted", "acme.my.salesforce.com")


def test_methods_by_their_old_names(server: LocalOrg) -> None:
    client = Salesforce(session_id=server.session_id, instance_url=server.url)
    assert client.setPassword == client.set_password
    assert client.apexexecute == client.apexecute


def test_soap_ends_with_an_error_that_names_what_comes_after_it(server: LocalOrg) -> None:
    person = {"username": server.username, "password": server.password, "security_token": server.security_token}
    assert Salesforce(**person, domain=server.url, version="64.0").limits()
    with pytest.raises(SalesforceAuthenticationFailed) as caught:
        Salesforce(**person, domain=server.url, version="65.0")
    assert caught.value.code == "INVALID_OPERATION"
    told = str(caught.value)
    for part in ("version 65", "Summer '27", "consumer_key", "privatekey_file", "from_web_login", "from_sf_cli"):
        assert part in told
    assert server.password not in told


def test_every_option_of_a_client_goes_with_every_login() -> None:
    """`ClientOptions` is what `__init__` takes, less what says how to log in."""
    taken = set(inspect.signature(Salesforce.__init__).parameters) - {"self", "unknown"}
    chooses = {"organizationId" if name == "organization_id" else name for name in _keywords_of_choose_login()}
    assert ClientOptions.__annotations__.keys() == (taken - chooses) | {"version", "client_id", "timeout"}


def _keywords_of_choose_login() -> set[str]:
    return set(inspect.signature(choose_login).parameters) - {"http"}
