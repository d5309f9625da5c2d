"""No credential stands in an error, whatever the login service says, and however the error is looked at."""

from __future__ import annotations

import copy
import json
import pickle
import traceback
from typing import TYPE_CHECKING, Any

import pytest
import requests
import responses
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from sfgen_runtime import Salesforce, SalesforceError
from sfgen_runtime.login import App, RefreshToken
from sfgen_runtime.login.device import DeviceFlow
from sfgen_runtime.transport import new_http_session

if TYPE_CHECKING:
    from collections.abc import Callable

SITE = "https://acme.my.salesforce.com"
SECRET = "pa55+word &<odd> characters/="
PARTS = ("pa55", "YXBwOnBhNT")  # as it is, and behind the consumer key in base64
APP = {"consumer_key": "app", "consumer_secret": SECRET}


@pytest.fixture(scope="module")
def pem() -> str:
    key = rsa.generate_private_key(65537, 2048)
    kind = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption()).decode()


def client(**given: Any) -> Salesforce:
    return Salesforce(domain=SITE, retries=None, **given)


WAYS: dict[str, Callable[[str], object]] = {
    "client credentials": lambda pem: client(**APP),
    "password": lambda pem: client(**APP, username="jo", password=SECRET, security_token=SECRET),
    "soap": lambda pem: client(username="jo", password=SECRET, security_token=SECRET),
    "jwt": lambda pem: client(consumer_key="app", username="jo", privatekey=pem),
    "refresh token": lambda pem: client(**APP, refresh_token=SECRET),
    "device": lambda pem: DeviceFlow(App(new_http_session(), SITE, "app", SECRET), show=lambda code: None)(),
}


def echo(request: requests.PreparedRequest, kind: str) -> tuple[int, dict[str, str], Any]:
    """Answer with everything that was sent, as a gateway's error page might."""
    body = request.body.decode() if isinstance(request.body, bytes) else str(request.body)
    sent = f"{body} {request.headers.get('Authorization', '')}"
    match kind:
        case "json":
            return 400, {}, json.dumps({"error": "invalid_grant", "error_description": sent})
        case "text":
            return 502, {}, f"could not forward {sent}"
        case _:
            return 0, {}, requests.ConnectionError(f"lost while sending {sent}", request=request)


def every_look(error: BaseException) -> str:
    again = pickle.loads(pickle.dumps(error))
    shown = [*traceback.format_exception(error), *(f(e) for e in (error, again, copy.copy(error)) for f in (str, repr))]
    return "\n".join([*shown, repr(vars(error)), repr(pickle.dumps(error)), repr(error.__context__)])


@pytest.mark.parametrize("kind", ["json", "text", "lost"])
@pytest.mark.parametrize("way", WAYS)
def test_no_error_shows_a_credential(way: str, kind: str, pem: str) -> None:
    path = "Soap/u/59.0" if way == "soap" else "oauth2/token"
    with responses.RequestsMock() as web:
        web.add_callback("POST", f"{SITE}/services/{path}", lambda request: echo(request, kind))
        with pytest.raises(SalesforceError) as caught:
            WAYS[way](pem)
        body: Any = web.calls[0].request.body
    seen = every_look(caught.value)
    assertion = str(body).partition("assertion=")[2]
    for part in (*PARTS, *([assertion] if assertion else [])):
        assert part not in seen


def test_no_client_shows_a_credential() -> None:
    login = RefreshToken(App(new_http_session(), SITE, "app", SECRET), SECRET)
    client = Salesforce(session_id="pa55-session-id", instance_url=SITE, login=login)
    for shown in (repr(client), str(client), repr(vars(client)), repr(login), repr(client.headers)):
        assert "pa55" not in shown
