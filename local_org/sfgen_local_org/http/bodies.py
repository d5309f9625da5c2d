"""Reading the bodies of requests: chunked or not, compressed or not, into memory or into a file."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from sfgen_local_org.bulk.spool import Spool
from sfgen_local_org.http.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request

# The largest upload that any resource of the API takes (a Bulk 2.0 job's data), in bytes.
LARGEST_BODY = 150_000_000
# wbits that take a zlib or a gzip header, whichever is there.
_ANY_HEADER = 47
_PIECE = 1024 * 1024


async def read_body(request: Request) -> bytes:
    """Return the body, decompressed.

    Raises:
        ApiError: it is too large, or not what its Content-Encoding says.
    """
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LARGEST_BODY:
            raise _too_large()
        chunks.append(chunk)
    body = b"".join(chunks)
    inflate = _inflater(request) if body else None
    return body if inflate is None else b"".join((*inflate.pieces(body), inflate.end()))


async def spool_body(request: Request) -> Spool:
    """Return the body, decompressed, in a file. Raises as `read_body` does, after the client has sent all of it.

    A client that is answered before it has sent its body may see a broken connection instead of the answer.
    """
    spool = Spool()
    problem: ApiError | None = None
    try:
        inflate = _inflater(request)
        async for chunk in request.stream():
            if problem is not None or not chunk:
                continue
            try:
                for piece in (chunk,) if inflate is None else inflate.pieces(chunk):
                    spool.write(piece)
                    if spool.size > LARGEST_BODY:
                        raise _too_large()
            except ApiError as error:
                problem = error
        if problem is not None:
            raise problem
        if inflate is not None and spool.size:
            spool.write(inflate.end())
    except BaseException:
        spool.close()
        raise
    return spool


class _Inflater:
    """Decompresses a body as it comes in."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(wbits=_ANY_HEADER)
        self._size = 0

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """Yield what comes out of some more bytes, in pieces of bounded size."""
        while data:
            try:
                piece = self._stream.decompress(data, _PIECE)
            except zlib.error as error:
                raise _not_compressed() from error
            self._size += len(piece)
            if self._size > LARGEST_BODY:
                raise _too_large()
            yield piece
            data = self._stream.unconsumed_tail

    def end(self) -> bytes:
        """Return the rest."""
        try:
            return self._stream.flush()
        except zlib.error as error:
            raise _not_compressed() from error


def _inflater(request: Request) -> _Inflater | None:
    match request.headers.get("content-encoding", "identity").strip().lower():
        case "identity" | "":
            return None
        case "gzip" | "deflate":
            return _Inflater()
        case other:
            raise ApiError(415, "UNSUPPORTED_MEDIA_TYPE", f"Content-Encoding is not supported: {other}")


def _not_compressed() -> ApiError:
    return ApiError(400, "INVALID_CONTENT", "The request body is not the compressed data it claims to be")


def _too_large() -> ApiError:
    return ApiError(413, "REQUEST_TOO_LARGE", f"The request body is larger than {LARGEST_BODY} bytes")
