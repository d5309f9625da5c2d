"""Multipart bodies: the fields as JSON in one part, the bytes of a file in another.

Salesforce document: REST API Developer Guide, "Insert or Update Blob Data".
"""

from __future__ import annotations

import base64
import re
from email.message import Message
from typing import Any

from sfgen_local_org.http.call import Call
from sfgen_local_org.http.errors import ApiError

_HEADER_END = b"\r\n\r\n"
_PARAMETER = re.compile(r';\s*(\w+)="([^"]*)"')


def record_of(call: Call) -> dict[str, Any]:
    """Return the record in a call's body, which is JSON, or multipart with a file.

    Raises:
        ApiError: the body is neither.
    """
    fields, files = parts_of(call)
    return fields | {name: base64.b64encode(content).decode("ascii") for name, content in files.items()}


def parts_of(call: Call) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the fields of a call's body, which is JSON or has a part of JSON, and the files beside them by name.

    Raises:
        ApiError: the body is neither.
    """
    boundary = _boundary(call)
    if boundary is None:
        return call.json_object(), {}
    fields: dict[str, Any] = {}
    files: dict[str, bytes] = {}
    for header, content in _parts(call.body, boundary):
        named = dict(_PARAMETER.findall(header.get("content-disposition", "")))
        if "filename" in named:
            files[named.get("name", "")] = content
        else:
            fields |= Call(call.method, call.path, headers=header, body=content).json_object()
    return fields, files


def _boundary(call: Call) -> bytes | None:
    message = Message()
    message["content-type"] = call.headers.get("content-type", "application/json")
    if message.get_content_type() != "multipart/form-data":
        return None
    boundary = message.get_boundary()
    if not boundary:
        raise ApiError(400, "INVALID_CONTENT", "The multipart body has no boundary")
    return boundary.encode("latin-1", "replace")


def _parts(body: bytes, boundary: bytes) -> list[tuple[dict[str, str], bytes]]:
    """Return the headers, by lower-case name, and the content of each part."""
    # The first delimiter may stand at the very start; every other one begins a line.
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary)
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise ApiError(400, "INVALID_CONTENT", "The multipart body is not complete")
    parts: list[tuple[dict[str, str], bytes]] = []
    for piece in pieces[1:-1]:
        head, separator, content = piece.partition(_HEADER_END)
        if not separator:
            raise ApiError(400, "INVALID_CONTENT", "A part of the multipart body has no headers")
        lines = (line.partition(":") for line in head.decode("utf-8", "replace").split("\r\n") if line.strip())
        parts.append(({name.strip().lower(): value.strip() for name, _, value in lines}, content))
    return parts
