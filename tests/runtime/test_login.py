"""Logins: which one the arguments mean, where it goes, what it sends, and how refusals are told."""

from __future__ import annotations

import base64
import pickle
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest
import requests
import responses
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from defusedxml import ElementTree
from scripted_org import Answer, Org
from sfgen_runtime import Salesforce, SalesforceAuthenticationFailed, SalesforceLogin
from urllib3 import Retry

NASTY = "p<&>\"'ä\t{0}"
GRANTED = {"access_token": "granted-token", "instance_url": "https://acme.my.salesforce.com"}
APP: dict[str, Any] = {"consumer_key": "app", "consumer_secret": "SECRET-of-the-app"}
PERSON: dict[str, Any] = {"username": "jo@acme.example", "password": "SECRET-password"}


def soap_answer(session_id: str = "granted-token", server_url: str = "https://acme.my.salesforce.com/x") -> str:
    return (
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:partner">'
        f"<soapenv:Body><loginResponse><result><serverUrl>{server_url}</serverUrl><sessionId>{session_id}</sessionId>"
        "</result></loginResponse></soapenv:Body></soapenv:Envelope>"
    )


def soap_fault(code: str, message: str) -> str:
    return (
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:sf="urn:fault.partner">'
        f"<soapenv:Body><soapenv:Fault><faultcode>sf:{code}</faultcode><faultstring>{code}: {message}</faultstring>"
        f"<detail><sf:LoginFault><sf:exceptionCode>{code}</sf:exceptionCode><sf:exceptionMessage>{message}"
        "</sf:exceptionMessage></sf:LoginFault></detail></soapenv:Fault></soapenv:Body></soapenv:Envelope>"
    )


@pytest.fixture
def web() -> Any:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def texts(body: bytes | str) -> dict[str, str | None]:
    root = ElementTree.fromstring(body)
    return {element.tag.rpartition("}")[2]: element.text for element in root.iter()}


# -- SOAP ------------------------------------------------------------------------------------------------------------


def test_soap_escapes_every_credential(web: responses.RequestsMock) -> None:
    web.post("https://login.salesforce.com/services/Soap/u/59.0", body=soap_answer())
    person = {"username": f"u{NASTY}", "password": NASTY}
    given = {**person, "security_token": f"t{NASTY}"}
    assert SalesforceLogin(**given, client_id="A&B") == ("granted-token", "acme.my.salesforce.com")
    assert Salesforce(**given, organizationId="0<0").auth_type == "password"
    assert Salesforce(**person, organizationId="0<0").auth_type == "ipfilter"
    sent, with_both, for_org = (texts(call.request.body or "") for call in web.calls)
    assert sent["username"] == f"u{NASTY}"
    assert sent["password"] == f"{NASTY}t{NASTY}"
    assert (sent["client"] or "").endswith("/A&B")
    assert "organizationId" not in with_both
    assert (for_org["organizationId"], for_org["password"]) == ("0<0", NASTY)


def test_soap_refuses_what_xml_cannot_carry() -> None:
    with pytest.raises(ValueError, match=r"password has a control character") as caught:
        SalesforceLogin(username="u", password="SECRET\0", security_token="")
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize("version", ["59.0", "65.0"])
def test_a_soap_login_that_is_switched_off_says_what_to_use(web: responses.RequestsMock, version: str) -> None:
    code = "INVALID_OPERATION" if version == "59.0" else "UNSUPPORTED_API_VERSION"
    web.post(f"https://login.salesforce.com/services/Soap/u/{version}", body=soap_fault(code, "off."), status=500)
    with pytest.raises(SalesforceAuthenticationFailed, match=r"off\. .*OAuth.*privatekey_file") as caught:
        Salesforce(**PERSON, security_token="", version=version)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (500, soap_fault("INVALID_LOGIN", "bad SECRET-password"), "INVALID_LOGIN"),
        (503, "<html><title>upstream down</title></html>", 503),
        (200, "", "UNKNOWN_EXCEPTION_CODE"),
        (200, "<a><sessionId>x</sessionId></a>", "UNKNOWN_EXCEPTION_CODE"),
        (200, '<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>', "UNKNOWN_EXCEPTION_CODE"),
        (200, soap_answer(server_url="http://evil.example/"), "UNUSABLE_ANSWER"),
        (200, soap_answer(session_id="to ken"), "UNUSABLE_ANSWER"),
    ],
)
def test_a_refused_soap_login_is_one_error(web: responses.RequestsMock, status: int, body: str, code: object) -> None:
    web.post("https://login.salesforce.com/services/Soap/u/59.0", body=body, status=status)
    with pytest.raises(SalesforceAuthenticationFailed) as caught:
        SalesforceLogin(**PERSON, security_token="SECRET-token")
    assert caught.value.code == code
    assert "SECRET" not in str(caught.value)


