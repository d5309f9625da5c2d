"""What scripts import from simple-salesforce's modules besides the client."""

from __future__ import annotations

import importlib
import io
from typing import TYPE_CHECKING

import pytest
import requests
import responses
import sfgen_runtime.exceptions
from sfgen_runtime import SalesforceAuthenticationFailed, SalesforceGeneralError, SalesforceResourceNotFound
from sfgen_runtime.format import SoqlFormatter
from sfgen_runtime.login import soap_login, token_login
from sfgen_runtime.metadata import SfdcMetadataApi
from sfgen_runtime.util import (
    call_salesforce,
    exception_handler,
    getUniqueElementValueFromXmlString,
    list_from_generator,
)

if TYPE_CHECKING:
    from types import ModuleType

SOAP = "https://acme.my.salesforce.com/services/Soap/u/59.0"
TOKENS = "https://acme.my.salesforce.com/services/oauth2/token"
URL = "https://acme.my.salesforce.com/services/data/v62.0/limits"
LEFT_OUT = {
    # Imported there from elsewhere, and types of annotations.
    "api": {"IO"},
    "login": {"ExpatError", "JSONDecodeError", "Path", "escape", "unescape"},
    "metadata": {"ET", "IO", "DEPLOY_MSG", "CHECK_DEPLOY_STATUS_MSG", "CHECK_RETRIEVE_STATUS_MSG", "RETRIEVE_MSG"},
    "util": set[str](),
    "format": {"soql_escapes", "soql_like_escapes"},
    "exceptions": set[str](),
}


def own_names(module: ModuleType) -> set[str]:
    return {
        name
        for name, value in vars(module).items()
        if name[0] != "_" and (getattr(value, "__module__", None) == module.__name__ or name.isupper())
    }


@pytest.mark.parametrize("name", sorted(LEFT_OUT))
def test_modules_have_the_names_that_simple_salesforce_has(name: str) -> None:
    theirs = pytest.importorskip(f"simple_salesforce.{name}")
    ours = importlib.import_module(f"sfgen_runtime.{name}")
    assert {known for known in own_names(theirs) if not hasattr(ours, known)} - LEFT_OUT[name] == set()


def test_logins_by_hand() -> None:
    granted = (
        "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><serverUrl>"
        "https://acme.my.salesforce.com/x</serverUrl><sessionId>granted</sessionId></e:Body></e:Envelope>"
    )
    with responses.RequestsMock() as web:
        web.post(SOAP, body=granted)
        assert soap_login(SOAP, "<x/>", {"SOAPAction": "login"}, None) == ("granted", "acme.my.salesforce.com")
        web.post(TOKENS, json={"access_token": "granted", "instance_url": "https://acme.my.salesforce.com"})
        form = {"grant_type": "client_credentials", "client_secret": "pa55-secret"}
        assert token_login(TOKENS, form, "login", "app", None, None) == ("granted", "acme.my.salesforce.com")
        web.replace(responses.POST, TOKENS, body="<p>pa55-secret</p>", status=502)
        with pytest.raises(SalesforceAuthenticationFailed) as caught:
            token_login(TOKENS, form, "login", "app", None, None)
        assert "pa55-secret" not in str(caught.value)
        web.replace(responses.POST, SOAP, body="no XML", status=500)
        with pytest.raises(SalesforceAuthenticationFailed, match="no XML"):
            soap_login(SOAP, "<x/>", None, None)
    with pytest.raises(ValueError, match="no token endpoint"):
        token_login("https://evil.example/x", form, "login", "app", None, None)


def test_a_call_by_hand() -> None:
    headers = {"Authorization": "Bearer 00D!pa55-token"}
    with responses.RequestsMock() as web:
        web.get(URL, json={}, match=[responses.matchers.header_matcher({**headers, "X-A": "b"})])
        answer = call_salesforce(URL, "GET", requests.Session(), headers, additional_headers={"X-A": "b"})
        assert answer.json() == {}
        web.replace(responses.GET, URL, json=[{"errorCode": "NOT_FOUND", "message": "gone"}], status=404)
        with pytest.raises(SalesforceResourceNotFound, match="gone"):
            call_salesforce(URL, "GET", requests.Session(), headers)
        with pytest.raises(SalesforceResourceNotFound) as caught:
            exception_handler(requests.get(URL, timeout=5), "Limits")
        made = requests.Response()
        made.status_code, made.url, made.raw = 404, URL, io.BytesIO(b"[]")
        with pytest.raises(SalesforceResourceNotFound):
            exception_handler(made)
        # A gateway's page that shows what it was asked.
        web.replace(responses.GET, URL, body=f"<h1>{headers['Authorization']}</h1>", status=500)
        with pytest.raises(SalesforceGeneralError) as echoed:
            call_salesforce(URL, "GET", requests.Session(), headers)
    assert caught.value.resource_name == "Limits"
    assert "pa55" not in f"{echoed.value} {echoed.value.content}"


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("api", "SalesforceGeneralError"),
        ("api", "SalesforceLogin"),
        ("api", "Usage"),
        ("api", "exception_handler"),
        ("login", "SalesforceAuthenticationFailed"),
        ("util", "Headers"),
        ("util", "BulkDataAny"),
        ("util", "SalesforceMalformedRequest"),
    ],
)
def test_names_that_scripts_take_from_where_they_are_not_at_home(module: str, name: str) -> None:
    pytest.importorskip("simple_salesforce")
    for library in ("simple_salesforce", "sfgen_runtime"):
        assert hasattr(importlib.import_module(f"{library}.{module}"), name)


def test_the_metadata_api_by_hand() -> None:
    url, headers = "https://acme.my.salesforce.com/services/Soap/m/59.0/", {"Authorization": "x", "X-Mine": "1"}
    answer = (
        "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/' xmlns='http://soap.sforce.com/2006/04/metadata'>"
        "<e:Body><checkDeployStatusResponse><result><status>Pending</status></result></checkDeployStatusResponse>"
        "</e:Body></e:Envelope>"
    )
    by_hand = SfdcMetadataApi(requests.Session(), "00D!token", "acme.my.salesforce.com", url, headers, "59.0")
    with responses.RequestsMock() as web:
        web.post(url, body=answer)
        assert by_hand.check_deploy_status("0Af")[0] == "Pending"
        sent = web.calls[0].request
    assert sent.headers["X-Mine"] == "1"
    assert "<met:sessionId>00D!token<" in str(sent.body)


def test_small_ones() -> None:
    assert SoqlFormatter().format("Name = {}", "O'Hara") == "Name = 'O\\'Hara'"
    assert list_from_generator([[1], [2, 3]]) == [1, 2, 3]
    assert getUniqueElementValueFromXmlString(b"<a><b>x</b></a>", "b") == "x"
    assert getUniqueElementValueFromXmlString("<a/>", "b") is None
    with pytest.raises(ValueError, match="no XML"):
        getUniqueElementValueFromXmlString('<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', "a")
    assert "{content}" in SalesforceGeneralError.message
    assert all(hasattr(kind, "message") for kind in vars(sfgen_runtime.exceptions).values() if isinstance(kind, type))
