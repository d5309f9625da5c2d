"""Record ids: 15 case-sensitive characters, or 18 with a checksum that survives case-folding.

The first three characters are the key prefix of the sObject. The last three of an 18-character id hold, for each
block of five characters, which of them are capitals (Salesforce document: SOAP API Developer Guide, "ID Field Type").
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Generic, Protocol

from typing_extensions import TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

M = TypeVar("M")

_SUFFIX_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_ID = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?", re.ASCII)


class Id(str, Generic[M]):
    """The id of a record of model `M`. It is a `str`, and equal to one with the same characters.

    Type checkers refuse the id of one sObject where another's belongs; a plain `str` is accepted anywhere.

    Example:
        >>> Id("0015e00001AbCdEAAV").key_prefix
        '001'
    """

    __slots__ = ()

    @property
    def key_prefix(self) -> str:
        """The three characters that name the sObject, such as ``001`` for Account."""
        return self[:3]

    if TYPE_CHECKING:
        # What tells `Id[Account]` from `Id[Contact]`, see IdLike. At run time ids compare as any other text does.
        def __ge__(self, value: Id[M], /) -> bool: ...  # type: ignore[override]


class Reference(Id[M]):
    """The id that an earlier step of a composite request will have: ``@{step.id}``, filled in by the org.

    Example:
        >>> sf.composite().create(sf.Account, {"Name": "Acme"}).id
        '@{...id}'
    """

    __slots__ = ()


class IdLike(Protocol[M]):
    """Static only: an `Id[M]` or any plain `str`, but not the id of another sObject.

    `str` has a `__ge__` that takes any text, so it fits for every `M`; `Id[Account]` declares one that takes account
    ids alone, so it doesn't fit where `IdLike[Contact]` is asked for.

    Example:
        >>> ids: list[IdLike[Contact]] = [Id("003000000000001AAA"), "003000000000002AAA"]
        >>> all(isinstance(one, str) for one in ids)
        True
    """

    def __ge__(self, value: Id[M], /) -> bool:
        """Compare as text."""
        ...

    def isidentifier(self) -> bool:
        """Belong to `str`: keeps numbers and other comparable values out."""
        ...


def checksum(id15: str) -> str:
    """Return the three characters that make a 15-character id one of 18."""
    suffix = ""
    for start in (0, 5, 10):
        bits = sum(1 << at for at, char in enumerate(id15[start : start + 5]) if "A" <= char <= "Z")
        suffix += _SUFFIX_ALPHABET[bits]
    return suffix


def is_record_id(text: str) -> bool:
    """Tell whether `text` is a well-formed id: 15 characters, or 18 whose checksum (in any case) is right.

    Example:
        >>> is_record_id("001000000000001"), is_record_id("001000000000001AAA"), is_record_id("001000000000001AAB")
        (True, True, False)
    """
    return bool(_ID.fullmatch(text)) and (len(text) == 15 or checksum(text[:15]) == text[15:].upper())


def checked_ids(record_ids: Iterable[object]) -> list[str]:
    """Return the ids as a list, each one id and nothing else: where ids are joined, a comma in one would make it two.

    Checksums are the org's to check.

    Raises:
        ValueError: one is not of 15 or 18 letters and digits; the message names its place.
    """
    checked: list[str] = []
    for index, record_id in enumerate(record_ids):
        if not isinstance(record_id, str) or not _ID.fullmatch(record_id):
            raise ValueError(
                f"{record_id!r} at index {index} of the ids is no Salesforce id, which has 15 or 18 letters and "
                "digits; nothing was sent"
            )
        checked.append(record_id)
    return checked


def to_18(record_id: str) -> str:
    """Return the 18-character form of a 15- or 18-character id.

    Raises:
        ValueError: `record_id` is neither.

    Example:
        >>> to_18("0015e00001AbCdE")
        '0015e00001AbCdEAAV'
    """
    if not is_record_id(record_id):
        raise ValueError(
            f"{record_id!r} is no Salesforce id: it takes 15 characters, or 18 whose last three fit the first 15"
        )
    return record_id[:15] + checksum(record_id[:15])
