from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import jwt
import pytest
import requests
from sfgen_local_org.demo import describes
from sfgen_local_org.http.site import Credentials
from sfgen_local_org.server import LocalOrg

if TYPE_CHECKING:
    from local_org_client import Client

# What the Salesforce CLI takes for an access token.
CLI_TOKEN = re.compile(r"00D\w{12,15}![.\w]*")
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@pytest.fixture
def server(shared_server: LocalOrg) -> LocalOrg:
    return shared_server


def token(server: LocalOrg, form: dict[str, str], auth: tuple[str, str] | None = None) -> requests.Response:
    return requests.post(f"{server.url}/services/oauth2/token", data=form, auth=auth)


def password_form(server: LocalOrg, **changes: str) -> dict[str, str]:
    return {
        "grant_type": "password",
        "client_id": server.consumer_key,
        "client_secret": server.consumer_secret,
        "username": server.username,
        "password": server.password,
    } | changes


def soap(server: LocalOrg, user: str, password: str, path: str = "u/59.0", prolog: str = "") -> requests.Response:
    body = f"""<?xml version="1.0" encoding="utf-8" ?>{prolog}
        <e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>
        <n1:login xmlns:n1="urn:partner.soap.sforce.com"><n1:username>{user}</n1:username>
        <n1:password>{password}</n1:password></n1:login></e:Body></e:Envelope>"""
    return requests.post(f"{server.url}/services/Soap/{path}", data=body.encode(), headers={"SOAPAction": "login"})


def works(server: LocalOrg, session: str) -> bool:
    headers = {"Authorization": f"Bearer {session}"}
    return requests.get(f"{server.url}/services/data/v62.0/limits", headers=headers).ok


def test_session_of_the_start(server: LocalOrg) -> None:
    assert CLI_TOKEN.fullmatch(server.session_id)
    assert works(server, server.session_id)


def test_password_grant(server: LocalOrg) -> None:
    answer = token(server, password_form(server))
    body = answer.json()
    assert answer.headers["Cache-Control"] == "no-cache, no-store"
    assert works(server, body["access_token"])
    assert CLI_TOKEN.fullmatch(body["access_token"])
    assert (body["instance_url"], body["token_type"]) == (server.url, "Bearer")
    assert body["id"] == f"{server.url}/id/{server.org.id}/{server.org.user_id}"
    signed = hmac.digest(server.consumer_secret.encode(), (body["id"] + body["issued_at"]).encode(), hashlib.sha256)
    assert body["signature"] == base64.b64encode(signed).decode()
    with_token = password_form(server, password=server.password + server.security_token)
    assert token(server, with_token).status_code == 200


@pytest.mark.parametrize(
    ("changes", "error", "description"),
    [
        ({"password": "wrong"}, "invalid_grant", "authentication failure"),
        ({"username": "nobody@example.com"}, "invalid_grant", "authentication failure"),
        ({"client_id": "3MVG9"}, "invalid_client_id", "client identifier invalid"),
        ({"client_secret": "wrong"}, "invalid_client", "invalid client credentials"),
        ({"client_secret": "schlüssel"}, "invalid_client", "invalid client credentials"),
        ({"grant_type": "magic"}, "unsupported_grant_type", "grant type not supported"),
        ({"grant_type": "refresh_token"}, "invalid_grant", "expired access/refresh token"),
    ],
)
def test_refused_grants(server: LocalOrg, changes: dict[str, str], error: str, description: str) -> None:
    answer = token(server, password_form(server, **changes))
    assert answer.status_code == 400
    assert answer.json() == {"error": error, "error_description": description}


def test_client_credentials(server: LocalOrg) -> None:
    grant = {"grant_type": "client_credentials"}
    basic = token(server, grant, (server.consumer_key, server.consumer_secret))
    form = token(server, grant | {"client_id": server.consumer_key, "client_secret": server.consumer_secret})
    assert works(server, basic.json()["access_token"])
    assert works(server, form.json()["access_token"])
    wrong = token(server, grant, (server.consumer_key, "wrong"))
    assert wrong.json()["error"] == "invalid_client"
    broken = requests.post(
        f"{server.url}/services/oauth2/token",
        data=grant,
        headers={"Authorization": "Basic %%%"},
    )
    assert broken.json()["error"] == "invalid_client_id"