def test_a_password_beside_a_session_is_what_logs_in(web: responses.RequestsMock) -> None:
    web.post("https://login.salesforce.com/services/Soap/u/59.0", body=soap_answer())
    brought = {"session_id": "old", "instance_url": "https://old.my.salesforce.com"}
    client = Salesforce(**PERSON, security_token="SECRET-token", **brought)
    assert (client.session_id, client.sf_instance) == ("granted-token", "acme.my.salesforce.com")
    web.post("https://old.my.salesforce.com/services/oauth2/token", json=GRANTED)
    client = Salesforce(**PERSON, **APP, security_token="SECRET-token", **brought)
    assert (client.session_id, client.auth_type) == ("granted-token", "password")
    assert Salesforce(**PERSON, **APP, **brought).auth_type == "direct"


def test_only_the_first_label_loses_api(web: responses.RequestsMock) -> None:
    url = "https://login.salesforce.com/services/Soap/u/59.0"
    web.post(url, body=soap_answer(server_url="https://na15-api.salesforce.com/x"))
    web.post(url, body=soap_answer(server_url="https://my-apiary.my.salesforce.com/x"))
    assert SalesforceLogin(**PERSON)[1] == "na15.salesforce.com"
    assert SalesforceLogin(**PERSON)[1] == "my-apiary.my.salesforce.com"


@pytest.mark.parametrize(
    ("code", "message", "told"),
    [
        ("INVALID_LOGIN", "Invalid username, password, security token; or user locked out.", "domain='test'"),
        ("invalid_client_id", "client identifier invalid", "Check consumer_key"),
        ("invalid_grant", "authentication failure", "the password and the security token"),
        ("invalid_grant", "user hasn't approved this consumer", "pre-authorize the user"),
        ("invalid_grant", "no client credentials user enabled", "Choose the user"),
        ("invalid_grant", "something else", "Login History"),
        (503, "down", "Try again later"),
    ],
)
def test_a_refused_login_says_what_to_do(code: str | int, message: str, told: str) -> None:
    error = SalesforceAuthenticationFailed(code, message)
    assert str(error).startswith(f"Authentication failed (code: {code}): {message.rstrip('.')}. ")
    assert told in str(error)
    assert (error.auth_message, [detail.code for detail in error.errors]) == (message, [str(code)])
    # What simple-salesforce says where there is no advice, or the message has its own.
    for own in ("x", "it ended. Remedy: log in again"):
        assert str(SalesforceAuthenticationFailed("MINE", own)) == f"Authentication failed (code: MINE): {own}"
    assert "Login History" not in str(SalesforceAuthenticationFailed("invalid_grant", "it ended. Remedy: log in again"))


# -- OAuth -----------------------------------------------------------------------------------------------------------


def form_of(call: responses.Call) -> dict[str, str]:
    body = call.request.body or b""
    text = body.decode() if isinstance(body, bytes) else str(body)
    return {name: values[0] for name, values in parse_qs(text).items()}


def test_an_app_is_never_left_aside_for_soap(web: responses.RequestsMock) -> None:
    web.post("https://test.salesforce.com/services/oauth2/token", json=GRANTED)
    client = Salesforce(**APP, **PERSON, security_token="+token", domain="test")
    assert client.session_id == "granted-token"
    assert form_of(web.calls[0]) == {
        "grant_type": "password",
        "client_id": "app",
        "client_secret": "SECRET-of-the-app",
        "username": "jo@acme.example",
        "password": "SECRET-password+token",
    }


@pytest.mark.parametrize(
    "where",
    [
        {"domain": "acme.my"},
        {"domain": "acme.my.salesforce.com"},
        {"domain": "https://acme.my.salesforce.com/"},
        {"instance_url": "https://acme.my.salesforce.com/some/path"},
        {"instance_url": "acme.my"},
        {"instance_url": "https://acme.my.salesforce.com", "domain": "test"},
    ],
)
def test_client_credentials_go_to_the_my_domain(web: responses.RequestsMock, where: dict[str, str]) -> None:
    web.post("https://acme.my.salesforce.com/services/oauth2/token", json=GRANTED)
    client = Salesforce(**APP, **where)
    assert client.auth_type == "client-credentials"
    basic = web.calls[0].request.headers["Authorization"].removeprefix("Basic ")
    assert base64.b64decode(basic).decode() == "app:SECRET-of-the-app"
    assert form_of(web.calls[0]) == {"grant_type": "client_credentials"}


