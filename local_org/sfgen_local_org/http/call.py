"""A request and its answer as values, whether it came over the wire or inside a composite request."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NoReturn

from sfgen_local_org.http.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sfgen_local_org.bulk.spool import Spool

_NO_HEADERS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Call:
    """One request.

    `path` is percent-encoded and has no query; `query` is decoded, the first value of a name counts; the names in
    `headers` are lower case. `args` are the decoded variable parts of the path, which the router fills in. An endpoint
    that takes uploads finds its body in `upload`, and closes it.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    args: Mapping[str, str] = field(default_factory=dict)
    upload: Spool | None = field(default=None, repr=False)

    def with_args(self, args: Mapping[str, str]) -> Call:
        """Return this call with the variable parts of its path."""
        return replace(self, args=args)

    @property
    def version(self) -> str:
        """The API version of the path, such as `62.0`."""
        return self.args["version"]

    def data_url(self, rest: str) -> str:
        """Return the path of a resource in the version that this call uses."""
        return f"/services/data/v{self.version}/{rest}"

    def flag(self, name: str) -> bool:
        """Return a true/false query parameter; false where it is absent."""
        return self.query.get(name, "").lower() == "true"

    def json(self) -> Any:
        """Return the body as JSON.

        Raises:
            ApiError: 415 for another media type, 400 JSON_PARSER_ERROR for what isn't JSON.
        """
        media_type = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type and media_type != "application/json":
            raise ApiError(
                415,
                "UNSUPPORTED_MEDIA_TYPE",
                f"Content-Type header specified in HTTP request is not supported: {media_type}",
            )
        if not self.body.strip():
            _refuse_json("The HTTP entity body is required, but this request has no entity body.")
        return _parse(self.body)

    def json_object(self) -> dict[str, Any]:
        """Return the body as a JSON object; raises as `json` does, and for any other JSON value."""
        value = self.json()
        if not isinstance(value, dict):
            _refuse_json(f"The request body must be a JSON object, not {_kind(value)}.")
        return value


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: `body` is a JSON value (None: no body), or `content` has the bytes of something else.

    `content` beside a `body` is that body already encoded. A `stream` is sent piece by piece, and never compressed.
    """

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=lambda: _NO_HEADERS)
    content: bytes | None = None
    media_type: str = "application/json;charset=UTF-8"
    stream: Iterator[bytes] | None = None

    @property
    def failed(self) -> bool:
        """Whether the request was refused."""
        return self.status >= 400

    def encoded(self) -> bytes:
        """Return the bytes of the body."""
        if self.content is not None:
            return self.content
        return b"" if self.body is None else encode(self.body)


def encode(value: object) -> bytes:
    """Return a JSON value as compact bytes."""
    return json.dumps(value, separators=(",", ":")).encode()


def _parse(body: bytes) -> Any:
    try:
        text = body.decode()
        value = json.loads(text, parse_constant=_no_constant)
        # An escaped lone surrogate passes the JSON parser but is no text that could be stored or answered.
        if "\\ud" in text.lower():
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        _refuse_json("The JSON is nested too deeply.")
    except UnicodeError:
        _refuse_json("The request body is not valid UTF-8 text.")
    except json.JSONDecodeError as error:
        _refuse_json(f"{error.msg} at [line:{error.lineno}, column:{error.colno}]")
    except ValueError as error:
        _refuse_json(str(error))
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"Unexpected token: {name}")


def _refuse_json(message: str) -> NoReturn:
    raise ApiError(400, "JSON_PARSER_ERROR", message)


def _kind(value: object) -> str:
    return {list: "an array", str: "a string", bool: "a boolean", type(None): "null"}.get(type(value), "a number")