def assertion(server: LocalOrg, **changes: Any) -> str:
    claims = {"iss": server.consumer_key, "sub": server.username, "aud": "https://login.salesforce.com"}
    return jwt.encode(claims | {"exp": str(int(time.time()) + 180)} | changes, "k" * 32, algorithm="HS256")


def test_jwt_bearer(server: LocalOrg) -> None:
    answer = token(server, {"grant_type": JWT_BEARER, "assertion": assertion(server)}).json()
    assert works(server, answer["access_token"])


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"sub": "nobody@example.com"}, "invalid_grant"),
        ({"sub": 7}, "invalid_grant"),
        ({"iss": "3MVG9"}, "invalid_client_id"),
        ({"exp": 1}, "invalid_grant"),
        ({"exp": "soon"}, "invalid_grant"),
    ],
)
def test_refused_jwt(server: LocalOrg, changes: dict[str, Any], error: str) -> None:
    answer = token(server, {"grant_type": JWT_BEARER, "assertion": assertion(server, **changes)})
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_assertion_that_is_no_jwt(server: LocalOrg) -> None:
    answer = token(server, {"grant_type": JWT_BEARER, "assertion": "a.b"}).json()
    assert answer == {"error": "invalid_grant", "error_description": "invalid assertion"}


def test_revoke(server: LocalOrg) -> None:
    session = token(server, password_form(server)).json()["access_token"]
    answer = requests.post(f"{server.url}/services/oauth2/revoke", data={"token": session})
    assert (answer.status_code, answer.content) == (200, b"")
    assert not works(server, session)
    assert works(server, server.session_id)
    assert requests.post(f"{server.url}/services/oauth2/revoke", data={"token": session}).status_code == 400


def test_introspect(server: LocalOrg) -> None:
    """As aio-sf asks after a login, to know when the token ends."""

    def told(**form: str) -> requests.Response:
        app = {"client_id": server.consumer_key, "client_secret": server.consumer_secret}
        return requests.post(f"{server.url}/services/oauth2/introspect", data={**app, **form})

    answer = told(token=server.session_id).json()
    assert (answer["active"], answer["token_type"], answer["username"]) == (True, "access_token", server.username)
    assert answer["exp"] > answer["iat"]
    assert told(token=server.refresh_token).json()["token_type"] == "refresh_token"
    assert told(token="00D!nobody's").json() == {"active": False}
    assert told(token=server.session_id, client_secret="wrong").json()["error"] == "invalid_client"
    session = token(server, password_form(server)).json()["access_token"]
    requests.post(f"{server.url}/services/oauth2/revoke", data={"token": session})
    assert told(token=session).json() == {"active": False}


def test_userinfo_and_identity(client: Client) -> None:
    server = client.server
    info = client.get("/services/oauth2/userinfo").json()
    assert info["user_id"] == server.org.user_id
    assert info["organization_id"] == server.org.id
    assert info["preferred_username"] == server.username
    needed = "name email sub email_verified given_name family_name zoneinfo photos profile picture address urls active"
    assert set(f"{needed} user_type language locale utcOffset updated_at".split()) <= info.keys()
    identity = client.get(f"/id/{server.org.id}/{server.org.user_id}?format=json").json()
    assert (identity["username"], identity["id"]) == (server.username, info["sub"])
    assert client.get(f"/id/{server.org.id}/005000000000099AAA").status_code == 404


def test_the_cli_finds_its_user(client: Client) -> None:
    user = client.get(f"/services/data/v51.0/sobjects/User/{client.server.org.user_id}").json()
    assert user["Username"] == client.server.username
    (organization,) = client.rows("SELECT Id, Name FROM Organization")
    assert organization["Id"] == client.server.org.id
    scratch = client.get("/services/data/v51.0/query", params={"q": "SELECT Id FROM ScratchOrgInfo limit 1"})
    assert (scratch.status_code, scratch.json()[0]["errorCode"]) == (400, "INVALID_TYPE")


