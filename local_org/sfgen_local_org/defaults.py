"""What the org fills in when a record is created: defaults, owner, audit fields, auto-numbers, a person's name.

Salesforce document: SOAP API Developer Guide, "System Fields", "Required Fields", "Frequently-Occurring Fields".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .errors import OrgError
from .ids import to_18
from .values import encode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sfgen.describe import FieldDescribe

    from .schema import SObject
    from .store import SqlValue

_TRAILING_DIGITS = re.compile(r"[0-9]{1,18}$")
_STATUS_FIELDS = {"Opportunity": "StageName", "Case": "Status", "Task": "Status"}
_NAME_PARTS = ("firstname", "middlename", "lastname", "suffix")


def default_of(sobject: SObject, field: FieldDescribe, user_id: str) -> SqlValue:
    """Return what the org writes for a field that a create leaves out; None if it has no default."""
    if field.name == "OwnerId":
        return user_id
    if field.name == "RecordTypeId":
        record_types = sobject.described.record_types
        return next((to_18(info.id) for info in record_types if info.default and not info.master), None)
    if field.type in ("picklist", "combobox", "multipicklist"):
        return _picked(field)
    if field.default_value is not None:
        try:
            return encode(field, field.default_value)
        except OrgError:
            return None  # a describe's default that the field itself would refuse
    return 0 if field.type == "boolean" else None


def _picked(field: FieldDescribe) -> str | None:
    active = [item.value for item in field.picklist_values if item.active]
    chosen = [item.value for item in field.picklist_values if item.active and item.default]
    if field.type == "multipicklist":
        return ";".join(chosen) or None
    if chosen:
        return chosen[0]
    # The platform has a value of its own for a required picklist; which one, a describe doesn't tell. So it has for one
    # that nobody can set, such as an opportunity's ForecastCategory.
    own = field.defaulted_on_create or not field.createable
    return active[0] if active and own and not field.nillable else None


def closed_flags(sobject: SObject, values: Mapping[str, SqlValue]) -> dict[str, SqlValue]:
    """Return IsClosed and IsWon as the platform derives them from the stage or status of a record.

    Which values close a record is no part of a describe: this goes by their names in a new org.
    """
    status = _STATUS_FIELDS.get(sobject.name)
    if status is None or status not in values:
        return {}
    value = str(values[status] or "").casefold()
    closed = value.startswith(("closed", "completed"))
    flags: dict[str, SqlValue] = {"IsClosed": int(closed), "IsWon": int(value == "closed won")}
    return {name: flag for name, flag in flags.items() if (field := sobject.field(name)) and not field.createable}


def blob_lengths(sobject: SObject, values: Mapping[str, SqlValue]) -> dict[str, SqlValue]:
    """Return how many bytes the files among the values have, for the fields that tell: BodyLength of Body."""
    lengths: dict[str, SqlValue] = {}
    for name, value in values.items():
        if value is not None and not isinstance(value, str):
            continue
        field, length = sobject.field(name), sobject.field(f"{name}Length")
        if field is not None and length is not None and field.type == "base64" and not length.createable:
            text = value or ""
            lengths[length.name] = len(text) * 3 // 4 - text[-2:].count("=")
    return lengths


def audit(sobject: SObject, moment: str, user_id: str, *, created: bool) -> dict[str, SqlValue]:
    """Return who and when for a create or an update: the described ones of the audit fields, and the hidden one."""
    values: dict[str, SqlValue] = {"LastModifiedDate": moment, "LastModifiedById": user_id, "SystemModstamp": moment}
    if created:
        values |= {"CreatedDate": moment, "CreatedById": user_id}
    return {name: value for name, value in values.items() if name.lower() in sobject.fields} | {"_modified": moment}


def auto_number(last: str | None) -> str:
    """Return the auto-number after `last`. Its format is no part of a describe: `last` shows it, else CaseNumber's."""
    digits = _TRAILING_DIGITS.search(last) if last is not None else None
    if last is None or digits is None:
        return "00000001"
    return f"{last[: digits.start()]}{int(digits[0]) + 1:0{len(digits[0])}d}"


def person_name(values: Mapping[str, SqlValue]) -> str | None:
    """Return the full name that first, middle and last name and suffix make; keys in any case."""
    folded = {name.lower(): value for name, value in values.items()}
    return " ".join(str(folded[part]) for part in _NAME_PARTS if folded.get(part)) or None
