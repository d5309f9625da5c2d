"""The org's objects as the Metadata API has them: a CustomObject, with the custom fields, from an object's describe.

Salesforce document: Metadata API Developer Guide, "CustomObject", "CustomField".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sfgen_local_org.http.soap_xml import XSI, written

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPES = {
    "boolean": "Checkbox",
    "currency": "Currency",
    "date": "Date",
    "datetime": "DateTime",
    "double": "Number",
    "email": "Email",
    "encryptedstring": "EncryptedText",
    "int": "Number",
    "location": "Location",
    "multipicklist": "MultiselectPicklist",
    "percent": "Percent",
    "phone": "Phone",
    "picklist": "Picklist",
    "string": "Text",
    "time": "Time",
    "url": "Url",
}
_NUMBERS = ("Number", "Currency", "Percent")
# From this length on a text area is a long one, in characters.
_LONG_TEXT = 256


def custom_object(described: Mapping[str, Any], *, named: bool) -> dict[str, Any]:
    """Return an object's metadata, with its name where it doesn't stand in a file that has the name."""
    fields = [
        _field(field) for field in described["fields"] if field.get("custom") and not field.get("compoundFieldName")
    ]
    about: dict[str, Any] = {
        "fields": fields,
        "fullName": described["name"] if named else [],
        "label": described.get("label") or described["name"],
        "pluralLabel": described.get("labelPlural") or described["name"],
    }
    if described.get("custom"):
        name: Mapping[str, Any] = next((field for field in described["fields"] if field.get("nameField")), {})
        kind = "AutoNumber" if name.get("autoNumber") else "Text"
        about |= {"deploymentStatus": "Deployed", "sharingModel": "ReadWrite"}
        about["nameField"] = {"label": name.get("label") or "Name", "type": kind}
    return dict(sorted(about.items()))


def object_file(described: Mapping[str, Any]) -> bytes:
    """Return the file of an object in an archive."""
    inside = written(custom_object(described, named=False))
    namespaces = f'xmlns="http://soap.sforce.com/2006/04/metadata" xmlns:xsi="{XSI}"'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<CustomObject {namespaces}>{inside}</CustomObject>\n'.encode()


def _field(field: Mapping[str, Any]) -> dict[str, Any]:
    kind = _kind(field)
    about: dict[str, Any] = {
        "externalId": bool(field.get("externalId")),
        "fullName": field["name"],
        "label": field.get("label") or field["name"],
        "type": kind,
    }
    if field.get("inlineHelpText"):
        about["inlineHelpText"] = field["inlineHelpText"]
    if kind in ("Text", "TextArea", "LongTextArea", "Html", "EncryptedText"):
        about["length"] = field.get("length") or 255
    if kind in _NUMBERS:
        about |= {"precision": field.get("precision") or field.get("digits") or 18, "scale": field.get("scale") or 0}
    if kind in ("LongTextArea", "Html", "MultiselectPicklist"):
        about["visibleLines"] = 3
    if kind in ("Lookup", "MasterDetail"):
        about["referenceTo"] = next(iter(field.get("referenceTo") or ()), "")
    if kind in ("Picklist", "MultiselectPicklist"):
        about["valueSet"] = _values(field)
    if kind == "Checkbox":
        about["defaultValue"] = bool(field.get("defaultValue"))
    if field.get("calculatedFormula"):
        about["formula"] = field["calculatedFormula"]
    elif kind not in ("Checkbox", "AutoNumber", "MasterDetail"):
        about |= {"required": not field.get("nillable", True), "unique": bool(field.get("unique"))}
    return dict(sorted(about.items()))


def _kind(field: Mapping[str, Any]) -> str:
    if field.get("autoNumber"):
        return "AutoNumber"
    if field.get("type") == "reference":
        return "MasterDetail" if field.get("cascadeDelete") and not field.get("nillable", True) else "Lookup"
    if field.get("type") == "textarea":
        long = (field.get("length") or 0) >= _LONG_TEXT
        return "Html" if field.get("htmlFormatted") else "LongTextArea" if long else "TextArea"
    return _TYPES.get(str(field.get("type")), "Text")


def _values(field: Mapping[str, Any]) -> dict[str, Any]:
    values = [
        {
            "fullName": value.get("value"),
            "default": bool(value.get("defaultValue")),
            "isActive": bool(value.get("active", True)),
            "label": value.get("label") or value.get("value"),
        }
        for value in field.get("picklistValues") or ()
    ]
    definition = {"sorted": False, "value": values}
    return {"restricted": bool(field.get("restrictedPicklist")), "valueSetDefinition": definition}
