"""Users' passwords: their expiry, setting them, resetting them, and logging in with what was set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests
from sfgen_local_org.http.site import Credentials
from simple_salesforce import Salesforce, SalesforceMalformedRequest

if TYPE_CHECKING:
    from local_org_client import Client

NEW = "correct horse 42"


def path_of(client: Client) -> str:
    return f"sobjects/User/{client.server.org.user_id}/password"


def token_status(client: Client, password: str) -> int:
    server = client.server
    form = {
        "grant_type": "password",
        "client_id": server.consumer_key,
        "client_secret": server.consumer_secret,
        "username": server.username,
        "password": password,
    }
    return requests.post(f"{server.url}/services/oauth2/token", data=form, timeout=60).status_code


def test_a_password_that_was_set_is_the_one_to_log_in_with(client: Client) -> None:
    before = client.server.password
    assert client.get(path_of(client)).json() == {"isExpired": False}
    response = client.post(path_of(client), json={"NewPassword": NEW})
    assert (response.status_code, response.content) == (204, b"")
    assert client.server.password == NEW
    assert (token_status(client, before), token_status(client, NEW)) == (400, 200)
    assert token_status(client, NEW + client.server.security_token) == 200
    user = client.get(f"sobjects/User/{client.server.org.user_id}?fields=LastPasswordChangeDate").json()
    assert user["LastPasswordChangeDate"] is not None


def test_a_reset_answers_a_password_that_has_to_be_changed(client: Client) -> None:
    answer = client.delete(path_of(client)).json()
    assert answer == {"NewPassword": client.server.password}
    assert token_status(client, answer["NewPassword"]) == 200
    assert client.get(path_of(client)).json() == {"isExpired": True}
    client.post(path_of(client), json={"NewPassword": NEW})
    assert client.get(path_of(client)).json() == {"isExpired": False}


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"NewPassword": "short1"}, "INVALID_NEW_PASSWORD", "at least 8 characters"),
        ({"NewPassword": "only letters"}, "INVALID_NEW_PASSWORD", "a mix of letters and numbers"),
        ({"NewPassword": "1234567890"}, "INVALID_NEW_PASSWORD", "a mix of letters and numbers"),
        ({}, "MISSING_ARGUMENT", "NewPassword"),
        ({"NewPassword": 12345678}, "MISSING_ARGUMENT", "NewPassword"),
        ([], "JSON_PARSER_ERROR", "object"),
    ],
)
def test_passwords_that_are_refused(shared_client: Client, body: Any, code: str, message: str) -> None:
    response = shared_client.post(path_of(shared_client), json=body)
    (error,) = response.json()
    assert (response.status_code, error["errorCode"]) == (400, code)
    assert message in error["message"]


def test_the_last_passwords_are_refused(client: Client) -> None:
    for password in (f"{NEW}1", f"{NEW}2"):
        assert client.post(path_of(client), json={"NewPassword": password}).status_code == 204
    again = client.post(path_of(client), json={"NewPassword": f"{NEW}1"})
    assert again.json() == [{"message": "invalid repeated password", "errorCode": "INVALID_NEW_PASSWORD"}]


def test_users_who_are_there_and_others(client: Client) -> None:
    profile = client.make("Contact", LastName="No user")
    for unknown in ("005000000000000AAA", profile, "nonsense"):
        for send in (client.get, client.delete):
            assert send(f"sobjects/User/{unknown}/password").json()[0]["errorCode"] == "NOT_FOUND"
    assert client.get(f"sobjects/Contact/{profile}/password").status_code == 404
    client.server.org.seed([("User", {"Id": "005Lc00000000zzEAA"[:15], "Username": "jo@example.com"})])
    other = "sobjects/user/005Lc00000000zz/password"
    before = client.server.password
    assert client.post(other, json={"NewPassword": NEW}).status_code == 204
    assert client.delete(other).json()["NewPassword"] != NEW
    assert client.get(other).json() == {"isExpired": True}
    assert client.server.password == before


def test_simple_salesforce_sets_a_password(client: Client) -> None:
    server = client.server
    sf = Salesforce(session_id=server.session_id, instance="x", version="62.0")
    sf.base_url = f"{server.url}/services/data/v62.0/"
    assert sf.set_password(server.org.user_id, NEW) is None
    assert server.password == NEW
    with pytest.raises(SalesforceMalformedRequest, match="INVALID_NEW_PASSWORD"):
        sf.set_password(server.org.user_id, "short")


def soap(client: Client, operation: str, session_id: str) -> requests.Response:
    envelope = (
        '<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/" xmlns:p="urn:partner.soap.sforce.com"><Header>'
        f"<p:SessionHeader><p:sessionId>{session_id}</p:sessionId></p:SessionHeader></Header>"
        f"<Body>{operation}</Body></Envelope>"
    )
    headers = {"Content-Type": "text/xml", "SOAPAction": '""'}
    return requests.post(f"{client.server.url}/services/Soap/u/62.0", data=envelope, headers=headers, timeout=60)


def test_passwords_over_soap(client: Client) -> None:
    server = client.server
    user = f"<p:userId>{server.org.user_id}</p:userId>"
    setting = f"<p:setPassword>{user}<p:password>{NEW}</p:password></p:setPassword>"
    assert "<setPasswordResponse><result/></setPasswordResponse>" in soap(client, setting, server.session_id).text
    assert server.password == NEW
    login = f"<p:login><p:username>{server.username}</p:username><p:password>{NEW}</p:password></p:login>"
    assert "<passwordExpired>false</passwordExpired>" in soap(client, login, "").text
    reset = soap(client, f"<p:resetPassword>{user}</p:resetPassword>", server.session_id).text
    assert f"<resetPasswordResponse><result><password>{server.password}</password>" in reset
    assert "<passwordExpired>true</passwordExpired>" in soap(client, login.replace(NEW, server.password), "").text
    refused = soap(client, setting.replace(NEW, "short"), server.session_id)
    assert (refused.status_code, "sf:INVALID_NEW_PASSWORD" in refused.text) == (500, True)
    assert "sf:NOT_FOUND" in soap(client, setting.replace(server.org.user_id, "nobody"), server.session_id).text
    assert "sf:INVALID_SESSION_ID" in soap(client, setting, "none").text


def test_the_first_password_is_one_that_the_org_would_take() -> None:
    made = [Credentials.make("jo@example.com").password for _ in range(200)]
    assert all(any(map(str.isdecimal, password)) and any(map(str.isalpha, password)) for password in made)
    assert len(set(made)) == len(made)
