"""OpenAPI documents, with every fault told by its place in the document.

Salesforce writes them of Apex classes, and people write them by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from sfgen.apex.reading import FILES, DocumentError, read_bundled

_MAX_FAULTS = 20
_INDEX = re.compile(r"[0-9]{1,9}")


@dataclass(slots=True)
class Document:
    """A document and what was found wrong with it. A place is a JSON pointer, such as ``/paths/~1users/get``."""

    file: str
    data: Any
    faults: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_3_0(self) -> bool:
        """Whether schemas say `nullable` and have boolean `exclusiveMinimum`, as before 3.1."""
        return str(self.data.get("openapi", "")).startswith("3.0")

    def fault(self, place: str, message: str) -> None:
        """Note a fault."""
        if (place, message) not in self.faults:
            self.faults.append((place, message))

    def mapping(self, value: object, place: str) -> Mapping[str, Any]:
        """Return `value` if it is an object, else an empty one and a fault; null and absence are alike."""
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.fault(place, f"must be an object, not {_kind(value)}")
            return {}
        return value

    def items(self, value: object, place: str) -> Iterator[tuple[str, Any]]:
        """Yield place and value of a list's items."""
        if value is None:
            return
        if not isinstance(value, list):
            self.fault(place, f"must be a list, not {_kind(value)}")
            return
        for at, item in enumerate(value):
            yield f"{place}/{at}", item

    def text(self, value: object, place: str) -> str:
        """Return `value` if it is text, else an empty one, and a fault unless it is absent."""
        if value is None:
            return ""
        if not isinstance(value, str):
            self.fault(place, f"must be text, not {_kind(value)}")
            return ""
        return value

    def resolve(self, value: Any, place: str) -> tuple[Mapping[str, Any], str]:
        """Return an object and its place, behind the reference that it may be."""
        seen: set[str] = set()
        value = self.mapping(value, place)
        while "$ref" in value:
            reference = self.text(value["$ref"], f"{place}/$ref")
            if reference in seen:
                self.fault(f"{place}/$ref", f"{reference_shown(reference)!a} leads back to itself")
                return {}, place
            seen.add(reference)
            found = self.target(reference, f"{place}/$ref")
            if found is None:
                return {}, place
            place = reference[1:]
            value = self.mapping(found, place)
        return value, place

    def target(self, reference: str, place: str) -> Any:
        """Return what a reference within the document points to, or None and a fault."""
        if not reference.startswith("#/"):
            self.fault(place, f"{reference[:80]!a} leaves the document's folder: copy what it names")
            return None
        found: Any = self.data
        for token in reference[2:].split("/"):
            key = unescape(token)
            if isinstance(found, Mapping) and key in found:
                found = found[key]
            elif isinstance(found, list) and _INDEX.fullmatch(key) and int(key) < len(found):
                found = found[int(key)]
            else:
                self.fault(place, f"{reference_shown(reference)[:120]!a} names nothing in the document")
                return None
        return found

    def check(self) -> None:
        """Raise `DocumentError` if there are faults."""
        if not self.faults:
            return
        told = sorted(self.faults)[:_MAX_FAULTS]
        lines = "".join(f"\n  {shown(place) if place else '/'}: {message}" for place, message in told)
        more = f"\n  ... and {len(self.faults) - _MAX_FAULTS} more" if len(self.faults) > _MAX_FAULTS else ""
        raise DocumentError(f"{self.file} can't be used as an OpenAPI document:{lines}{more}")


def shown(place: str) -> str:
    """Return a place as the author knows it: ``common.yaml#/Address`` if it is in another file."""
    head, _, rest = place.removeprefix(f"/{FILES}/").partition("/")
    if not place.startswith(f"/{FILES}/"):
        return place
    return f"{unescape(head)}#{'/' if rest else ''}{rest}"


def reference_shown(reference: str) -> str:
    """Return a reference as the author knows it."""
    place = shown(reference[1:])
    return reference if place == reference[1:] else place


def escape(key: str) -> str:
    """Return a key as a token of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def unescape(token: str) -> str:
    """Return the key that a token of a JSON pointer, as it stands in a reference, means."""
    return unquote(token).replace("~1", "/").replace("~0", "~")


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def read_document(file: Path) -> Document:
    """Read an OpenAPI document of version 3.0 or 3.1 from JSON or YAML.

    Raises:
        DocumentError: the file can't be read, is neither, or is no such document.
    """
    data = read_bundled(file)
    if not isinstance(data, Mapping):
        raise DocumentError(f"{file} is no OpenAPI document: it holds no object.")
    document = Document(str(file), data)
    version = data.get("openapi")
    if not isinstance(version, str) or not version.startswith(("3.0", "3.1")):
        known = "it must say 3.0.x or 3.1.x" + ("; Swagger 2.0 must be converted first" if "swagger" in data else "")
        document.fault("/openapi", known)
        document.check()
    return document
