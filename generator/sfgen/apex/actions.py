"""Invocable actions and flows: fetched with the describes, and from their own describes to typed methods."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sfgen_runtime.apex.actions import ActionResource
from sfgen_runtime.errors import SalesforceError, SalesforceResourceNotFound
from sfgen_runtime.http import Request
from sfgen_runtime.json_codec import JsonReader

from sfgen.describe import JsonObject, Level, Problem
from sfgen.models.names import free_name, is_identifier
from sfgen.text import literal, sentence

if TYPE_CHECKING:
    from sfgen_runtime import SalesforceClient

KINDS = ("apex", "flow")
_KEPT = ("name", "label", "description", "inputs", "outputs")
_API_NAME = re.compile(r"[A-Za-z]\w{0,159}", re.ASCII)
_SCALARS = {
    "BOOLEAN": "bool",
    **dict.fromkeys(("INTEGER", "INT", "LONG"), "int"),
    **dict.fromkeys(("NUMBER", "DOUBLE", "CURRENCY", "PERCENT", "DECIMAL"), "float"),
    **dict.fromkeys(("STRING", "TEXTAREA", "ID", "REFERENCE", "PICKLIST", "MULTIPICKLIST"), "str"),
    **dict.fromkeys(("EMAIL", "PHONE", "URL", "ENCRYPTEDSTRING", "COMBOBOX", "BASE64"), "str"),
    "SOBJECT": "dict[str, Any]",
}
# What may be written besides the text that is read.
_WRITTEN = {
    "DATE": "_dt.date | str",
    "DATETIME": "_dt.datetime | str",
    "TIME": "_dt.time | str",
    **dict.fromkeys(("NUMBER", "DOUBLE", "CURRENCY", "PERCENT", "DECIMAL"), "float | Decimal"),
    "SOBJECT": "Mapping[str, Any]",
}

Actions = Mapping[str, JsonObject]


def fetch_actions(client: SalesforceClient, globs: Sequence[str]) -> tuple[dict[str, JsonObject], list[Problem]]:
    """Describe the invocable Apex actions and flows that the globs choose: ``apex.Rate`` or ``flow.*`` to describe."""
    found: dict[str, JsonObject] = {}
    problems: list[Problem] = []
    for kind in KINDS:
        for name in _listed(client, kind):
            key = f"{kind}.{name}"
            if not any(fnmatchcase(key, glob) for glob in globs):
                continue
            try:
                described = _get(client, f"actions/custom/{kind}/{quote(name, safe='')}")
            except SalesforceError as error:
                told = f"left out: the org answered {error.status} to the describe of this action"
                problems.append(Problem(Level.ERROR, key, "", told))
                continue
            found[key] = {part: described.get(part) for part in _KEPT}
    return dict(sorted(found.items())), problems


def _listed(client: SalesforceClient, kind: str) -> list[str]:
    try:
        listed = _get(client, f"actions/custom/{kind}").get("actions")
    except SalesforceResourceNotFound:
        return []  # the org has none of this kind
    items = listed if isinstance(listed, list) else []
    names = (item.get("name") for item in items if isinstance(item, Mapping))
    return sorted({name for name in names if isinstance(name, str)})


def _get(client: SalesforceClient, path: str) -> Mapping[str, Any]:
    answer = JsonReader(None, dict)(client.send(Request("GET", path, idempotent=True, resource=path)))
    return answer if isinstance(answer, Mapping) else {}


# -- from describes to methods -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ActionMethod:
    """One action: its method, and the keys of its TypedDicts as pairs of literal and annotation."""

    method: str
    kind: str
    name: str
    inputs: tuple[tuple[str, str], ...]
    outputs: tuple[tuple[str, str], ...]
    doc: tuple[str, ...]


def action_methods(actions: Actions) -> list[ActionMethod]:
    """Return the methods of actions; one whose name can't stand in Python is left out."""
    methods: list[ActionMethod] = []
    taken = set(dir(ActionResource)) | {
        "client",
        "ActionResource",
        "ActionResult",
        "Actions",
        "Mapping",
        "Required",
        "Sequence",
    }
    for key, described in sorted(actions.items()):
        kind, _, name = key.partition(".")
        if kind not in KINDS or not _API_NAME.fullmatch(name) or not is_identifier(name):
            continue
        # A flow and a class may have one name.
        method = free_name(name if name not in taken else f"{name}_{kind}", taken)
        taken |= {method, f"{method}Input", f"{method}Output"}
        inputs, outputs = list(_parameters(described, "inputs")), list(_parameters(described, "outputs"))
        methods.append(
            ActionMethod(
                method,
                kind,
                name,
                tuple(_input(one) for one in inputs),
                tuple((literal(one["name"]), _type(one, _SCALARS, "str")) for one in outputs),
                tuple(_doc(kind, name, described, inputs)),
            )
        )
    return methods


def _parameters(described: JsonObject, key: str) -> Iterator[JsonObject]:
    given = described.get(key)
    seen: set[str] = set()
    for item in given if isinstance(given, list) else []:
        if isinstance(item, Mapping) and isinstance(name := item.get("name"), str) and name and name not in seen:
            seen.add(name)
            yield item


def _input(parameter: JsonObject) -> tuple[str, str]:
    annotation = _type(parameter, {**_SCALARS, **_WRITTEN}, "Any")
    required = parameter.get("required") is True
    return literal(parameter["name"]), f"Required[{annotation}]" if required else f"{annotation} | None"


def _type(parameter: JsonObject, types: Mapping[str, str], of_dates: str) -> str:
    kind = parameter.get("type")
    kind = kind.upper() if isinstance(kind, str) else ""
    found = types.get(kind) or (of_dates if kind in ("DATE", "DATETIME", "TIME") else "Any")
    many = parameter.get("maxOccurs")
    if isinstance(many, int) and many > 1:
        found = f"list[{found}]" if types is _SCALARS else f"Sequence[{found}]"
    return found if types is not _SCALARS else f"{found} | None"


def _doc(kind: str, name: str, described: JsonObject, inputs: Sequence[JsonObject]) -> Iterator[str]:
    label, description = described.get("label"), described.get("description")
    yield sentence(label) if isinstance(label, str) and label.strip() else f"{name}."
    if isinstance(description, str) and description.strip() and description != label:
        yield sentence(description)
    what = "flow" if kind == "flow" else "invocable Apex action"
    yield f"The {what} {name}: a result for each input, in their order."
    for one in inputs:
        about = one.get("description") or one.get("label")
        if isinstance(about, str) and about.strip() and about != one["name"]:
            yield f"{one['name']}: {sentence(about)}"