@pytest.mark.parametrize("domain", [None, "login", "test"])
def test_client_credentials_without_a_my_domain_say_so(web: responses.RequestsMock, domain: str | None) -> None:
    for login in (Salesforce, SalesforceLogin):
        with pytest.raises(SalesforceAuthenticationFailed, match=r"My Domain.*instance_url"):
            login(**APP, domain=domain)
    assert len(web.calls) == 0


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (400, b'{"error": "invalid_grant", "error_description": "SECRET-password is wrong"}', "invalid_grant"),
        (400, b'{"error": "unknown_error"}', "unknown_error"),
        (503, b"<html><title>busy</title>", 503),
        (200, b"[]", 200),
        (200, b"{}", 200),
        (200, b'{"access_token": 5, "instance_url": "https://x.example"}', 200),
        (200, b'{"access_token": "t", "instance_url": "http://x.example"}', "UNUSABLE_ANSWER"),
        (200, b'{"access_token": "t\\r\\nX: y", "instance_url": "https://x.example"}', "UNUSABLE_ANSWER"),
        (302, b"", 302),
    ],
)
def test_a_refused_oauth_login_is_one_error(
    web: responses.RequestsMock, status: int, body: bytes, code: object
) -> None:
    headers = {"Location": "https://evil.example/services/oauth2/token"}
    web.post("https://login.salesforce.com/services/oauth2/token", body=body, status=status, headers=headers)
    with pytest.raises(SalesforceAuthenticationFailed) as caught:
        SalesforceLogin(**APP, **PERSON)
    assert caught.value.code == code
    assert "SECRET" not in str(caught.value)
    assert len(web.calls) == 1


@pytest.fixture(scope="module")
def pem() -> str:
    key = rsa.generate_private_key(65537, 2048)
    kind = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption()).decode()


@pytest.mark.parametrize(
    ("where", "site", "audience"),
    [
        ({}, "login.salesforce.com", "https://login.salesforce.com"),
        ({"domain": "test"}, "test.salesforce.com", "https://test.salesforce.com"),
        ({"instance_url": "acme.my"}, "acme.my.salesforce.com", "https://login.salesforce.com"),
        (
            {"instance_url": "https://acme--qa.sandbox.my.salesforce.com"},
            "acme--qa.sandbox.my.salesforce.com",
            "https://test.salesforce.com",
        ),
    ],
)
def test_jwt_bearer(
    web: responses.RequestsMock, pem: str, tmp_path: Any, where: dict[str, str], site: str, audience: str
) -> None:
    web.post(f"https://{site}/services/oauth2/token", json=GRANTED)
    (tmp_path / "key.pem").write_text(pem)
    for key in ({"privatekey": pem}, {"privatekey_file": str(tmp_path / "key.pem")}):
        client = Salesforce(username="jo@acme.example", consumer_key="app", **key, **where)
        assert (client.session_id, client.auth_type) == ("granted-token", "jwt-bearer")
        claims = jwt.decode(form_of(web.calls[-1])["assertion"], options={"verify_signature": False})
        assert (claims["iss"], claims["sub"], claims["aud"]) == ("app", "jo@acme.example", audience)


def test_a_key_that_is_none_is_an_error_that_does_not_show_it() -> None:
    with pytest.raises(ValueError, match=r"private key") as caught:
        Salesforce(username="jo", consumer_key="app", privatekey="-----BEGIN SECRET-----")
    assert "SECRET" not in str(caught.value)


# -- choosing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given", [{}, {"username": "u"}, PERSON, {"session_id": "x"}, {"consumer_key": "app"}, {"instance": "na1"}]
)
def test_arguments_that_make_no_login_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=r"these arguments make no login: all are None.*; give one of"):
        Salesforce(**given)


