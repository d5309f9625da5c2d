"""The batches of a Bulk 1.0 job: rows as JSON, and how the org shows a row that it was sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from ..json_codec import encode_json

Data = Sequence[Mapping[str, Any]]
BatchSize = int | Literal["auto"]

# What the org takes in one batch.
MAX_BATCH_ROWS = 10_000
MAX_BATCH_CHARACTERS = 10_000_000


def bodies(rows: Data, batch_size: BatchSize) -> Iterator[bytes]:
    """Yield the batches as JSON: all rows in their order, each exactly once."""
    most = MAX_BATCH_ROWS if batch_size == "auto" else min(batch_size, MAX_BATCH_ROWS)
    if batch_size != "auto":
        for start in range(0, len(rows), most):
            yield encode_json(rows[start : start + most])
        return
    pieces: list[bytes] = []
    size = 2
    for row in rows:
        piece = encode_json(row)
        if pieces and (len(pieces) == most or size + len(piece) + 1 > MAX_BATCH_CHARACTERS):
            yield b"[" + b",".join(pieces) + b"]"
            pieces, size = [], 2
        pieces.append(piece)
        size += len(piece) + 1
    yield b"[" + b",".join(pieces) + b"]"


def flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row whose parents are columns, ``Account.ERP_Id__c``."""
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            flat.update({f"{name}.{inner}": part for inner, part in value.items()})
        else:
            flat[name] = value
    return flat
