"""Steps of a request that holds several: the verbs of objects put off, each with a handle for its result.

Operations are values (`sfgen_runtime.http`), so a step is the operation that a verb would send by itself.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, Protocol, TypeVar, overload
from urllib.parse import quote, urlencode

from ..error_codes import error_of
from ..errors import SalesforceError, SalesforceGeneralError
from ..http import Request, Response
from ..ids import Id, Reference
from ..results import QueryResult, SaveResult, as_query_result, next_records_url
from ..subqueries import complete_children

if TYPE_CHECKING:
    from ..client import SalesforceClient
    from ..http import Operation
    from ..model.query import Query

T = TypeVar("T")
R = TypeVar("R")
P = ParamSpec("P")
T_co = TypeVar("T_co", covariant=True)
_DATA = "/services/data/"


# What a verb takes is what the object's own operation takes: so generated classes stay as strict here as by themselves.


class Gettable(Protocol[P, T_co]):
    """An object whose records can be read."""

    def getting(self, *arguments: P.args, **named: P.kwargs) -> Operation[T_co]:
        """Return the read as an operation."""
        ...


class Creatable(Protocol[P]):
    """An object whose records can be created."""

    def creating(self, *arguments: P.args, **named: P.kwargs) -> Operation[SaveResult]:
        """Return the creation as an operation."""
        ...


class Updatable(Protocol[P]):
    """An object whose records can be updated."""

    def updating(self, *arguments: P.args, **named: P.kwargs) -> Operation[int]:
        """Return the update as an operation."""
        ...


class Upsertable(Protocol[P]):
    """An object whose records can be found by another field than their id."""

    def upserting(self, *arguments: P.args, **named: P.kwargs) -> Operation[int]:
        """Return the upsert as an operation."""
        ...


class Deletable(Protocol[P]):
    """An object whose records can be deleted."""

    def deleting(self, *arguments: P.args, **named: P.kwargs) -> Operation[int]:
        """Return the deletion as an operation."""
        ...


class Step(Generic[T]):
    """One step; its result is there once the request was sent.

    Example:
        >>> with sf.batch(check=False) as batch:
        ...     steps = [batch.get(sf.Contact, contact.id), batch.get(sf.Contact, "003000000000999AAA")]
        >>> [(step.ok, step.status) for step in steps]
        [(True, 200), (False, 404)]
        >>> steps[0].result["LastName"], steps[1].error.error_code
        ('Smith', 'NOT_FOUND')
        >>> list(batch.steps) == steps
        True
    """

    def __init__(self, name: str, operation: Operation[T], request: Request) -> None:
        self.name = name
        self.request = request
        self.status: int | None = None
        self.error: SalesforceError | None = None
        self._operation = operation
        self._results: list[T] = []
        # As they were given: once they are encoded, a text and a reference look the same.
        self._texts = list(texts_in(_values_of(operation)))

    def __repr__(self) -> str:
        state = "not sent" if self.status is None else f"status {self.status}"
        return f"<step {self.request.method} {self.request.resource}, {state}>"

    def __getstate__(self) -> dict[str, Any]:
        # Once there is an answer the operation has done its part, and its reader of answers may be a local function.
        return self.__dict__ if self.status is None else self.__dict__ | {"_operation": None, "_texts": []}

    @property
    def ok(self) -> bool:
        """Whether the org did it."""
        return bool(self._results)

    @property
    def result(self) -> T:
        """What the verb returns by itself.

        Raises:
            SalesforceError: the org refused this step, or undid it because of another one.
            RuntimeError: the request was not sent yet.
        """
        if self.error is not None:
            raise self.error
        if not self._results:
            raise RuntimeError("this step was not sent yet: its result is there when the `with` block has ended")
        return self._results[0]

    def references(self, own: frozenset[str]) -> frozenset[str]:
        """Return which of the request's `own` references this step uses: the `Reference` objects in its values.

        In SOQL, which the program writes itself, a reference may stand as text.

        Example:
            >>> composite = sf.composite()
            >>> account = composite.create(sf.Account, {"Name": "Acme"})
            >>> child = composite.create(sf.Contact, {"LastName": "Smith", "AccountId": account.id})
            >>> child.references(frozenset({account.id})) == {account.id}
            True

        Raises:
            ValueError: a text would be read as a reference, or a reference is none of this request's.
        """
        if isinstance(self._operation, _WholeQuery | _WholeSoql):
            return own
        used = frozenset(text for text in self._texts if isinstance(text, Reference) and text in own)
        body = self.request.body
        encoded = texts_in(json.loads(body)) if isinstance(body, bytes) else ()
        strangers = [text for text in self._texts if not (isinstance(text, Reference) and text in own)]
        strangers += [text for text in encoded if text not in used]
        if found := next((text for text in strangers if "@{" in text), None):
            raise ValueError(
                f"{str(found)!r} in a step of {self.request.resource} would be read by the org as a reference to "
                "another step; take the '@{' out, or send the record by itself"
            )
        return used

    def answer(self, response: Response) -> None:
        """Take the org's answer to this step.

        Example:
            >>> step = sf.batch().get(sf.Contact, contact.id)
            >>> step.answer(Response(200, {}, b'{"LastName": "Smith"}', sf.base_url))
            >>> step.result["LastName"]
            'Smith'
        """
        self.status = response.status
        if response.status >= 300:
            self.error = error_of(
                response.url, response.status, response.resource, response.content, method=response.method
            )
            return
        try:
            self._results = [self._operation.parse(response)]
        except SalesforceError as error:
            self.error = error


class NewRecord(Step[SaveResult], Generic[R]):
    """A step that creates a record. `id` may be used in later steps of the same composite request.

    Example:
        >>> with sf.composite() as composite:
        ...     account = composite.create(sf.Account, {"Name": "Acme"})
        ...     child = composite.create(sf.Contact, {"LastName": "Smith", "AccountId": account.id})
        >>> sf.Contact.get(child.id)["AccountId"] == account.id
        True
    """

    referable = False

    @property
    def id(self) -> Id[R]:
        """The id of the new record; before it is sent, in a composite request, a reference that the org fills in.

        Raises:
            RuntimeError: the request was not sent yet, and is one whose steps can't refer to each other.
        """
        if self.referable and self.status is None:
            return Reference(f"@{{{self.name}.id}}")
        return Id(self.result.id)


class StepsFailed(SalesforceGeneralError):
    """Steps that the org did not do; `failures` are their handles. The others have their results.

    Example:
        >>> try:
        ...     with sf.batch() as batch:
        ...         step = batch.create(sf.Contact, {"FirstName": "Jo"})
        ... except StepsFailed as error:
        ...     error.failures == [step], step.error.error_code
        (True, 'REQUIRED_FIELD_MISSING')
    """

    remedy = "check=False leaves it to you to look at each step."

    def __init__(self, failures: Sequence[Step[Any]], count: int, undone: bool) -> None:
        self.failures = list(failures)
        causes = [step.error for step in failures if step.error is not None]
        first = next((error for error in causes if error.error_code != "PROCESSING_HALTED"), causes[0])
        told = "; ".join(str(error) for error in [first, *(other for other in causes if other is not first)][:3])
        kept = "nothing of it was kept" if undone else "the other steps were done"
        super().__init__("", 200, "", first.content, cause=f"{len(failures)} of {count} steps failed, {kept}: {told}")
        self.__cause__ = first

    def __str__(self) -> str:
        return f"{self.cause} {self.remedy}"


class Steps:
    """The verbs that can be put off, each returning the handle of its step.

    Typed objects take and give what their own verbs do: the record is checked when the step is made.
    """

    _referable = False

    def __init__(self, client: SalesforceClient) -> None:
        self._client = client
        self._steps: list[Step[Any]] = []
        # Names that no text from elsewhere can know: a value that looks like a reference must not become one.
        self._prefix = f"s{secrets.token_hex(4)}_"

    @property
    def steps(self) -> list[Step[Any]]:
        """The steps so far, in order.

        Example:
            >>> batch = sf.batch()
            >>> step = batch.create(sf.Contact, {"LastName": "Smith"})
            >>> list(batch.steps) == [step]
            True
        """
        return list(self._steps)

    def add(self, operation: Operation[T]) -> Step[T]:
        """Put off any operation: ``batch.add(sf.Contact.getting(contact_id))``.

        Example:
            >>> with sf.batch() as batch:
            ...     step = batch.add(sf.Contact.getting(contact.id))
            >>> step.result["LastName"]
            'Smith'
        """
        return self._put(Step(self._next_name(), operation, operation.request()))

    def get(self, of: Gettable[P, T], *arguments: P.args, **named: P.kwargs) -> Step[T]:
        """Read a record by its id.

        Example:
            >>> with sf.batch() as batch:
            ...     step = batch.get(sf.Contact, contact.id)
            >>> step.result["LastName"]
            'Smith'
        """
        return self.add(of.getting(*arguments, **named))

    def create(self, of: Creatable[P], *arguments: P.args, **named: P.kwargs) -> NewRecord[Any]:
        """Create a record; `NewRecord.id` may be used in later steps of a composite request.

        Example:
            >>> with sf.batch() as batch:
            ...     step = batch.create(sf.Contact, {"LastName": "Smith"})
            >>> step.result.success
            True
        """
        operation = of.creating(*arguments, **named)
        step: NewRecord[Any] = NewRecord(self._next_name(), operation, operation.request())
        step.referable = self._referable
        self._put(step)
        return step

    def update(self, of: Updatable[P], *arguments: P.args, **named: P.kwargs) -> Step[int]:
        """Change the given fields of a record; the result is the HTTP status, 204.

        Example:
            >>> with sf.batch() as batch:
            ...     step = batch.update(sf.Contact, contact.id, {"FirstName": "Jo"})
            >>> step.result
            204
        """
        return self.add(of.updating(*arguments, **named))

    def upsert(self, of: Upsertable[P], *arguments: P.args, **named: P.kwargs) -> Step[int]:
        """Update the record whose external id field has this value, or create it; 201 says that it was created.

        Example:
            >>> with sf.batch() as batch:
            ...     step = batch.upsert(sf.Account, "ERP_Id__c", "step/1", {"Name": "Acme"})
            >>> step.result
            201
        """
        return self.add(of.upserting(*arguments, **named))

    def delete(self, of: Deletable[P], *arguments: P.args, **named: P.kwargs) -> Step[int]:
        """Move a record to the recycle bin; the result is the HTTP status, 204.

        Example:
            >>> with sf.batch() as batch:
            ...     step = batch.delete(sf.Contact, contact.id)
            >>> step.result
            204
        """
        return self.add(of.deleting(*arguments, **named))

    if TYPE_CHECKING:

        @overload
        def query(self, query: str) -> Step[QueryResult]: ...
        @overload
        def query(self, query: Query[Any, R]) -> Step[list[R]]: ...

    def query(self, query: Any) -> Step[Any]:
        """Run a query: SOQL text, or a typed query. Pages after the first are fetched when the request was sent.

        Example:
            >>> with sf.batch() as batch:
            ...     step = batch.query("SELECT Id FROM Account LIMIT 1")
            >>> step.result.totalSize
            1
        """
        return self.add(_WholeSoql(self._client, query) if isinstance(query, str) else _WholeQuery(self._client, query))

    def _put(self, step: Step[T]) -> Step[T]:
        if not isinstance(step.request.body, bytes | None):
            raise TypeError("a file can't be part of a request with several steps; send it by itself")
        self._steps.append(step)
        return step

    def _next_name(self) -> str:
        return f"{self._prefix}{len(self._steps)}"


@dataclass(frozen=True, slots=True)
class _WholeQuery(Generic[T]):
    """A typed query whose later pages are fetched by requests of their own."""

    client: SalesforceClient
    query: Query[Any, T]

    def request(self) -> Request:
        return self.query.paged()[0].request()

    def parse(self, response: Response) -> list[T]:
        first, results = self.query.paged()
        page = first.parse(response)
        found = results(page)
        following = first.following(page)
        for later in self.client.pages(following) if following is not None else ():
            found += results(later)
        return found


@dataclass(frozen=True, slots=True)
class _WholeSoql:
    """A query as text, with all its records, as `query_all` returns it."""

    client: SalesforceClient
    soql: str

    def request(self) -> Request:
        return self.client.query_operation(self.soql).request()

    def parse(self, response: Response) -> QueryResult:
        # A hook of the caller's may make pages of another type: what they all have is items.
        page = as_query_result(self.client.json_reader)(response)
        records = [*page["records"]]
        if (url := next_records_url(page)) is not None:
            records += self.client.more_records(url)
        for record in records:
            complete_children(record, self.client.more_records)
        return QueryResult(records=records, totalSize=page["totalSize"], done=True)


# ---- on the wire -----------------------------------------------------------------------------------------------------


def json_object(members: Mapping[str, object | None], raw: Mapping[str, bytes | None]) -> bytes:
    """Return a JSON object of values and of values that are encoded already; what is None is left out."""
    parts = [f"{json.dumps(name)}:{json.dumps(value)}".encode() for name, value in members.items() if value is not None]
    parts += [json.dumps(name).encode() + b":" + value for name, value in raw.items() if value is not None]
    return b"{" + b",".join(parts) + b"}"


def data_path(request: Request, version: str) -> str:
    """Return the whole path of a request with its parameters.

    Raises:
        ValueError: the request is not for the data resources, which alone can be part of another request.
    """
    path = request.url if request.url.startswith("/") else f"{_DATA}v{version}/{request.url}"
    if not path.startswith(_DATA):
        raise ValueError(f"{request.url} can't be part of a request with several steps; send it by itself")
    return f"{path}?{urlencode(request.params, quote_via=quote)}" if request.params else path.removesuffix("/")


def headers_of(request: Request) -> dict[str, str]:
    """Return the headers that belong to a step; those of its body are not its own to say."""
    return {name: value for name, value in request.headers.items() if name.lower() != "content-type"}


def _values_of(operation: object) -> list[object]:
    """Return what an operation was given: our own are dataclasses, and of others nothing is known."""
    if not is_dataclass(operation):
        return []
    return [getattr(operation, part.name) for part in fields(operation)]


def texts_in(value: object) -> Iterator[str]:
    """Yield every text in a value that JSON will hold."""
    if isinstance(value, Enum):
        yield from texts_in(value.value)
    elif isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from texts_in(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from texts_in(part)


def answer_to(step: Step[Any], status: int, headers: Mapping[str, str], content: str) -> Response:
    """Return a step's answer as a response of its own."""
    body = b"" if content == "null" else content.encode()
    return Response(status, headers, body, step.request.url, step.request.method, step.request.resource)
