"""The table of the object Name, which stands behind polymorphic lookups."""

from __future__ import annotations

from .table import FieldRow, ObjectTable

_TEXT_FIELDS = {"Name": 255, "Type": 40, "FirstName": 40, "LastName": 80, "Email": 80, "Phone": 40, "Title": 80}
_USER_FIELDS = {"Alias": 8, "Username": 80}

NAME_FIELDS = {
    "Id": FieldRow("Id", "Id", "id", "fsg", 18),
    **{
        name: FieldRow(name, name, "string", "nfsg", length)
        for name, length in {**_TEXT_FIELDS, **_USER_FIELDS}.items()
    },
    "IsActive": FieldRow("IsActive", "IsActive", "boolean", "fsg"),
}

NAME_TABLE = ObjectTable(
    name="Name",
    key_prefix=None,
    label="Name",
    fields=NAME_FIELDS,
)
