"""Record ids of the demo org: a key prefix and a counter in base 62."""

from __future__ import annotations

from sfgen_runtime.ids import checksum

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# The record type that every object has without defining one.
MASTER_RECORD_TYPE = "012000000000000AAA"


def record_id(prefix: str, number: int) -> str:
    """Return the 18-character id of an object's record `number`, counted from 1."""
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = _DIGITS[digit] + digits
    # After the key prefix stand two characters for the instance and a reserved one: those of the demo org are "5e0".
    short = f"{prefix}5e0{digits:0>9}"
    return short + checksum(short)