@pytest.mark.parametrize("path", ["u/59.0", "c/64.0", "u/30.0/00D000000000001", "c/59.0/"])
def test_soap_login(server: LocalOrg, path: str) -> None:
    answer = soap(server, server.username, server.password + server.security_token, path)
    assert answer.status_code == 200
    assert re.search(
        r"<soapenv:Envelope [^>]*><soapenv:Body><loginResponse><result>.*</result></loginResponse></soapenv:Body>",
        answer.text,
    )
    session = re.search("<sessionId>([^<]+)</sessionId>", answer.text)
    assert session is not None
    assert works(server, session[1])
    assert f"<serverUrl>{server.url}/services/Soap/{path[0]}/" in answer.text
    assert "<sessionSecondsValid>7200</sessionSecondsValid>" in answer.text


def test_soap_login_refused(server: LocalOrg) -> None:
    answer = soap(server, server.username, "wrong")
    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "text/xml;charset=UTF-8"
    assert "<sf:exceptionCode>INVALID_LOGIN</sf:exceptionCode>" in answer.text
    assert "<sf:exceptionMessage>Invalid username, password, security token; or user locked out." in answer.text


def test_soap_has_no_login_from_65_on(server: LocalOrg) -> None:
    answer = soap(server, server.username, server.password, "u/65.0")
    assert answer.status_code == 500
    assert "<sf:exceptionCode>INVALID_OPERATION</sf:exceptionCode>" in answer.text
    assert "not available in the API version specified (65.0)" in answer.text


def test_soap_passwords_with_markup() -> None:
    credentials = Credentials("a&b@example.com", "p<&>w", "tok", "key", "secret")
    with LocalOrg([describes()["Account"]], credentials=credentials) as server:
        answer = soap(server, escape("a&b@example.com"), escape("p<&>w") + "tok")
        assert answer.status_code == 200
        assert "<userName>a&amp;b@example.com</userName>" in answer.text


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE x [<!ENTITY a "admin">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">',
    ],
)
def test_soap_expands_nothing(server: LocalOrg, prolog: str) -> None:
    answer = soap(server, "&a;" if "ENTITY" in prolog else "u", "p", prolog=prolog)
    assert answer.status_code == 500
    assert "root:" not in answer.text
    assert "without a document type" in answer.text


@pytest.mark.parametrize("body", [b"", b"<", b"\x00", b"<a/>", b"<?xml version='1.0' encoding='nonsense'?><a/>"])
def test_soap_that_is_none(server: LocalOrg, body: bytes) -> None:
    answer = requests.post(f"{server.url}/services/Soap/u/59.0", data=body)
    assert answer.status_code == 500
    assert "<soapenv:Fault><faultcode>soapenv:Client</faultcode>" in answer.text


def test_soap_answers_are_xml_whatever_the_user_is_called() -> None:
    with LocalOrg(describes()) as server:
        server.org.seed([("User", {"Username": "x@example.com", "LastName": "<]]>\x01&"})])
        user = server.org.query("SELECT Id FROM User WHERE Username = 'x@example.com'")["records"][0]["Id"]
        server.org.user_id = user
        answer = soap(server, server.username, server.password)
        assert "<userFullName>&lt;]]&gt;?&amp;</userFullName>" in answer.text


def test_no_other_soap_api(server: LocalOrg) -> None:
    assert soap(server, server.username, server.password, "x/59.0").status_code == 404
    assert "UNSUPPORTED_API_VERSION" in soap(server, server.username, server.password, "u/nan").text


def test_soap_logout(server: LocalOrg) -> None:
    session = token(server, password_form(server)).json()["access_token"]
    body = f"""<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:partner.soap.sforce.com">
        <e:Header><SessionHeader><sessionId>{session}</sessionId></SessionHeader></e:Header>
        <e:Body><logout/></e:Body></e:Envelope>"""
    url = f"{server.url}/services/Soap/u/59.0"
    assert requests.post(url, data=body).status_code == 200
    assert not works(server, session)
    assert "INVALID_SESSION_ID" in requests.post(url, data=body).text
