"""What the SOAP endpoints share: reading an envelope, and writing one."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET  # what comes over the wire is read by defusedxml
from collections.abc import Iterator, Mapping, Sequence
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from sfgen_local_org.http.call import Answer

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
# What no XML document can hold, escaped or not.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_xml(body: bytes) -> ET.Element | None:
    """Return a document's root, or None where it is not well-formed, or has a document type."""
    try:
        root: ET.Element = fromstring(body, forbid_dtd=True)
    except (ET.ParseError, DefusedXmlException, ValueError, LookupError):
        return None
    return root


def operation_of(envelope: ET.Element) -> ET.Element | None:
    """Return what a message asks for."""
    return next(iter(child(envelope, "Body")), None)


def session_of(envelope: ET.Element) -> str:
    """Return the session id in a message's header."""
    return text(child(child(envelope, "Header"), "SessionHeader"), "sessionId")


def local(element: ET.Element) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def children(parent: ET.Element, name: str) -> Iterator[ET.Element]:
    """Yield the children of a name."""
    return (one for one in parent if local(one) == name)


def child(parent: ET.Element, name: str) -> ET.Element:
    """Return the first child of a name, or an empty element."""
    return next(children(parent, name), ET.Element(name))


def text(parent: ET.Element, name: str) -> str:
    """Return the text of the first child of a name."""
    return (child(parent, name).text or "").strip()


def texts(parent: ET.Element, name: str) -> list[str]:
    """Return the texts of all children of a name."""
    return [(one.text or "").strip() for one in children(parent, name)]


def written(values: Mapping[str, object]) -> str:
    """Return values as elements: a list is an element each, a mapping has elements inside, None is nil."""
    return "".join(_element(name, value) for name, value in values.items())


def _element(name: str, value: object) -> str:
    match value:
        case None:
            return f'<{name} xsi:nil="true"/>'
        case bool():
            return f"<{name}>{str(value).lower()}</{name}>"
        case Mapping():
            return f"<{name}>{written(value)}</{name}>"
        case Sequence() if not isinstance(value, str):
            return "".join(_element(name, item) for item in value)
        case _:
            return f"<{name}>{escape(_NOT_XML.sub('?', str(value)))}</{name}>"


def fault(code: str, message: str, namespace: str) -> Answer:
    """Return a refusal."""
    told = f"<faultcode>{code}</faultcode><faultstring>{escape(message)}</faultstring>"
    return envelope(500, f"<soapenv:Fault>{told}</soapenv:Fault>", namespace)


def envelope(status: int, body: str, namespace: str, header: str = "") -> Answer:
    """Return a message whose elements are in one namespace, under no prefix and under `sf`."""
    head = f"<soapenv:Header>{header}</soapenv:Header>" if header else ""
    message = (
        f'<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="{SOAP}" xmlns="{namespace}" '
        f'xmlns:sf="{namespace}" xmlns:xsi="{XSI}">{head}<soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>'
    )
    return Answer(status, content=message.encode(), media_type="text/xml;charset=UTF-8")
