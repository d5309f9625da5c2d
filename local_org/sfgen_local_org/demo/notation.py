"""Read the demo org's definitions: a compact text, one line a field, into small values.

The notation is described in `sfgen_local_org.demo`. This module knows its grammar only; what a field of a type looks
like in a describe result is the subject of `fields`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_FIELD = re.compile(r"(?P<name>\w+)\s+(?P<type>\w+)(?:\((?P<size>[^)]*)\))?(?P<words>[^\"]*)\"(?P<label>[^\"]+)\"")
_OBJECT = re.compile(r"sobject\s+(\w+)\s+(\w{3}|-)\s+\"([^\"]+)\"\s+\"([^\"]+)\"(.*)")
_RECORD_TYPE = re.compile(r"recordtype\s+(\w+)\s+\"([^\"]+)\"(.*)")


class NotationError(ValueError):
    """A definition breaks the notation; the message names file, line and what was expected."""


@dataclass(frozen=True, slots=True)
class Value:
    """A picklist value. `valid_for` names the controlling values that allow it, in a dependent picklist."""

    value: str
    label: str
    active: bool = True
    default: bool = False
    valid_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldSource:
    """One field as it is written down: `size` is what the parentheses hold, `words` the bare words after it."""

    name: str
    type: str
    label: str
    size: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()
    options: Mapping[str, str] = field(default_factory=dict)
    values: tuple[Value, ...] = ()
    help: str | None = None
    formula: str | None = None
    default_formula: str | None = None

    def numbers(self, *defaults: int) -> tuple[int, ...]:
        """Return `size` as whole numbers, filled up with the defaults.

        Raises:
            NotationError: a part of it is no number.
        """
        if wrong := [part for part in self.size if not part.isdecimal()]:
            raise NotationError(f"{self.name}: {wrong[0]!r} is no number")
        return (*(int(part) for part in self.size), *defaults[len(self.size) :])


@dataclass(frozen=True, slots=True)
class RecordTypeSource:
    """A record type of the object it is written under."""

    developer_name: str
    label: str
    default: bool


@dataclass(frozen=True, slots=True)
class ObjectSource:
    """One sObject as it is written down. `prefix` is the key prefix of its ids, None for an object without ids."""

    name: str
    prefix: str | None
    label: str
    plural: str
    words: frozenset[str]
    fields: tuple[FieldSource, ...]
    record_types: tuple[RecordTypeSource, ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """What several objects use: field groups (`+ audit`) and picklist value sets (`values=Industry`)."""

    groups: Mapping[str, tuple[FieldSource, ...]]
    value_sets: Mapping[str, tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class _Block:
    """A line that starts in the first column, with the indented lines under it."""

    line: int
    text: str
    details: tuple[str, ...]


def read_shared(text: str, file: str) -> Shared:
    """Read the shared definitions: `group NAME` with fields after it, `values NAME` with value lines under it."""
    groups: dict[str, list[FieldSource]] = {}
    value_sets: dict[str, tuple[Value, ...]] = {}
    group: list[FieldSource] = []
    for block in _blocks(text):
        head, _, name = block.text.partition(" ")
        if head == "values":
            value_sets[name] = _values(block)
        elif head == "group":
            group = groups[name] = []
        else:
            group.append(_read_field(block, file, value_sets))
    return Shared({name: tuple(fields) for name, fields in groups.items()}, value_sets)


def read_object(text: str, file: str, shared: Shared) -> ObjectSource:
    """Read the definition of one object.

    Raises:
        NotationError: a line doesn't follow the notation.
    """
    blocks = list(_blocks(text))
    head = _OBJECT.fullmatch(blocks[0].text) if blocks else None
    if head is None:
        raise NotationError(f'{file}: expected first: sobject NAME PREFIX "Label" "Plural label"')
    fields: list[FieldSource] = []
    record_types: list[RecordTypeSource] = []
    for block in blocks[1:]:
        if block.text.startswith("+ "):
            fields.extend(_group(block, file, shared))
        elif record_type := _RECORD_TYPE.fullmatch(block.text):
            record_types.append(RecordTypeSource(record_type[1], record_type[2], "default" in record_type[3].split()))
        else:
            fields.append(_read_field(block, file, shared.value_sets))
    name, prefix, label, plural, words = head.groups()
    return ObjectSource(
        name=name,
        prefix=None if prefix == "-" else prefix,
        label=label,
        plural=plural,
        words=frozenset(words.split()),
        fields=tuple(fields),
        record_types=tuple(record_types),
    )


def _blocks(text: str) -> Iterator[_Block]:
    number, head, details = 0, "", list[str]()
    for at, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line[0].isspace():
            details.append(line.strip())
            continue
        if head:
            yield _Block(number, head, tuple(details))
        number, head, details = at, line.strip(), []
    if head:
        yield _Block(number, head, tuple(details))


def _group(block: _Block, file: str, shared: Shared) -> Iterable[FieldSource]:
    """Return the fields of `+ NAME`; `+ id "Account ID"` gives the group's one field a label of its own."""
    name, _, label = block.text[2:].strip().partition(" ")
    if name not in shared.groups:
        raise NotationError(f"{file}:{block.line}: no group {name!r}; there are {', '.join(sorted(shared.groups))}")
    fields = shared.groups[name]
    return [replace(one, label=label.strip('" ')) for one in fields] if label else fields


def _read_field(block: _Block, file: str, value_sets: Mapping[str, tuple[Value, ...]]) -> FieldSource:
    match = _FIELD.fullmatch(block.text)
    if match is None:
        raise NotationError(f'{file}:{block.line}: expected: Name type(size) words "Label", not {block.text!r}')
    size = tuple(part.strip() for part in (match["size"] or "").split(",") if part.strip())
    words = match["words"].split()
    options = dict(word.split("=", 1) for word in words if "=" in word)
    values = _values(block)
    if (value_set := options.pop("values", None)) is not None:
        if value_set not in value_sets:
            raise NotationError(f"{file}:{block.line}: no value set {value_set!r}")
        values = value_sets[value_set]
    details = {mark: _detail(block, mark) for mark in ("?", "=", ":=")}
    return FieldSource(
        name=match["name"],
        type=match["type"],
        label=match["label"],
        size=size,
        words=frozenset(word for word in words if "=" not in word),
        options=options,
        values=values,
        help=details["?"],
        formula=details["="],
        default_formula=details[":="],
    )


def _detail(block: _Block, mark: str) -> str | None:
    """Return what the indented lines that start with `mark` say, joined by spaces."""
    texts = [line[len(mark) :].strip() for line in block.details if line.startswith(f"{mark} ")]
    return " ".join(texts) or None


def _values(block: _Block) -> tuple[Value, ...]:
    found: list[Value] = []
    for line in block.details:
        if not line.startswith("|"):
            continue
        values, _, controlling = line[1:].partition(" @ ")
        valid_for = tuple(part.strip() for part in controlling.split(",") if part.strip())
        found.extend(_value(part.strip(), valid_for) for part in values.split("|"))
    return tuple(found)


def _value(text: str, valid_for: tuple[str, ...]) -> Value:
    mark, text = (text[0], text[1:]) if text[0] in "*-" else ("", text)
    value, _, label = text.partition(" > ")
    return Value(value.strip(), (label or value).strip(), mark != "-", mark == "*", valid_for)