@pytest.mark.parametrize(
    ("given", "base_url"),
    [
        ({"instance": "na15.salesforce.com"}, "https://na15.salesforce.com/services/data/v59.0/"),
        ({"instance": "https://na15.salesforce.com"}, "https://na15.salesforce.com/services/data/v59.0/"),
        ({"instance_url": "HTTPS://NA15.salesforce.com:443/x"}, "https://na15.salesforce.com/services/data/v59.0/"),
        ({"instance_url": "na15.salesforce.com"}, "https://na15.salesforce.com/services/data/v59.0/"),
        ({"instance_url": "https://a.example:8443"}, "https://a.example:8443/services/data/v59.0/"),
        ({"instance_url": "http://127.0.0.1:8080"}, "http://127.0.0.1:8080/services/data/v59.0/"),
        ({"instance_url": "http://[::1]:8080"}, "http://[::1]:8080/services/data/v59.0/"),
        ({"instance": "localhost:8080"}, "http://localhost:8080/services/data/v59.0/"),
        ({"instance": "na15.salesforce.com", "version": 62}, "https://na15.salesforce.com/services/data/v62.0/"),
        ({"instance": "na15.salesforce.com", "version": 62.0}, "https://na15.salesforce.com/services/data/v62.0/"),
        ({"instance": "na15.salesforce.com", "version": "62"}, "https://na15.salesforce.com/services/data/v62.0/"),
    ],
)
def test_instances_and_versions_as_they_are_written(given: dict[str, Any], base_url: str) -> None:
    assert Salesforce(session_id="x", **given).base_url == base_url


@pytest.mark.parametrize(
    "given",
    [
        {"instance_url": "http://acme.my.salesforce.com"},
        {"instance_url": "ftp://acme.my.salesforce.com"},
        {"instance_url": "https://"},
        {"instance_url": "https://a b"},
        {"instance_url": "https://a.example:port"},
        {"instance_url": "http://127.0.0.1.evil.example"},
        {"instance_url": "http://localhost@evil.example"},
        {"instance": "na15.salesforce.com", "version": "v62.0"},
        {"instance": "na15.salesforce.com", "version": "62.5.1"},
        {"instance": "na15.salesforce.com", "version": "../62.0"},
    ],
)
def test_what_would_go_astray_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"write it like|in the clear"):
        Salesforce(session_id="x", **given)


def test_a_login_at_a_local_org(org: Org) -> None:
    org.respond = lambda asked: (
        Answer(200, {"access_token": "local", "instance_url": org.url})
        if asked.path.endswith("token")
        else Answer(200, soap_answer("local", f"{org.url}/services/Soap/u/59.0").encode())
    )
    host = org.url.removeprefix("http://")
    assert SalesforceLogin(**APP, instance_url=org.url) == ("local", host)
    assert SalesforceLogin(**PERSON, security_token="t", domain=host) == ("local", host)
    assert Salesforce(session_id="local", instance=host).base_url.startswith(org.url)


def test_no_login_shows_its_secrets() -> None:
    from sfgen_runtime.login import choose_login

    http = requests.Session()
    ways: list[dict[str, Any]] = [
        {**APP, "domain": "acme.my"},
        {**APP, **PERSON},
        {**PERSON, "security_token": "SECRET"},
        {"username": "jo", "consumer_key": "app", "privatekey": "SECRET"},
        {"session_id": "SECRET", "instance": "na15.salesforce.com"},
    ]
    for way in ways:
        chosen = choose_login(http, **way)
        assert "SECRET" not in repr(chosen)
        assert repr(pickle.loads(pickle.dumps(chosen)).auth_type) == repr(chosen.auth_type)


def test_what_was_given_is_told_where_it_is_too_little() -> None:
    with pytest.raises(TypeError, match="all are None but instance_url; give one of"):
        Salesforce(instance_url="https://acme.my.salesforce.com", session_id=None)
    with pytest.raises(TypeError, match="all are None; give one of"):
        Salesforce(username=None, password=None)


@pytest.mark.parametrize("given", [3, 0, Retry(3)])
def test_what_is_no_retry_policy_is_told_at_once(given: Any) -> None:
    org: dict[str, Any] = {"instance_url": "https://acme.my.salesforce.com", "session_id": "00D!token"}
    with pytest.raises(TypeError, match=r"retries= is a RetryPolicy, such as RetryPolicy\(attempts=3\), or None"):
        Salesforce(**org, retries=given)
    with pytest.raises(TypeError, match="retries= is a RetryPolicy"):
        Salesforce(**org).with_retries(given)
    with pytest.raises(TypeError, match="retries= is a RetryPolicy"):
        Salesforce(**org).limits(retries=given)


def test_proxies_that_are_no_dict_are_told() -> None:
    with pytest.raises(TypeError, match="proxies= is a dict"):
        Salesforce(session_id="00D!token", instance="acme.my.salesforce.com", proxies="http://proxy:8080")  # type: ignore[arg-type]
