"""SOAP ``login()``: user name, password and security token.

It doesn't exist from API version 65 on, is off by default in new orgs, and retires in Summer '27.
Salesforce document: SOAP API Developer Guide, "login()".
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET  # to write with; what comes off the wire is read by defusedxml
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar
from xml.sax.saxutils import escape

from ..error_bodies import excerpt
from ..errors import SalesforceAuthenticationFailed
from ..instance import origin_of
from ..session import Grant
from ..transport import exchange, scrubbed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import requests

    from ..http import Timeout

_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
_PARTNER = "urn:partner.soap.sforce.com"
_CLIENT = "sfgen"
_FIRST_VERSION_WITHOUT = 65
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_API_HOST = re.compile(r"(?<=//)([^./]+)-api\.")
_INSTEAD = (
    "SOAP login() doesn't exist from API version 65 on, is off by default in new orgs, and retires in Summer '27. "
    "Log in with OAuth instead: consumer_key, consumer_secret and instance_url of an app with the client credentials "
    "flow, or consumer_key, username and privatekey_file (JWT bearer). For a person: Salesforce.from_web_login(), "
    "or from_sf_cli() where the Salesforce CLI is logged in"
)

ET.register_namespace("soapenv", _ENVELOPE)


@dataclass(frozen=True, slots=True)
class SoapPassword:
    """A user logs in with a password; `organization_id` where the network is trusted by one org only."""

    repeatable: ClassVar[bool] = True

    http: requests.Session = field(repr=False)
    site: str
    version: str
    username: str
    password: str = field(repr=False)
    security_token: str = field(default="", repr=False)
    organization_id: str | None = None
    client_id: str | None = None
    timeout: Timeout | None = None

    def __call__(self) -> Grant:
        """Log in.

        Raises:
            SalesforceAuthenticationFailed: the org refused, or answered something else than SOAP.
            ValueError: a credential has a character that XML can't carry.
        """
        plain = (self.password + self.security_token, self.password, self.security_token)
        secrets = (*plain, *map(escape, plain))
        url = f"{self.site}/services/Soap/u/{self.version}"
        headers = {"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": "login"}
        return post_login(self.http, url, self._envelope(), headers, self.timeout, secrets, self._with_remedy)

    def _with_remedy(self, code: str | None, message: str) -> str:
        gone = code is not None and float(self.version) >= _FIRST_VERSION_WITHOUT
        return f"{message.rstrip('.')}. {_INSTEAD}" if code == "INVALID_OPERATION" or gone else message

    def _envelope(self) -> bytes:
        root = ET.Element(f"{{{_ENVELOPE}}}Envelope")
        header = ET.SubElement(root, f"{{{_ENVELOPE}}}Header")
        options = ET.SubElement(header, f"{{{_PARTNER}}}CallOptions")
        _add(options, "client", f"{_CLIENT}/{self.client_id}" if self.client_id else _CLIENT)
        _add(options, "defaultNamespace", "sf")
        if self.organization_id is not None:
            scope = ET.SubElement(header, f"{{{_PARTNER}}}LoginScopeHeader")
            _add(scope, "organizationId", self.organization_id)
        login = ET.SubElement(ET.SubElement(root, f"{{{_ENVELOPE}}}Body"), f"{{{_PARTNER}}}login")
        _add(login, "username", self.username)
        _add(login, "password", self.password + self.security_token)
        body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
        return body


def post_login(
    http: requests.Session,
    url: str,
    envelope: bytes,
    headers: Mapping[str, str],
    timeout: Timeout | None,
    secrets: tuple[str, ...] = (),
    remedied: Callable[[str | None, str], str] = lambda code, message: message,
) -> Grant:
    """Send a login, and read its answer; `remedied` adds what to do to the message of an error.

    Raises:
        SalesforceAuthenticationFailed: the org refused, or answered something else than SOAP.
    """
    answer = exchange(
        http, "POST", url, resource="login", secrets=secrets, data=envelope, headers=dict(headers), timeout=timeout
    )
    found = _texts(answer.content)
    session_id, server_url = found.get("sessionId"), found.get("serverUrl")
    if answer.status_code == 200 and session_id and server_url:
        return _grant(session_id, server_url)
    code: str | None = found.get("exceptionCode") or (found.get("faultcode") or "").rpartition(":")[2] or None
    message = found.get("exceptionMessage") or found.get("faultstring")
    if message is None:
        # Scrubbed first: an excerpt has blanks and tags taken out, and secrets may hold such.
        message = excerpt(scrubbed(answer.content.decode("utf-8", "replace"), secrets))
    # The former is simple-salesforce's code for an answer that reports no failure and has no session either.
    otherwise = "UNKNOWN_EXCEPTION_CODE" if answer.status_code == 200 else answer.status_code
    raise SalesforceAuthenticationFailed(code or otherwise, scrubbed(remedied(code, message), secrets))


def _add(parent: ET.Element, name: str, text: str) -> None:
    if _NOT_IN_XML.search(text):
        raise ValueError(f"the {name} has a control character, which a SOAP login can't carry; check how it was read")
    ET.SubElement(parent, f"{{{_PARTNER}}}{name}").text = text


def _texts(body: bytes) -> dict[str, str]:
    """Return the text of each element by its local name, the first of a name winning; nothing if it isn't XML."""
    # Only this login reads XML.
    import defusedxml
    import defusedxml.ElementTree

    try:
        root = defusedxml.ElementTree.fromstring(body)
    except (ET.ParseError, defusedxml.DefusedXmlException, ValueError, LookupError):
        return {}
    found: dict[str, str] = {}
    for element in root.iter():
        if element.text:
            found.setdefault(str(element.tag).rpartition("}")[2], element.text)
    return found


def _grant(session_id: str, server_url: str) -> Grant:
    try:
        # Old instances answer na15-api.salesforce.com for na15.salesforce.com.
        return Grant(session_id, _API_HOST.sub(r"\1.", origin_of(server_url)))
    except ValueError as error:
        raise SalesforceAuthenticationFailed("UNUSABLE_ANSWER", str(error)) from None
