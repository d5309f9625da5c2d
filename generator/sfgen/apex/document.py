"""OpenAPI documents: read from JSON or YAML, with every fault told by its place in the document.

Salesforce writes them of Apex classes, and people write them by hand. They are text from elsewhere: no tag of YAML
makes an object here, no alias multiplies one, and no reference leaves the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from sfgen.errors import SfgenError
from sfgen.files import parse_json, why_broken

_MAX_FAULTS = 20


class DocumentError(SfgenError):
    """An OpenAPI document can't be used; the text lists file, place and fault."""


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
                self.fault(f"{place}/$ref", f"{reference!a} leads back to itself")
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
            self.fault(place, f"{reference[:80]!a} leaves the document: bring what it names into `components`")
            return None
        found: Any = self.data
        for token in reference[2:].split("/"):
            key = unescape(token)
            if isinstance(found, Mapping) and key in found:
                found = found[key]
            elif isinstance(found, list) and key.isdecimal() and int(key) < len(found):
                found = found[int(key)]
            else:
                self.fault(place, f"{reference[:120]!a} names nothing in the document")
                return None
        return found

    def check(self) -> None:
        """Raise `DocumentError` if there are faults."""
        if not self.faults:
            return
        shown = sorted(self.faults)[:_MAX_FAULTS]
        lines = "".join(f"\n  {place or '/'}: {message}" for place, message in shown)
        more = f"\n  ... and {len(self.faults) - _MAX_FAULTS} more" if len(self.faults) > _MAX_FAULTS else ""
        raise DocumentError(f"{self.file} can't be used as an OpenAPI document:{lines}{more}")


def escape(key: str) -> str:
    """Return a key as a token of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def unescape(token: str) -> str:
    """Return the key that a token of a JSON pointer, as it stands in a reference, means."""
    from urllib.parse import unquote

    return unquote(token).replace("~1", "/").replace("~0", "~")


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def read_document(file: Path) -> Document:
    """Read an OpenAPI document of version 3.0 or 3.1 from JSON or YAML.

    Raises:
        DocumentError: the file can't be read, is neither, or is no such document.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise DocumentError(f"{file} can't be read: {error.strerror}. Look at [tool.sfgen.apex.documents].") from error
    try:
        data = _parse(content, file)
    except RecursionError:
        raise DocumentError(f"{file} is nested too deeply.") from None
    if not isinstance(data, Mapping):
        raise DocumentError(f"{file} is no OpenAPI document: it holds no object.")
    document = Document(str(file), data)
    version = data.get("openapi")
    if not isinstance(version, str) or not version.startswith(("3.0", "3.1")):
        known = "it must say 3.0.x or 3.1.x" + ("; Swagger 2.0 must be converted first" if "swagger" in data else "")
        document.fault("/openapi", known)
        document.check()
    return document


def _parse(content: bytes, file: Path) -> Any:
    if file.suffix.lower() == ".json" or content.lstrip()[:1] == b"{":
        try:
            return parse_json(content)
        except ValueError as error:
            raise DocumentError(f"{file}: {why_broken(error)}.") from error
    try:
        return yaml.load(content, Loader=_Loader)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise DocumentError(f"{file}: broken YAML{where}: {error.problem or error.context}.") from error
    except (yaml.YAMLError, ValueError) as error:
        raise DocumentError(f"{file}: broken YAML: {error}.") from error


class _Loader(yaml.SafeLoader):
    """YAML as JSON has it: text stays text, keys are text, and nothing stands for something else."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.get_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(
                problem="an alias (*name) is not taken: write a $ref", problem_mark=event.start_mark
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            # Status codes are written as numbers: 200.
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            if key is None or key in found:
                problem = f"the key {key!a} is there twice" if key is not None else "a key must be text"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key_node.start_mark)
            found[key] = self.construct_object(value_node, deep=deep)
        return found


# A date is text; so are `yes`, `no`, `on` and `off`, as in YAML 1.2.
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":bool", ":merge"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
