"""Files in base64 fields: multipart bodies that are sent, and answers that are saved, block by block.

Salesforce document: REST API Developer Guide, "Insert or Update Blob Data", "Get Blob Data".
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Generic, TypeVar

import requests

from .errors import SalesforceConnectionError
from .http import Request, Response
from .json_codec import encode_json
from .paths import record_path, sobject_path

T = TypeVar("T")
_BLOCK = 1 << 16
# What the guide calls the part with the other fields, where that isn't `entity_` and the object's name.
_ENTITY_PARTS = {"ContentVersion": "entity_content"}


class FileBody:
    """A multipart body of a JSON part and a file, made anew each time it is iterated: a request may be repeated."""

    def __init__(self, head: bytes, file: str | Path | IO[bytes], tail: bytes) -> None:
        self._head, self._file, self._tail = head, file, tail
        if isinstance(file, (str, Path)):
            self._start, self._size = 0, Path(file).stat().st_size
        else:
            self._start = file.tell()
            self._size = file.seek(0, os.SEEK_END) - self._start
            file.seek(self._start)

    def __len__(self) -> int:
        return len(self._head) + self._size + len(self._tail)

    def __iter__(self) -> Iterator[bytes]:
        yield self._head
        if isinstance(self._file, (str, Path)):
            with Path(self._file).open("rb") as opened:
                yield from _blocks(opened, self._size)
        else:
            self._file.seek(self._start)
            yield from _blocks(self._file, self._size)
        yield self._tail


def _blocks(file: IO[bytes], size: int) -> Iterator[bytes]:
    """Yield as many bytes as were announced: more would be taken for another request, by less the org be kept waiting.

    Raises:
        ValueError: the file has become shorter; what was sent of it is no request yet.
    """
    while size and (block := file.read(min(_BLOCK, size))):
        size -= len(block)
        yield block
    if size:
        raise ValueError(f"the file became {size} bytes shorter while it was sent; send a copy that nobody writes to")


@dataclass(frozen=True, slots=True)
class SaveBlob(Generic[T]):
    """Create a record with a file, or replace the file of the one with `record_id`."""

    object_name: str
    record_id: str | None
    base64_field: str
    file: str | Path | IO[bytes]
    data: Mapping[str, Any]
    parse: Callable[[Response], T] = field(kw_only=True)

    def request(self) -> Request:
        """Return ``POST sobjects/{Object}`` or ``PATCH sobjects/{Object}/{id}`` with a multipart body."""
        boundary = f"sfgen-{secrets.token_hex(16)}"
        entity = _ENTITY_PARTS.get(self.object_name, f"entity_{self.object_name.lower()}")
        head = b"".join(
            (
                f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(entity)}"\r\n'.encode(),
                b"Content-Type: application/json\r\n\r\n",
                encode_json(self.data),
                f'\r\n--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(self.base64_field)}"; '
                f'filename="{_quoted(self._file_name)}"\r\nContent-Type: application/octet-stream\r\n\r\n'.encode(),
            )
        )
        creates = self.record_id is None
        return Request(
            "POST" if creates else "PATCH",
            sobject_path(self.object_name) if creates else record_path(self.object_name, self.record_id),
            headers={"Content-Type": f'multipart/form-data; boundary="{boundary}"'},
            body=FileBody(head, self.file, f"\r\n--{boundary}--\r\n".encode()),
            idempotent=not creates,
            resource=self.object_name,
        )

    @property
    def _file_name(self) -> str:
        # A stream of bytes in memory has no name, and one without an entry in a folder a number.
        name = self.file if isinstance(self.file, str) else getattr(self.file, "name", None)
        return Path(name).name if isinstance(name, str) else self.base64_field


def _quoted(text: str) -> str:
    """Return a text for between the quotes of a header: as browsers do, what would end it is percent-encoded."""
    return text.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")


@dataclass(frozen=True, slots=True)
class Download:
    """Read the bytes of a base64 field; they are fetched when the result is saved."""

    object_name: str
    record_id: str
    base64_field: str

    def request(self) -> Request:
        """Return ``GET sobjects/{Object}/{id}/{field}``, its body left unread."""
        path = sobject_path(self.object_name, self.record_id, self.base64_field)
        return Request(
            "GET",
            path,
            # So that the length of what comes can be told from the header.
            headers={"Accept-Encoding": "identity"},
            idempotent=True,
            resource=self.object_name,
            streamed=True,
        )

    @property
    def parse(self) -> Callable[[Response], Downloading]:
        """What makes the answer something to save."""
        return Downloading


@dataclass(frozen=True, slots=True)
class Downloading:
    """An answer whose body has not come yet."""

    response: Response

    def save(self, file: str | Path | IO[bytes]) -> int:
        """Write all bytes to a file and return their number.

        Raises:
            SalesforceConnectionError: the connection broke before the last byte.
        """
        if not isinstance(file, (str, Path)):
            return self._write(file)
        path = Path(file)
        part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        try:
            with part.open("xb") as opened:
                size = self._write(opened)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        return size

    def _write(self, file: IO[bytes]) -> int:
        answer: requests.Response = self.response.raw
        size = 0
        try:
            with answer:
                for block in answer.iter_content(_BLOCK):
                    size += file.write(block)
        except requests.RequestException as error:
            raise self._cut_off(type(error).__name__) from None
        announced = self.response.headers.get("Content-Length")
        encoded = "Content-Encoding" in self.response.headers
        if announced is not None and not encoded and announced != str(size):
            raise self._cut_off(f"{size} of {announced} bytes came")
        return size

    def _cut_off(self, cause: str) -> SalesforceConnectionError:
        response = self.response
        return SalesforceConnectionError(
            response.url, 0, response.resource, "", method=response.method, cause=f"the download broke off: {cause}"
        )
