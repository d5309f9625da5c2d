"""Metadata components as Python values, and as the XML that the Metadata API speaks.

There is no WSDL here: what a caller gives is written by its names, and what the org answers is read as it stands.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, SubElement  # to write with; what comes off the wire is read by defusedxml

if TYPE_CHECKING:
    from collections.abc import Iterator

MET = "http://soap.sforce.com/2006/04/metadata"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Component(OrderedDict[str, Any]):
    """A metadata component, or a part of one: ``part["fullName"]`` and ``part.fullName``.

    An element that the org did not send reads as None, and `all` gives the values of one that may be repeated. Texts
    stay texts: without a schema nothing says that ``true`` is no name.

    Example:
        >>> field = Component(fullName="Region__c", label="Region", type="Text", length=40)
        >>> field.fullName, field.description, field.all("valueSet")
        ('Region__c', None, [])
    """

    if TYPE_CHECKING:

        def __setattr__(self, name: str, value: Any) -> None: ...

    else:

        def __setattr__(self, name: str, value: Any) -> None:
            self[name] = value

    def __getattr__(self, name: str) -> Any:
        # Python's own protocols (copy, pickle) ask for names that no element has.
        if name.startswith("_"):
            raise AttributeError(name)
        return self.get(name)

    def all(self, name: str) -> list[Any]:
        """Return the values of an element, however often it occurs: none, one or several."""
        value = self.get(name)
        if value is None:
            return []
        return list(value) if isinstance(value, list) else [value]


def add(parent: Element, name: str, value: object, *, kind: str | None = None) -> None:
    """Append a value to an element: a list as repeated elements, a mapping as one with children, None as nothing.

    `kind` is the component's type, which the API wants where it takes components of any type.

    Raises:
        ValueError: a name that is no element's, or a text with a character that XML can't carry.
    """
    if value is None:
        return
    if isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping)):
        for item in value:
            add(parent, name, item, kind=kind)
        return
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a metadata element: it takes letters, digits and underscores")
    element = SubElement(parent, f"{{{MET}}}{name}")
    if kind is not None:
        element.set(f"{{{XSI}}}type", f"met:{kind}")
    if isinstance(value, Mapping):
        for key, part in value.items():
            add(element, str(key), part)
    else:
        element.text = _text(name, value)


def _text(name: str, value: object) -> str:
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, bool):
        return "true" if value else "false"
    text = value.decode("ascii") if isinstance(value, bytes) else str(value)
    if found := _NOT_IN_XML.search(text):
        raise ValueError(f"{name} has the character {found[0]!a}, which no XML can carry; take it out")
    return text


def read(element: Element) -> Any:
    """Return an element as the org sent it: a `Component` of its children, its text, or None where it is empty."""
    if element.get(f"{{{XSI}}}nil") == "true":
        return None
    if not len(element):
        return element.text or None
    part = Component()
    for child in element:
        name = local_name(child)
        value = read(child)
        if name not in part:
            part[name] = value
        elif isinstance(part[name], list):
            part[name].append(value)
        else:
            part[name] = [part[name], value]
    return part


def local_name(element: Element) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def children(element: Element, name: str) -> Iterator[Element]:
    """Yield the child elements of a name, whatever their namespace."""
    return (child for child in element if local_name(child) == name)
