"""sObject trees: records with their children, created together, parents first.

Salesforce document: REST API Developer Guide, "sObject Tree".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from ..errors import SalesforceError, SalesforceMalformedRequest
from ..http import CallOptions, Request, Response
from ..json_codec import JsonReader, encode_json, unreadable
from ..paths import segment
from ..results import SaveResult, SaveResults
from .collections import note_results

if TYPE_CHECKING:
    from ..client import SalesforceClient

MOST_RECORDS = 200
_DEEPEST = 5
_JSON = {"Content-Type": "application/json"}
_plain = JsonReader(None, dict)

# A record to create: its object, its own fields, and its children by relationship.
Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Node:
    """A record of a tree, checked and in the form that the API takes."""

    object_name: str
    fields: Fields
    children: tuple[tuple[str, tuple[Node, ...]], ...] = ()

    def __iter__(self) -> Iterator[Node]:
        """Yield this record and all below it, each parent before its children."""
        yield self
        for _, nodes in self.children:
            for node in nodes:
                yield from node


@dataclass(frozen=True, slots=True)
class CreateTree:
    """Create up to 200 records in trees of one object: all of them or none."""

    object_name: str
    nodes: Sequence[Node]

    @property
    def count(self) -> int:
        """How many records the trees have."""
        return sum(1 for node in self.nodes for _ in node)

    def request(self) -> Request:
        """Return ``POST composite/tree/{Object}``."""
        numbers = iter(range(MOST_RECORDS))
        records = [self._record(node, numbers) for node in self.nodes]
        return Request(
            "POST",
            f"composite/tree/{segment(self.object_name, 'the object name')}",
            headers=_JSON,
            body=encode_json({"records": records}),
            resource=self.object_name,
        )

    def _record(self, node: Node, numbers: Iterator[int]) -> Fields:
        record = {"attributes": {"type": node.object_name, "referenceId": _name(next(numbers))}, **node.fields}
        for relationship, nodes in node.children:
            record[relationship] = {"records": [self._record(child, numbers) for child in nodes]}
        return record

    @property
    def parse(self) -> Callable[[Response], Mapping[str, Any]]:
        """What reads the answer."""
        return partial(_answer, self.count)


def untyped_node(object_name: str, record: Mapping[str, Any]) -> Node:
    """Return a dict with its children as a tree: a child list is a list of dicts that name their object.

    ``{"Name": "Acme", "Contacts": [{"attributes": {"type": "Contact"}, "LastName": "Smith"}]}``

    Raises:
        ValueError: a child doesn't say of which object it is.
    """
    fields: Fields = {}
    children: list[tuple[str, tuple[Node, ...]]] = []
    for name, value in record.items():
        listed = value.get("records") if isinstance(value, Mapping) else value
        if name == "attributes":
            continue
        if isinstance(listed, (list, tuple)):
            children.append((name, tuple(untyped_node(_type_of(name, child), child) for child in listed)))
        else:
            fields[name] = value
    return Node(object_name, fields, tuple(children))


def _type_of(relationship: str, child: Any) -> str:
    attributes = child.get("attributes") if isinstance(child, Mapping) else None
    name = attributes.get("type") if isinstance(attributes, Mapping) else None
    if not isinstance(name, str):
        raise ValueError(f'each record of {relationship} needs its object: {{"attributes": {{"type": ...}}, ...}}')
    return name


def create_trees(client: SalesforceClient, object_name: str, nodes: Iterable[Node], call: CallOptions) -> SaveResults:
    """Create trees, as many a request as 200 records allow; results come for each record, parents before children.

    A request is done whole or not at all. After one that is refused the later ones are sent all the same. An error of
    another kind carries the results of the requests before it: `results_before` finds them.

    Raises:
        ValueError: a tree has more than 200 records, or is more than five records deep.
        SalesforceError: the org refused a request for another reason than its records, or did not answer.
    """
    results = SaveResults()
    operations = [CreateTree(object_name, chunk) for chunk in _chunks(nodes)]
    for operation in operations:
        # A value that JSON can't carry is found before anything is created.
        operation.request()
    for operation in operations:
        try:
            results += _created(client, operation, call)
        except SalesforceError as error:
            note_results(error, results, sum(one.count for one in operations))
            raise
    return results


def _created(client: SalesforceClient, operation: CreateTree, call: CallOptions) -> Iterator[SaveResult]:
    try:
        answer = client.execute(operation, **call)
    except SalesforceMalformedRequest as error:
        if not isinstance(error.content, Mapping) or not isinstance(error.content.get("results"), list):
            raise
        answer = error.content
    return _results(answer, operation.count)


def _chunks(nodes: Iterable[Node]) -> Iterator[list[Node]]:
    chunk: list[Node] = []
    count = 0
    for node in nodes:
        size, depth = len(list(node)), _depth(node)
        if size > MOST_RECORDS or depth > _DEEPEST:
            raise ValueError(
                f"a tree has at most {MOST_RECORDS} records and is {_DEEPEST} deep, and this one has {size} and is "
                f"{depth} deep; create the children by create_many() when their parents have ids"
            )
        if count + size > MOST_RECORDS:
            yield chunk
            chunk, count = [], 0
        chunk.append(node)
        count += size
    if chunk:
        yield chunk


def _depth(node: Node) -> int:
    return 1 + max((_depth(child) for _, nodes in node.children for child in nodes), default=0)


def _answer(count: int, response: Response) -> Mapping[str, Any]:
    """Read the answer to trees of so many records.

    Raises:
        SalesforceGeneralError: it doesn't say what became of each.
    """
    answer = _plain(response)
    if isinstance(answer, Mapping) and (answer.get("hasErrors") or _by_name(answer).keys() == _names(count)):
        return answer
    raise unreadable(response, f"it doesn't say what became of each of {count} records")


def _name(number: int) -> str:
    return f"n{number}"


def _names(count: int) -> set[str]:
    return {_name(number) for number in range(count)}


def _by_name(answer: Mapping[str, Any]) -> dict[object, Mapping[str, Any]]:
    rows = answer.get("results")
    found = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    return {row.get("referenceId"): row for row in found}


def _results(answer: Mapping[str, Any], count: int) -> Iterator[SaveResult]:
    by_name = _by_name(answer)
    for number in range(count):
        row = by_name.get(_name(number), {})
        if row.get("id") and not answer.get("hasErrors"):
            yield SaveResult(id=row["id"], success=True, errors=[])
        else:
            yield SaveResult(success=False, errors=row.get("errors") or [_ROLLED_BACK])


_ROLLED_BACK = {
    "statusCode": "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "message": "not created, since another record of the same request was refused",
    "fields": [],
}
