"""`composite/tree/{X}`: records with their children, all of them created or none.

Salesforce document: REST API Developer Guide, "sObject Tree".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sfgen_local_org.errors import OrgError
from sfgen_local_org.http.call import Answer, Call
from sfgen_local_org.http.errors import ApiError, row_error
from sfgen_local_org.http.router import Route
from sfgen_local_org.http.rows import RolledBackError, check_count, records_of, type_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sfgen_local_org.org import Org

_DEEPEST = 5


@dataclass(frozen=True, slots=True)
class _Node:
    """One record of the tree: its own fields, and where its parent's id goes."""

    reference: str
    sobject: str
    fields: dict[str, Any]
    parent: str | None
    parent_field: str | None


class Trees:
    """The endpoint of sObject trees."""

    def __init__(self, org: Org) -> None:
        self._org = org

    def routes(self) -> list[Route]:
        """Return the endpoints."""
        return [Route("POST", "/services/data/v{version}/composite/tree/{sobject}", self.create)]

    def create(self, call: Call) -> Answer:
        """Create the tree. Results come level by level; after an error only the records at fault are listed."""
        nodes = self._nodes(call.args["sobject"], records_of(call.json_object()))
        ids: dict[str, str] = {}
        errors: list[dict[str, Any]] = []
        try:
            with self._org.transaction():
                for node in nodes:
                    self._create_one(node, ids, errors)
                if errors:
                    raise RolledBackError
        except RolledBackError:
            return Answer(400, {"hasErrors": True, "results": errors})
        results = [{"referenceId": reference, "id": record_id} for reference, record_id in ids.items()]
        return Answer(201, {"hasErrors": False, "results": results})

    def _create_one(self, node: _Node, ids: dict[str, str], errors: list[dict[str, Any]]) -> None:
        fields = node.fields
        if node.parent is not None and node.parent_field is not None:
            if node.parent not in ids:
                return  # its parent was refused, and that is reported
            fields = {**fields, node.parent_field: ids[node.parent]}
        try:
            ids[node.reference] = self._org.create(node.sobject, fields)
        except OrgError as error:
            errors.append({"referenceId": node.reference, "errors": [row_error(error)]})

    def _nodes(self, sobject: str, records: list[dict[str, Any]]) -> list[_Node]:
        """Return the tree's records level by level, parents first."""
        nodes: list[_Node] = []
        level: list[tuple[dict[str, Any], str | None, str | None]] = [(record, None, None) for record in records]
        depth = 0
        while level:
            depth += 1
            check_count(len(nodes) + len(level))
            if depth > _DEEPEST:
                raise ApiError(400, "INVALID_INPUT", f"A tree may be {_DEEPEST} records deep.")
            below: list[tuple[dict[str, Any], str | None, str | None]] = []
            for record, parent, parent_field in level:
                node, children = self._split(record, parent, parent_field)
                if depth == 1 and node.sobject.lower() != sobject.lower():
                    raise ApiError(400, "INVALID_INPUT", f"The root records must be of type {sobject}.")
                nodes.append(node)
                below += children
            level = below
        references = [node.reference for node in nodes]
        if len(set(references)) < len(references):
            raise ApiError(400, "INVALID_INPUT", "Duplicate ReferenceId provided in the request.")
        return nodes

    def _split(
        self, record: dict[str, Any], parent: str | None, parent_field: str | None
    ) -> tuple[_Node, list[tuple[dict[str, Any], str | None, str | None]]]:
        """Return a record's node and its children, each with this record's reference and its own lookup field."""
        sobject = type_of(record)
        reference = record["attributes"].get("referenceId")
        if not isinstance(reference, str) or not reference:
            raise ApiError(400, "INVALID_INPUT", "Include a reference ID for each record in the request.")
        fields: dict[str, Any] = {}
        children: list[tuple[dict[str, Any], str | None, str | None]] = []
        lookups = self._child_lookups(sobject)
        for name, value in record.items():
            lookup = lookups.get(name.lower())
            if lookup is not None and isinstance(value, dict) and "records" in value:
                children += [(child, reference, lookup) for child in records_of(value)]
            elif name != "attributes":
                fields[name] = value
        return _Node(reference, sobject, fields, parent, parent_field), children

    def _child_lookups(self, sobject: str) -> dict[str, str]:
        return dict(_named_children(self._org.describe(sobject)))


def _named_children(described: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for child in described.get("childRelationships") or ():
        if child.get("relationshipName") and child.get("field"):
            yield child["relationshipName"].lower(), child["field"]
