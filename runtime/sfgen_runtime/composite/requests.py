"""Batch, composite and graph: several steps in one request.

Salesforce document: REST API Developer Guide, "Composite Batch", "Composite", "Composite Graph".
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

from ..http import CallOptions, Request, Response
from ..json_codec import unreadable
from ..json_spans import items, members
from ..retries import is_repeatable
from .collections import chunks
from .steps import Step, Steps, StepsFailed, answer_to, data_path, headers_of, json_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from types import TracebackType

    from ..client import SalesforceClient

MOST_STEPS = 25
_JSON = {"Content-Type": "application/json"}
_HALTED = '[{"errorCode":"BATCH_PROCESSING_HALTED","message":"not sent, since a step before this one failed"}]'


class _Sent:
    """Steps that are sent when the `with` block ends; if it ends by an exception, nothing is."""

    def __init__(self, check: bool, call: CallOptions) -> None:
        self._check, self._call = check, call

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.send()

    def send(self) -> None:
        """Send the steps now; a `with` block does it at its end.

        Example:
            >>> batch = sf.batch()
            >>> made = batch.create(sf.Contact, {"LastName": "Smith"})
            >>> batch.send()
            >>> made.ok
            True
        """
        raise NotImplementedError

    def _raise_failures(self, steps: Sequence[Step[Any]], *, undone: bool) -> None:
        failures = [step for step in steps if step.error is not None]
        if failures and self._check:
            raise StepsFailed(failures, len(steps), undone)


class Batch(Steps, _Sent):
    """Independent steps, 25 a request: each is done or refused by itself. Made by ``sf.batch()``.

    Example:
        >>> with sf.batch() as batch:
        ...     made = batch.create(sf.Contact, {"LastName": "Smith"})
        ...     accounts = batch.query("SELECT Id FROM Account LIMIT 2")
        >>> made.result.success, len(accounts.result.records)
        (True, 2)
    """

    def __init__(self, client: SalesforceClient, *, halt_on_error: bool, check: bool, call: CallOptions) -> None:
        Steps.__init__(self, client)
        _Sent.__init__(self, check, call)
        self._halts = halt_on_error

    def send(self) -> None:
        """Send the steps now; a `with` block does it at its end.

        Example:
            >>> batch = sf.batch(check=False)
            >>> made = [batch.create(sf.Contact, record) for record in ({"LastName": "Smith"}, {"FirstName": "Jo"})]
            >>> batch.send()
            >>> [step.ok for step in made]
            [True, False]

        Raises:
            StepsFailed: the org did not do some, unless `check` is False.
            SalesforceError: the org refused a whole request, or did not answer.
        """
        halted = False
        steps = _unanswered(self._steps)
        for chunk in chunks(steps, MOST_STEPS):
            if halted:
                for step in chunk:
                    step.answer(answer_to(step, 412, {}, _HALTED))
                continue
            response = self._client.send(self._request(chunk), **self._call)
            with _shape_of(response):
                results = _parts(response, "results", len(chunk))
                answers = [
                    answer_to(step, int(result["statusCode"]), {}, result.get("result", "null"))
                    for step, result in zip(chunk, results, strict=True)
                ]
            for step, answer in zip(chunk, answers, strict=True):
                step.answer(answer)
            halted = self._halts and not all(step.ok for step in chunk)
        self._raise_failures(steps, undone=False)

    def _request(self, steps: Sequence[Step[Any]]) -> Request:
        version = self._client.sf_version
        requests = b",".join(self._subrequest(step, version) for step in steps)
        halts = b"true" if self._halts else b"false"
        return Request(
            "POST",
            "composite/batch",
            headers=_JSON,
            body=b'{"haltOnError":' + halts + b',"batchRequests":[' + requests + b"]}",
            idempotent=_repeatable(steps),
            resource="batch",
        )

    def _subrequest(self, step: Step[Any], version: str) -> bytes:
        if headers := headers_of(step.request):
            raise ValueError(f"a step of a batch has no headers of its own, and this one has {min(headers)}")
        url = data_path(step.request, version).removeprefix("/services/data/")
        return json_object({"method": step.request.method, "url": url}, {"richInput": _body(step.request)})


class _Referring(Steps):
    """Steps that may use the ids of earlier ones."""

    _referable = True

    def composite_requests(self) -> bytes:
        """Return the steps as the list that composite and graph requests have.

        Example:
            >>> composite = sf.composite()
            >>> account = composite.create(sf.Account, {"Name": "Acme"})
            >>> [sorted(step) for step in json.loads(composite.composite_requests())]
            [['body', 'method', 'referenceId', 'url']]

        Raises:
            ValueError: a text in a step would be read as a reference, though it is none of this request's.
        """
        version, steps = self._client.sf_version, _unanswered(self._steps)
        own = frozenset(f"@{{{step.name}.id}}" for step in steps)
        return b"[" + b",".join(self._subrequest(step, version, own) for step in steps) + b"]"

    def _subrequest(self, step: Step[Any], version: str, own: frozenset[str]) -> bytes:
        url = data_path(step.request, version)
        for reference in step.references(own):
            url = url.replace(quote(reference, safe=""), reference)
        members = {"method": step.request.method, "url": url, "referenceId": step.name}
        return json_object(members | {"httpHeaders": headers_of(step.request) or None}, {"body": _body(step.request)})

    def _take(self, response: Response, results: Iterable[str]) -> None:
        by_name = {step.name: step for step in _unanswered(self._steps)}
        answers: list[tuple[Step[Any], Response]] = []
        with _shape_of(response):
            for text in results:
                result = members(text)
                step = by_name.pop(json.loads(result["referenceId"]))
                headers = json.loads(result.get("httpHeaders", "{}"))
                answer = answer_to(step, int(result["httpStatusCode"]), headers, result.get("body", "null"))
                answers.append((step, answer))
        if by_name:
            raise unreadable(response, f"{len(by_name)} steps have no answer")
        for step, answer in answers:
            step.answer(answer)


class Composite(_Referring, _Sent):
    """Up to 25 steps, done in order; later ones may use the ids of earlier ones. Made by ``sf.composite()``.

    With `all_or_none`, the default, a step that fails undoes all.

    Example:
        >>> with sf.composite() as composite:
        ...     account = composite.create(sf.Account, {"Name": "Acme"})
        ...     contact = composite.create(sf.Contact, {"LastName": "Smith", "AccountId": account.id})
        >>> sf.Contact.get(contact.id)["AccountId"] == account.id
        True
    """

    def __init__(self, client: SalesforceClient, *, all_or_none: bool, check: bool, call: CallOptions) -> None:
        Steps.__init__(self, client)
        _Sent.__init__(self, check, call)
        self._all_or_none = all_or_none

    def send(self) -> None:
        """Send the steps now; a `with` block does it at its end.

        Example:
            >>> composite = sf.composite()
            >>> account = composite.create(sf.Account, {"Name": "Acme"})
            >>> composite.send()
            >>> account.status
            201

        Raises:
            StepsFailed: the org did not do some, unless `check` is False.
            SalesforceError: the org refused the whole request, or did not answer.
            ValueError: there are more than 25 steps, or a text would be read as a reference.
        """
        steps = _unanswered(self._steps)
        if not steps:
            return
        if len(steps) > MOST_STEPS:
            raise ValueError(
                f"a composite request has at most {MOST_STEPS} steps, and these are {len(steps)}; "
                "sf.graphs() takes up to 500 that belong together"
            )
        everything = b"true" if self._all_or_none else b"false"
        request = Request(
            "POST",
            "composite",
            headers=_JSON,
            body=b'{"allOrNone":' + everything + b',"compositeRequest":' + self.composite_requests() + b"}",
            idempotent=_repeatable(steps),
            resource="composite",
        )
        response = self._client.send(request, **self._call)
        with _shape_of(response):
            results = items(_member(response, "compositeResponse"))
        self._take(response, results)
        self._raise_failures(steps, undone=self._all_or_none)


class Graph(_Referring):
    """Steps that are done together or not at all; made by `Graphs.add`.

    Example:
        >>> with sf.graphs() as graphs:
        ...     graph = graphs.add()
        ...     account = graph.create(sf.Account, {"Name": "Acme"})
        >>> graph.ok, graph.graph_id
        (True, 'graph0')
    """

    def __init__(self, client: SalesforceClient, graph_id: str) -> None:
        super().__init__(client)
        self.graph_id = graph_id

    @property
    def ok(self) -> bool:
        """Whether the org did all steps."""
        return all(step.ok for step in self._steps)

    def take(self, response: Response, answer: str) -> None:
        """Take the org's answer to this graph.

        Example:
            >>> graph = sf.graphs().add()
            >>> made = graph.create(sf.Account, {"Name": "Acme"})
            >>> body = {"id": "001000000000001AAA", "success": True}
            >>> answer = {"referenceId": made.name, "httpStatusCode": 201, "body": body}
            >>> graph.take(Response(200, {}, b"", sf.base_url), json.dumps({"compositeResponse": [answer]}))
            >>> made.result.id
            '001000000000001AAA'
        """
        with _shape_of(response):
            results = items(members(answer)["compositeResponse"])
        self._take(response, results)


class Graphs(_Sent):
    """Graphs of steps in one request, up to 500 steps; each graph is done whole or not at all. From ``sf.graphs()``.

    Example:
        >>> with sf.graphs() as graphs:
        ...     for name in ("Acme", "Globex"):
        ...         graph = graphs.add()
        ...         account = graph.create(sf.Account, {"Name": name})
        ...         contact = graph.create(sf.Contact, {"LastName": "Smith", "AccountId": account.id})
        >>> graph.ok
        True
    """

    def __init__(self, client: SalesforceClient, *, check: bool, call: CallOptions) -> None:
        super().__init__(check, call)
        self._client = client
        self._graphs: list[Graph] = []

    def add(self) -> Graph:
        """Return a new graph, to put steps into."""
        graph = Graph(self._client, f"graph{len(self._graphs)}")
        self._graphs.append(graph)
        return graph

    def send(self) -> None:
        """Send the graphs now; a `with` block does it at its end.

        Example:
            >>> graphs = sf.graphs()
            >>> account = graphs.add().create(sf.Account, {"Name": "Acme"})
            >>> graphs.send()
            >>> account.ok
            True

        Raises:
            StepsFailed: the org did not do some graphs, unless `check` is False.
            SalesforceError: the org refused the whole request, or did not answer.
            ValueError: a text would be read as a reference.
        """
        graphs = [graph for graph in self._graphs if _unanswered(graph.steps)]
        if not graphs:
            return
        listed = b",".join(
            json_object({"graphId": graph.graph_id}, {"compositeRequest": graph.composite_requests()})
            for graph in graphs
        )
        steps = [step for graph in graphs for step in _unanswered(graph.steps)]
        request = Request(
            "POST",
            "composite/graph",
            headers=_JSON,
            body=b'{"graphs":[' + listed + b"]}",
            idempotent=_repeatable(steps),
            resource="graph",
        )
        response = self._client.send(request, **self._call)
        by_id = {graph.graph_id: graph for graph in graphs}
        with _shape_of(response):
            answers = _parts(response, "graphs", len(graphs))
            pairs = [(by_id[json.loads(answer["graphId"])], answer["graphResponse"]) for answer in answers]
        for graph, text in pairs:
            graph.take(response, text)
        self._raise_failures(steps, undone=len(graphs) == 1)


def _unanswered(steps: Sequence[Step[Any]]) -> list[Step[Any]]:
    """Return the steps that are still to be sent: a block that is sent before its end sends only the others there."""
    return [step for step in steps if step.status is None]


def _repeatable(steps: Sequence[Step[Any]]) -> bool:
    """Tell whether the steps may be sent twice. A second delete fails, and may undo the steps beside it."""
    return all(step.request.method != "DELETE" and is_repeatable(step.request) for step in steps)


def _body(request: Request) -> bytes | None:
    # The steps were checked to have no other bodies when they were put off.
    return request.body if isinstance(request.body, bytes) else None


@contextmanager
def _shape_of(response: Response) -> Iterator[None]:
    """Read an answer's parts; one that isn't as it should be is an answer that makes no sense."""
    try:
        yield
    except (KeyError, TypeError, ValueError) as error:
        raise unreadable(response, f"the body is no answer to these steps: {error!r}") from None


def _parts(response: Response, name: str, count: int) -> list[dict[str, str]]:
    parts = [members(text) for text in items(_member(response, name))]
    if len(parts) != count:
        raise ValueError(f"{len(parts)} answers to {count} questions")
    return parts


def _member(response: Response, name: str) -> str:
    return members(response.content.decode())[name]
