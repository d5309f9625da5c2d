"""Downloading results as a stream: block by block, and begun anew when the connection breaks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from ..errors import SalesforceConnectionError
from ..http import Response

if TYPE_CHECKING:
    from ..client import SalesforceClient
    from .jobs import JobCall
    from .waiting import Polling

_BLOCK = 1 << 18


def blocks(response: Response, size: int = _BLOCK) -> Iterator[bytes]:
    """Yield the body of a streamed answer.

    Raises:
        SalesforceConnectionError: the connection broke before the end.
    """
    answer: requests.Response = response.raw
    try:
        yield from answer.iter_content(size)
    except requests.RequestException as error:
        raise SalesforceConnectionError(
            response.url,
            0,
            response.resource,
            "",
            method=response.method,
            cause=f"the connection broke in the middle of the answer ({type(error).__name__})",
        ) from None
    finally:
        answer.close()


def to_file(client: SalesforceClient, call: JobCall[Response], path: Path, polling: Polling) -> Response:
    """Write the whole body of an answer to a file, from the start again if the connection breaks.

    Raises:
        SalesforceError: it never came through.
    """

    def download() -> Response:
        response = client.execute(call)
        with path.open("wb") as file:
            for block in blocks(response):
                file.write(block)
        return response

    return polling.repeat(download)
