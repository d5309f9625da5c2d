"""The lock: every public name that a package ever published, so that none of them changes meaning or goes.

A name may depend on what else there is: the second of two objects whose modules would have one name gets another, and
a field named like a method of a new runtime would have to give way. The lock keeps what was published, also what is no
longer generated; only the configuration's ``names`` changes it.

It is a file of the package, ``sfgen.lock``: JSON, a line an object, to be committed with the rest.
"""

from __future__ import annotations

import json
import keyword
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .errors import SfgenError
from .names import ObjectNames

LOCK = "sfgen.lock"
_FORMAT = 1


class LockError(SfgenError):
    """The lock can't be read; the text says why and what to do."""


def read_lock(text: str) -> dict[str, ObjectNames]:
    """Read the text of a lock.

    Raises:
        LockError: it is no lock, or one of a later sfgen.
    """
    try:
        data = json.loads(text)
        if data["format"] != _FORMAT:
            raise LockError(f"{LOCK} has format {data['format']}, which this sfgen doesn't know: use the newest one.")
        lock = {name: _read_object(names) for name, names in data["objects"].items()}
        for names in (
            [one.module for one in lock.values()],
            [one.class_name for one in lock.values()],
            [one.client_attribute for one in lock.values()],
        ):
            _check_each_once(names)
        return lock
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LockError(
            f"{LOCK} in the package can't be read ({error}). Take the committed one from version control, or delete it:"
            " then names are settled anew."
        ) from None


def _check_each_once(names: Iterable[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ValueError(f"two objects have the name {twice[0]!r}")


def _read_object(names: Mapping[str, Any]) -> ObjectNames:
    module, class_name, client_attribute = names["names"]
    for name in (module, class_name, client_attribute):
        _check(name)
    return ObjectNames(
        module,
        class_name,
        client_attribute,
        attributes=dict(_split(one) for one in names.get("fields", ())),
        parents=dict(_split(one) for one in names.get("parents", ())),
        children=dict(_split(one) for one in names.get("children", ())),
    )


def _split(item: str) -> tuple[str, str]:
    name, equals, attribute = item.partition("=")
    attribute = attribute if equals else name
    _check(attribute)
    return name, attribute


def _check(name: str) -> None:
    if not name.isidentifier() or keyword.iskeyword(name):
        raise ValueError(f"{name!r} is no name")


def write_lock(published: Mapping[str, ObjectNames], before: Mapping[str, ObjectNames]) -> str:
    """Return the text of the lock: what is published now, and what was before."""
    names = sorted(published.keys() | before.keys())
    lines = [f"  {_dump(name)}: {_dump(_as_json(_merged(published.get(name), before.get(name))))}" for name in names]
    return f'{{"format": {_FORMAT}, "objects": {{\n' + ",\n".join(lines) + "\n}}\n"


def _merged(now: ObjectNames | None, before: ObjectNames | None) -> ObjectNames:
    if now is None or before is None:
        merged = now or before
        assert merged is not None  # noqa: S101
        return merged
    return ObjectNames(
        now.module,
        now.class_name,
        now.client_attribute,
        {**before.attributes, **now.attributes},
        {**before.parents, **now.parents},
        {**before.children, **now.children},
    )


def _as_json(names: ObjectNames) -> dict[str, list[str]]:
    parts = {"fields": names.attributes, "parents": names.parents, "children": names.children}
    listed = {part: list(_joined(attributes)) for part, attributes in parts.items() if attributes}
    return {"names": [names.module, names.class_name, names.client_attribute], **listed}


def _joined(attributes: Mapping[str, str]) -> Iterator[str]:
    for name, attribute in sorted(attributes.items()):
        yield name if name == attribute else f"{name}={attribute}"


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))
