"""Bodies of Apex REST calls: models to bytes before a call is spent, bytes to models after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from pydantic import BaseModel, TypeAdapter, ValidationError

from ..errors import SalesforceError, SalesforceGeneralError
from ..json_codec import unreadable
from ..transport import scrubbed_body, session_of

if TYPE_CHECKING:
    from ..http import Response

T = TypeVar("T")
_SHOWN_FAULTS = 3


class JsonBody(Generic[T]):
    """A JSON body of one type. `type_` is called when it is first needed: types of a module may be many.

    Example:
        >>> numbers: JsonBody[list[int]] = JsonBody(lambda: list[int])
        >>> numbers.encode([1, 2])
        b'[1,2]'
        >>> numbers.decode(b"[1, 2]")
        [1, 2]
    """

    def __init__(self, type_: Callable[[], Any]) -> None:
        self._type = type_
        self._made: TypeAdapter[Any] | None = None

    @property
    def _adapter(self) -> TypeAdapter[Any]:
        if self._made is None:
            self._made = TypeAdapter(self._type())
        return self._made

    def encode(self, value: T) -> bytes:
        """Return the JSON of a value: what was set on its models, by the names of the document.

        Raises:
            ValueError: it isn't what the document says; pydantic's error names the place.
        """
        checked = self._adapter.validate_python(value)
        _set_constants(checked)
        return self._adapter.dump_json(checked, by_alias=True, exclude_unset=True)

    def decode(self, content: bytes) -> T:
        """Return the value of some JSON.

        Raises:
            ValueError: it is no JSON, or isn't what the document says.
        """
        return cast("T", self._adapter.validate_json(content))

    def __call__(self, response: Response) -> T:
        """Return the value of an answer.

        Raises:
            SalesforceGeneralError: the answer isn't what the document says.
        """
        try:
            return self.decode(response.content)
        except ValidationError as error:
            if not response.content.strip() and self._takes_null:
                return cast("T", None)
            raise _unexpected(response, _told(error)) from None

    @cached_property
    def _takes_null(self) -> bool:
        """Whether the document lets the answer be null, for which Apex may send no body at all."""
        try:
            return self._adapter.validate_python(None) is None
        except ValidationError:
            return False


def _set_constants(value: object) -> None:
    """Count what can have one value only as set, for that tells the options of a union apart: ``kind: "circle"``."""
    match value:
        case BaseModel():
            value.model_fields_set.update(_constants(type(value)))
            for inner in value.__dict__.values():
                _set_constants(inner)
        case list():
            for inner in value:
                _set_constants(inner)
        case dict():
            for inner in value.values():
                _set_constants(inner)


@cache
def _constants(model: type[BaseModel]) -> tuple[str, ...]:
    # Generated models have no other defaults: those of a document are left to the class that answers.
    fields = model.model_fields.items()
    return tuple(name for name, field in fields if not field.is_required() and isinstance(field.default, str | int))


def _told(error: ValidationError) -> str:
    # Without the values: an answer may hold what no log should.
    details = error.errors(include_url=False, include_context=False, include_input=False)
    faults = [f"{'.'.join(map(str, item['loc'])) or 'the body'}: {item['msg']}" for item in details[:_SHOWN_FAULTS]]
    more = f"; and {len(details) - _SHOWN_FAULTS} more" if len(details) > _SHOWN_FAULTS else ""
    return "; ".join(faults) + more


class _AgainstDocument(SalesforceGeneralError):
    """An answer that is not what the document says: it is in `content`, and not in the message, which is logged."""

    def _told(self) -> str:
        return ""


def _unexpected(response: Response, what: str) -> SalesforceGeneralError:
    cause = (
        f"the answer is not what the OpenAPI document says ({what}): bring the document up to date and generate again"
    )
    content = scrubbed_body(response.content, session_of(response.raw))
    return _AgainstDocument(
        response.url, response.status, response.resource, content, method=response.method, cause=cause
    )


def nothing(response: Response) -> None:
    """Read an answer without a body.

    Example:
        >>> nothing(sf.send(Request("POST", "/services/apexrest/Greeting", body=b'{"name": "Jo"}')))

    Raises:
        SalesforceGeneralError: a web page came, as networks send that want a person to log in first.
    """
    if response.content.strip() and "html" in response.headers.get("Content-Type", "").lower():
        raise unreadable(
            response, "a web page came in place of an answer without a body, so the org may not have been asked"
        )


def text(response: Response) -> str:
    """Read an answer that is text.

    Example:
        >>> text(sf.send(Request("POST", "/services/apexrest/Greeting", body=b'{"name": "Jo"}')))
        '"Hello Jo"'
    """
    return response.content.decode("utf-8", "replace")


def binary(response: Response) -> bytes:
    """Read an answer as its bytes.

    Example:
        >>> binary(sf.send(Request("GET", "/services/apexrest/Receipt/7")))
        b'%PDF-1.7 ...'
    """
    return response.content


class Answers(Generic[T]):
    """What reads a successful answer, by its status; `2XX` and `default` stand for those that aren't named.

    Example:
        >>> read = Answers({"200": JsonBody(lambda: str), "204": nothing})
        >>> read(sf.send(Request("POST", "/services/apexrest/Greeting", body=b'{"name": "Jo"}')))
        'Hello Jo'
    """

    def __init__(self, by_status: Mapping[str, Callable[[Response], T]]) -> None:
        self._by_status = by_status

    def __call__(self, response: Response) -> T:
        """Return what the answer holds.

        Raises:
            SalesforceGeneralError: the document doesn't know this status, or says something else of the body.
        """
        for key in (str(response.status), "2XX", "default"):
            if (read := self._by_status.get(key)) is not None:
                return read(response)
        if len(self._by_status) == 1:
            # Apex answers 200 unless the class says otherwise, and documents are written by hand.
            return next(iter(self._by_status.values()))(response)
        raise _unexpected(response, f"it knows {', '.join(self._by_status)}, and this is {response.status}")


def error_body(error: SalesforceError, model: type[T]) -> T | None:
    """Return the body of an error as a model of the document, or None if it is something else.

    Example:
        >>> class Problem(BaseModel):
        ...     reason: str
        >>> try:
        ...     sf.apexecute("Refusal")
        ... except SalesforceMalformedRequest as error:
        ...     error_body(error, Problem)
        Problem(reason='closed')
    """
    try:
        return TypeAdapter(model).validate_python(error.content)
    except ValidationError:
        return None
