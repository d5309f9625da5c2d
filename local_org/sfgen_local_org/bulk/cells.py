"""Encoding a column of cells at a time: what is plainly right is encoded at once, what is not is left to the rules.

`SLOW` stands for a cell that has to go through `Records`, which knows whether it is wrong and why. What is encoded here
must be what `values.encode` makes of it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from .. import defaults
from ..errors import OrgError
from ..schema import COMPOUND_TYPES
from ..values import EMAIL, encode
from .csv_text import NULL

if TYPE_CHECKING:
    from sfgen.describe import FieldDescribe

    from ..schema import SObject
    from ..store import SqlValue

Encoder = Callable[[Sequence[str]], list[Any]]

SLOW: Any = object()
# Distinct values that a column remembers.
_REMEMBERED = 50_000
_TEXT = frozenset({"string", "textarea", "phone", "url", "combobox", "encryptedstring"})
_LEFT_TO_THE_RULES = COMPOUND_TYPES | {"id", "base64", "complexvalue", "json", "anyType"}
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.]000(Z|[+]0000)")
_MOST_DIGITS = 15  # digits that a float holds exactly

BOOLEANS = {
    **dict.fromkeys(("yes", "y", "true", "on", "1"), True),
    **dict.fromkeys(("no", "n", "false", "off", "0"), False),
}


def column_encoder(
    sobject: SObject, field: FieldDescribe, user_id: str, accepts: Callable[[str], bool]
) -> Encoder | None:
    """Return the encoder of a field's cells in an insert, or None if every row has to go through the rules.

    `accepts` tells whether a reference may point at a record.
    """
    if not field.createable or field.auto_number or field.type in _LEFT_TO_THE_RULES:
        return None
    default = defaults.default_of(sobject, field, user_id)
    blank, null = default, (None if field.nillable else default)
    if field.required_on_create:
        blank = null = SLOW
    elif field.type == "boolean":
        null = SLOW
    if field.type in _TEXT or field.type == "email":
        return _text(field, blank, null)
    return _Memo(_one(field, accepts), blank, null, keep=field.type != "reference").column


class _Memo(dict[str, "SqlValue"]):
    """Encodes each distinct value once."""

    def __init__(self, encode_one: Callable[[str], SqlValue], blank: SqlValue, null: SqlValue, *, keep: bool) -> None:
        self._always = {"": blank, NULL: null}
        super().__init__(self._always)
        self._encode_one = encode_one
        self._keep = keep

    def __missing__(self, cell: str) -> SqlValue:
        value = self._encode_one(cell)
        if len(self) < _REMEMBERED:
            self[cell] = value
        return value

    def column(self, cells: Sequence[str]) -> list[Any]:
        """Encode a column."""
        if not self._keep:
            # What a reference points at may be gone with the next request.
            self.clear()
            self.update(self._always)
        return list(map(self.__getitem__, cells))


def _text(field: FieldDescribe, blank: SqlValue, null: SqlValue) -> Encoder:
    longest = field.length if field.length > 0 else 1 << 60
    if field.type == "textarea":
        # Text areas keep their layout; the platform trims everything else.
        return lambda cells: [
            cell
            if cell and cell != NULL and len(cell) <= longest and not cell.isspace()
            else blank
            if not cell
            else null
            if cell == NULL
            else SLOW
            for cell in cells
        ]
    right = EMAIL.fullmatch if field.type == "email" else bool
    return lambda cells: [
        text
        if cell and cell != NULL and (text := cell.strip()) and len(text) <= longest and right(text)
        else blank
        if not cell
        else null
        if cell == NULL
        else SLOW
        for cell in cells
    ]


def _one(field: FieldDescribe, accepts: Callable[[str], bool]) -> Callable[[str], SqlValue]:
    """Return the encoder of one cell that is neither empty nor `#N/A`."""

    def by_the_rules(cell: str) -> SqlValue:
        try:
            value = encode(field, cell)
        except OrgError:
            return SLOW  # type: ignore[no-any-return]
        return SLOW if value is None else value

    match field.type:
        case "boolean":
            return lambda cell: {True: 1, False: 0}.get(BOOLEANS.get(cell.strip().lower()), SLOW)  # type: ignore[arg-type]
        case "reference":

            def reference(cell: str) -> SqlValue:
                value = by_the_rules(cell)
                return value if value is SLOW or accepts(str(value)) else SLOW

            return reference
        case "datetime":
            return lambda cell: _moment(cell) or by_the_rules(cell)
        case "int" | "double" | "currency" | "percent" if (plain := _plain_number(field)) is not None:
            read = int if field.type == "int" else float
            return lambda cell: read(cell) if plain.fullmatch(cell) else by_the_rules(cell)
    return by_the_rules


def _moment(cell: str) -> str | None:
    if not _MOMENT.fullmatch(cell):
        return None
    try:
        dt.datetime.fromisoformat(cell[:19])
    except ValueError:
        return None
    return f"{cell[:19]}.000+0000"


def _plain_number(field: FieldDescribe) -> re.Pattern[str] | None:
    """Return the form of numbers that fit the field as they are written: no rounding, no exponent."""
    if field.type == "int":
        return re.compile(f"-?[0-9]{{1,{min(field.digits or 9, 9)}}}")
    whole = min(field.precision - field.scale, _MOST_DIGITS)
    if whole < 1 or field.scale < 0:
        return None
    fraction = f"([.][0-9]{{1,{field.scale}}})?" if field.scale else ""
    return re.compile(f"-?[0-9]{{1,{whole}}}{fraction}")
