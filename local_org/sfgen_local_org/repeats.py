"""Records of one upsert that have the same external id: Salesforce writes none of them.

Salesforce looks for them among the 200 records that it works on at a time: a file that has a key in row 1 and again in
row 201 is upserted twice.

Salesforce document: SOAP API Developer Guide, "upsert()".
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from .errors import OrgError
from .schema import is_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sfgen.describe import FieldDescribe

CHUNK = 200


def repeated(keys: Sequence[object], field: FieldDescribe) -> dict[int, OrgError]:
    """Return the errors of the records whose key another one of their chunk has, by their places."""
    folds = is_text(field) and not field.case_sensitive
    errors: dict[int, OrgError] = {}
    for start in range(0, len(keys), CHUNK):
        chunk = [_folded(key, folds=folds) for key in keys[start : start + CHUNK]]
        counts = Counter(chunk)
        if len(counts) == len(chunk):
            continue
        for place, key in enumerate(chunk, start):
            if key and counts[key] > 1:
                message = f"Duplicate external id specified: {str(keys[place]).strip()}"
                errors[place] = OrgError(400, "DUPLICATE_VALUE", message, [field.name])
    return errors


def _folded(key: object, *, folds: bool) -> str:
    text = "" if key is None else str(key).strip()
    return text.casefold() if folds else text
