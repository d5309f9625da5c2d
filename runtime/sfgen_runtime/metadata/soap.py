"""Calls of the Metadata API: SOAP envelopes out, results in, faults as errors, and one new login for a dead session.

Salesforce document: Metadata API Developer Guide, "Metadata API Calls".
"""

from __future__ import annotations

import xml.etree.ElementTree as ET  # to write with; what comes off the wire is read by defusedxml
from typing import TYPE_CHECKING, Any

import defusedxml
import defusedxml.ElementTree

from ..error_bodies import ErrorDetail
from ..errors import SalesforceError, SalesforceExpiredSession
from ..http import CallOptions, Request, Response
from ..json_codec import unreadable
from .values import MET, XSI, add, children, local_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..client import SalesforceClient

_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_CLIENT = "sfgen"
# Calls that change nothing, so that a lost answer may be asked for again.
_READS = frozenset(
    {
        "checkDeployStatus",
        "checkRetrieveStatus",
        "describeMetadata",
        "describeValueType",
        "listMetadata",
        "readMetadata",
    }
)

ET.register_namespace("soapenv", _SOAP)
ET.register_namespace("met", MET)
ET.register_namespace("xsi", XSI)


def call(
    client: SalesforceClient,
    operation: str,
    arguments: Mapping[str, Any],
    *,
    kind: str | None = None,
    application: str | None = None,
    options: CallOptions | None = None,
) -> list[ET.Element]:
    """Call an operation and return its ``result`` elements.

    `kind` is the type of the components in `arguments`; `options` are what every call of the client takes. An expired
    session is renewed once, as for REST calls.

    Raises:
        SalesforceError: the org refused, or answered something else than SOAP.
    """
    session = client.org_session
    logins, token = session.logins, session.session_id
    request = Request(
        "POST",
        f"/services/Soap/m/{client.sf_version}/",
        headers={"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": operation},
        idempotent=operation in _READS,
        resource=operation,
    )
    try:
        return _send(client, request, _envelope(token, operation, arguments, kind, application), options or {})
    except SalesforceExpiredSession:
        if not session.renewable:
            raise
    session.renew(token, logins)
    body = _envelope(session.session_id, operation, arguments, kind, application)
    return _send(client, request, body, options or {})


def _send(client: SalesforceClient, request: Request, body: bytes, options: CallOptions) -> list[ET.Element]:
    # As `data`, since a request's own body would show the token where a request is shown.
    try:
        response = client.send(request.extended({"data": body}), **options)  # type: ignore[typeddict-unknown-key]
    except SalesforceError as error:
        raise _with_fault(error) from None
    return _results(response)


def _envelope(
    token: str, operation: str, arguments: Mapping[str, Any], kind: str | None, application: str | None
) -> bytes:
    root = ET.Element(f"{{{_SOAP}}}Envelope")
    header = ET.SubElement(root, f"{{{_SOAP}}}Header")
    add(header, "CallOptions", {"client": application or _CLIENT})
    add(header, "SessionHeader", {"sessionId": token})
    asked = ET.SubElement(ET.SubElement(root, f"{{{_SOAP}}}Body"), f"{{{MET}}}{operation}")
    for name, value in arguments.items():
        add(asked, name, value, kind=kind if name == "metadata" else None)
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def parsed(content: bytes) -> ET.Element | None:
    """Return the root of an XML document, or None if it is none or has a document type."""
    try:
        root: ET.Element = defusedxml.ElementTree.fromstring(content, forbid_dtd=True)
    except (ET.ParseError, defusedxml.DefusedXmlException, ValueError, LookupError):
        return None
    return root


def _results(response: Response) -> list[ET.Element]:
    root = parsed(response.content)
    body = None if root is None else next(children(root, "Body"), None)
    answer = None if body is None else next(iter(body), None)
    if answer is None or not local_name(answer).endswith("Response"):
        cause = "the body is no SOAP answer, so something other than the Metadata API answered, or not to the end"
        raise unreadable(response, cause)
    return list(children(answer, "result"))


def _with_fault(error: SalesforceError) -> SalesforceError:
    """Return the error with what its SOAP fault says, as `SalesforceExpiredSession` where the session is dead."""
    root = parsed(error.content.encode()) if isinstance(error.content, str) else None
    fault = None if root is None else next((item for item in root.iter() if local_name(item) == "Fault"), None)
    if fault is None:
        return error
    texts = {local_name(item): item.text or "" for item in fault.iter()}
    code = texts.get("faultcode", "").rpartition(":")[2]
    message = texts.get("faultstring", "").removeprefix(f"{code}: ")
    if code == "INVALID_SESSION_ID" and not isinstance(error, SalesforceExpiredSession):
        error = SalesforceExpiredSession(
            error.url, error.status, error.resource_name, error.content, method=error.method
        )
    error.errors = [ErrorDetail(code, message)]
    return error
