"""Record ids of the demo org: a key prefix, a counter in base 62, and the checksum that makes 18 characters of 15.

Salesforce document: SOAP API Developer Guide, "ID Field Type".
"""

from __future__ import annotations

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
# The record type that every object has without defining one.
MASTER_RECORD_TYPE = "012000000000000AAA"


def record_id(prefix: str, number: int) -> str:
    """Return the 18-character id of an object's record `number`, counted from 1."""
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = _DIGITS[digit] + digits
    # Characters 4 to 6 name the instance and a reserved digit: those of the demo org are "5e0".
    return with_checksum(f"{prefix}5e0{digits:0>9}")


def with_checksum(short: str) -> str:
    """Return the 18 characters for 15: each check character says which letters of five are upper case."""
    blocks = (short[at : at + 5] for at in (0, 5, 10))
    return short + "".join(_CHECK[sum(char.isupper() << bit for bit, char in enumerate(block))] for block in blocks)
