"""SOAP `login()`, `logout()`, `setPassword()` and `resetPassword()`, of the partner (`/u/`) and enterprise (`/c/`) API.

Salesforce document: SOAP API Developer Guide, "login()", "setPassword()", "resetPassword()". From API version 65.0 on
there is no `login()`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from sfgen_local_org.errors import OrgError
from sfgen_local_org.http.call import Answer, Call
from sfgen_local_org.http.errors import ApiError, not_found
from sfgen_local_org.http.router import Route

if TYPE_CHECKING:
    from sfgen_local_org.http.passwords import UserPasswords
    from sfgen_local_org.http.site import Site

_LAST_LOGIN_VERSION = 64.0
_NOT_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
_LARGEST_BODY = 1 << 20
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_NAMESPACES = {"u": "urn:partner.soap.sforce.com", "c": "urn:enterprise.soap.sforce.com"}


class Soap:
    """The SOAP endpoint of a site: enough of it to log in and out, and to give a user another password."""

    def __init__(self, site: Site, passwords: UserPasswords) -> None:
        self._site = site
        self._passwords = passwords

    def routes(self) -> list[Route]:
        """Return the endpoints."""
        address = "/services/Soap/{api}/{soap_version}"
        return [
            Route("POST", address, self.call, public=True),
            Route("POST", address + "/{org}", self.call, public=True),
        ]

    def call(self, call: Call) -> Answer:
        """Answer one SOAP operation."""
        api, version = call.args["api"], _number(call.args["soap_version"])
        if api not in _NAMESPACES:
            raise not_found()
        if version is None:
            return _fault("UNSUPPORTED_API_VERSION", "Invalid Api version specified on URL")
        if len(call.body) > _LARGEST_BODY:
            return _client_fault("The SOAP message is too large")
        try:
            envelope = fromstring(call.body, forbid_dtd=True)
        except (ParseError, DefusedXmlException, ValueError, LookupError):
            # Defused: a document type or entity is never expanded, it is refused.
            return _client_fault("The request is not a well-formed SOAP message without a document type")
        body = envelope.find(f"{{{_SOAP}}}Body")
        operation = next(iter(body), None) if body is not None else None
        name = "" if operation is None else _local(operation)
        if operation is not None and name == "login":
            return self._login(operation, api, version)
        if operation is not None and name in ("logout", "setPassword", "resetPassword"):
            token = _session(envelope)
            if not self._site.sessions.is_open(token):
                return _fault("INVALID_SESSION_ID", "Invalid Session ID found in SessionHeader")
            if name == "logout":
                self._site.sessions.revoke(token)
                return _answer("<logoutResponse/>", api)
            return self._new_password(operation, name, api)
        return _client_fault(f"No operation available for request {{{_NAMESPACES[api]}}}{name}")

    def _login(self, operation: Element, api: str, version: float) -> Answer:
        if version > _LAST_LOGIN_VERSION:
            return _fault(
                "INVALID_OPERATION",
                f"The SOAP Login operation is not available in the API version specified ({version:.1f}). "
                "Refer to the documentation for supported versions.",
            )
        if not self._site.credentials.is_user(_text(operation, "username"), _text(operation, "password")):
            message = "Invalid username, password, security token; or user locked out."
            return _fault("INVALID_LOGIN", message, kind="LoginFault")
        return _answer(f"<loginResponse><result>{self._result(api, version)}</result></loginResponse>", api)

    def _new_password(self, operation: Element, name: str, api: str) -> Answer:
        user_id = _text(operation, "userId")
        try:
            if name == "setPassword":
                self._passwords.set(user_id, _text(operation, "password"))
                return _answer("<setPasswordResponse><result/></setPasswordResponse>", api)
            result = _elements({"password": self._passwords.reset(user_id)})
        except (ApiError, OrgError) as error:
            return _fault(error.code, error.message)
        return _answer(f"<resetPasswordResponse><result>{result}</result></resetPasswordResponse>", api)

    def _result(self, api: str, version: float) -> str:
        org, user, url = self._site.org, self._site.org.user, self._site.url
        username = self._site.credentials.username
        tail = f"{version:.1f}/{org.id[:15]}"
        result = {
            "metadataServerUrl": f"{url}/services/Soap/m/{tail}",
            "passwordExpired": str(self._passwords.is_expired(org.user_id)).lower(),
            "sandbox": "false",
            "serverUrl": f"{url}/services/Soap/{api}/{tail}",
            "sessionId": self._site.sessions.open(),
            "userId": org.user_id,
        }
        info = {
            "accessibilityMode": "false",
            "currencySymbol": "$",
            "orgDefaultCurrencyIsoCode": "USD",
            "orgDisallowHtmlAttachments": "false",
            "orgHasPersonAccounts": "false",
            "organizationId": org.id,
            "organizationMultiCurrency": "false",
            "organizationName": "sfgen local org",
            "profileId": user.get("ProfileId") or "",
            "roleId": user.get("UserRoleId") or "",
            "sessionSecondsValid": "7200",
            "userEmail": user.get("Email") or username,
            "userFullName": user.get("Name") or username,
            "userId": org.user_id,
            "userLanguage": user.get("LanguageLocaleKey") or "en_US",
            "userLocale": user.get("LocaleSidKey") or "en_US",
            "userName": username,
            "userTimeZone": user.get("TimeZoneSidKey") or "GMT",
            "userType": "Standard",
            "userUiSkin": "Theme3",
        }
        return f"{_elements(result)}<userInfo>{_elements(info)}</userInfo>"


def _session(envelope: Element) -> str:
    header = envelope.find(f"{{{_SOAP}}}Header")
    # An element without children is false, and says so with a warning.
    parts = list(header) if header is not None else []
    session = next((element for element in parts if _local(element) == "SessionHeader"), None)
    return "" if session is None else _text(session, "sessionId")


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _text(parent: Element, name: str) -> str:
    return next((element.text or "" for element in parent if _local(element) == name), "")


def _number(version: str) -> float | None:
    try:
        number = float(version)
    except ValueError:
        return None
    # False for NaN as well.
    return number if 1 <= number < 1000 else None


def _elements(values: dict[str, str]) -> str:
    # A record may hold characters that no XML document can, escaped or not.
    return "".join(f"<{name}>{escape(_NOT_XML.sub('?', value))}</{name}>" for name, value in values.items())


def _answer(body: str, api: str) -> Answer:
    return _message(200, f'xmlns="{_NAMESPACES[api]}"', body)


def _fault(code: str, message: str, *, kind: str = "UnexpectedErrorFault") -> Answer:
    text = escape(message)
    detail = f"<sf:exceptionCode>{code}</sf:exceptionCode><sf:exceptionMessage>{text}</sf:exceptionMessage>"
    body = (
        f"<soapenv:Fault><faultcode>sf:{code}</faultcode><faultstring>{code}: {text}</faultstring>"
        f'<detail><sf:{kind} xsi:type="sf:{kind}">{detail}</sf:{kind}></detail></soapenv:Fault>'
    )
    return _message(500, 'xmlns:sf="urn:fault.partner.soap.sforce.com"', body)


def _client_fault(message: str) -> Answer:
    body = (
        f"<soapenv:Fault><faultcode>soapenv:Client</faultcode><faultstring>{escape(message)}</faultstring>"
        "</soapenv:Fault>"
    )
    return _message(500, "", body)


def _message(status: int, namespaces: str, body: str) -> Answer:
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="{_SOAP}" {namespaces} '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>'
    )
    return Answer(status, content=text.encode(), media_type="text/xml;charset=UTF-8")
