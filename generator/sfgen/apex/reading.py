"""The text of OpenAPI documents: JSON or YAML, and other files of their folder that they refer to.

They are text from elsewhere: no tag of YAML makes an object here, no alias multiplies what there is to read, and no
reference leaves the document's folder.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml

from sfgen.errors import SfgenError
from sfgen.files import parse_json, why_broken

# The key below which a document has the files that it refers to.
FILES = "x-sfgen-files"
# Values in a document, with aliases written out.
_MAX_VALUES = 500_000
_MERGE = "tag:yaml.org,2002:merge"


class DocumentError(SfgenError):
    """An OpenAPI document can't be used; the text lists file, place and fault."""


def read_bundled(file: Path) -> Any:
    """Read a document, with the files of its folder that it refers to below the key `FILES`.

    Raises:
        DocumentError: a file can't be read, or is neither JSON nor YAML.
    """
    try:
        data = _read(file, "Look at [tool.sfgen.apex.documents].")
        return _Bundle(file).bundled(data) if isinstance(data, Mapping) else data
    except RecursionError:
        raise DocumentError(f"{file} is nested too deeply.") from None


class _Bundle:
    """Brings references to other files into the one document."""

    def __init__(self, file: Path) -> None:
        self._root = file.resolve().parent
        self._main = file.name
        self._files: dict[str, Any] = {}

    def bundled(self, data: Mapping[str, Any]) -> Any:
        whole = self._within(data, "")
        return {**whole, FILES: self._files} if self._files else whole

    def _within(self, value: Any, here: str) -> Any:
        """Return a value of the file `here` with its references as the one document has them."""
        if isinstance(value, list):
            return [self._within(item, here) for item in value]
        if not isinstance(value, Mapping):
            return value
        made = {key: self._within(item, here) for key, item in value.items()}
        if isinstance(reference := made.get("$ref"), str):
            made["$ref"] = self._reference(reference, here)
        tags = made.get("discriminator")
        if isinstance(tags, dict) and isinstance(mapping := tags.get("mapping"), Mapping):
            tags["mapping"] = {
                tag: self._reference(target, here)
                if isinstance(target, str) and re.search(r"[/#.]", target)
                else target
                for tag, target in mapping.items()
            }
        return made

    def _reference(self, reference: str, here: str) -> str:
        target, _, place = reference.partition("#")
        if not target:
            return f"#{_place(here)}{place}" if here else reference
        parts = urlsplit(target)
        if parts.scheme or parts.netloc or target.startswith(("/", "\\")):
            return reference
        try:
            file = (self._root / Path(here).parent / unquote(target)).resolve()
        except (ValueError, OSError, RuntimeError):
            return reference  # no path at all: NUL, half a surrogate pair, links in a circle
        if not file.is_relative_to(self._root):
            return reference
        name = file.relative_to(self._root).as_posix()
        if name == self._main:
            return f"#{place}"
        if name not in self._files:
            # Its place is taken first: it may refer to itself, or back.
            self._files[name] = {}
            self._files[name] = self._within(_read(file, f"{reference[:80]!a} in {here or self._main} names it."), name)
        return f"#{_place(name)}{place}"


def _place(name: str) -> str:
    return f"/{FILES}/{name.replace('~', '~0').replace('/', '~1').replace('%', '%25')}"


def _read(file: Path, why: str) -> Any:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise DocumentError(f"{file} can't be read: {error.strerror}. {why}") from error
    if file.suffix.lower() == ".json" or content.lstrip()[:1] == b"{":
        try:
            return parse_json(content, keys_once=True)
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
    """YAML as JSON has it: text stays text and keys are text. What an alias stands for is never endless."""

    def get_single_node(self) -> yaml.Node | None:
        node = super().get_single_node()
        self._sizes: dict[yaml.Node, int] = {}
        self._keys_checked: set[yaml.Node] = set()
        if node is not None:
            self._size(node)
        return node

    def _size(self, node: yaml.Node) -> int:
        """Return how many values a node is, with aliases written out."""
        if isinstance(node, yaml.ScalarNode):
            return 1
        if (known := self._sizes.get(node)) is not None:
            if not known:
                raise yaml.MarkedYAMLError(
                    problem="an alias stands for what it is a part of", problem_mark=node.start_mark
                )
            return known
        self._sizes[node] = 0
        inside = node.value if isinstance(node, yaml.SequenceNode) else [item for pair in node.value for item in pair]
        size = 1 + sum(self._size(item) for item in inside)
        if size > _MAX_VALUES:
            problem = f"more than {_MAX_VALUES:,} values, with aliases written out"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark)
        self._sizes[node] = size
        return size

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (ValueError, LookupError, AttributeError):
            # What the constructors make of `!!int ""` or `!!timestamp soon`.
            problem = f"this is no value of the tag {node.tag[:80]!a}"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark) from None

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        if node not in self._keys_checked:
            self._keys_checked.add(node)
            self._check_keys(node)
            self.flatten_mapping(node)
        # Status codes are written as numbers: 200.
        return {key.value: self.construct_object(value, deep=deep) for key, value in node.value}

    @staticmethod
    def _check_keys(node: yaml.MappingNode) -> None:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(problem="a key must be text", problem_mark=key.start_mark)
            if key.value in seen and key.tag != _MERGE:
                problem = f"the key {key.value!a} is there twice"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
            seen.add(key.value)


# A date is text; so are `yes`, `no`, `on` and `off`, as in YAML 1.2.
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":bool"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
