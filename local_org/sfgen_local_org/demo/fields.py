"""Turn a field as it is written down into the describe of it, with every key that the REST API gives.

Salesforce documents: SOAP API Developer Guide, "Field" in "DescribeSObjectResult"; Object Reference, "Field Types" and
"Compound Fields". What a type implies (an address can't be sorted, a long text area can't be filtered) is here, once.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from .notation import FieldSource, NotationError, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Describe = dict[str, Any]

_PLAIN: Describe = {
    "aggregatable": True,
    "aiPredictionField": False,
    "autoNumber": False,
    "byteLength": 0,
    "calculated": False,
    "calculatedFormula": None,
    "cascadeDelete": False,
    "caseSensitive": False,
    "compoundFieldName": None,
    "controllerName": None,
    "createable": True,
    "custom": False,
    "defaultValue": None,
    "defaultValueFormula": None,
    "defaultedOnCreate": False,
    "dependentPicklist": False,
    "deprecatedAndHidden": False,
    "digits": 0,
    "displayLocationInDecimal": False,
    "encrypted": False,
    "externalId": False,
    "extraTypeInfo": None,
    "filterable": True,
    "filteredLookupInfo": None,
    "formulaTreatNullNumberAsZero": False,
    "groupable": True,
    "highScaleNumber": False,
    "htmlFormatted": False,
    "idLookup": False,
    "inlineHelpText": None,
    "label": "",
    "length": 0,
    "mask": None,
    "maskType": None,
    "name": "",
    "nameField": False,
    "namePointing": False,
    "nillable": True,
    "permissionable": False,
    "picklistValues": [],
    "polymorphicForeignKey": False,
    "precision": 0,
    "queryByDistance": False,
    "referenceTargetField": None,
    "referenceTo": [],
    "relationshipName": None,
    "relationshipOrder": None,
    "restrictedDelete": False,
    "restrictedPicklist": False,
    "scale": 0,
    "searchPrefilterable": False,
    "soapType": "xsd:string",
    "sortable": True,
    "type": "",
    "unique": False,
    "updateable": True,
    "writeRequiresMasterRead": False,
}

_SOAP_TYPES = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "long": "xsd:long",
    "double": "xsd:double",
    "currency": "xsd:double",
    "percent": "xsd:double",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "time": "xsd:time",
    "base64": "xsd:base64Binary",
    "address": "urn:address",
    "location": "urn:location",
    "anyType": "xsd:anyType",
    "complexvalue": "urn:complexvalue",
    "json": "urn:json",
}

_LENGTHS = {
    "id": 18,
    "reference": 18,
    "string": 255,
    "textarea": 255,
    "picklist": 255,
    "combobox": 255,
    "url": 255,
    "email": 80,
    "phone": 40,
    "encryptedstring": 175,
    "multipicklist": 4099,
}

_TYPES = _SOAP_TYPES.keys() | _LENGTHS.keys()

_PRECISIONS = {"double": (18, 2), "currency": (18, 2), "percent": (5, 2)}

_ALL = ("filterable", "sortable", "groupable", "aggregatable")
# What SOQL can't do with a field of the type.
_CANNOT = {
    "boolean": ("aggregatable",),
    "double": ("groupable",),
    "currency": ("groupable",),
    "percent": ("groupable",),
    "datetime": ("groupable",),
    "combobox": ("groupable",),
    "long": ("aggregatable",),
    "multipicklist": ("sortable", "groupable", "aggregatable"),
    "address": ("sortable", "groupable", "aggregatable"),
    "anyType": ("filterable", "groupable", "aggregatable"),
    "location": _ALL,
    "base64": _ALL,
    "encryptedstring": _ALL,
    "complexvalue": _ALL,
    "json": _ALL,
}

# Each word of the notation, and what it says.
_WORDS: Mapping[str, Mapping[str, Any]] = {
    "required": {"nillable": False},
    "readonly": {"createable": False, "updateable": False},
    "createonly": {"updateable": False},
    "updateonly": {"createable": False},
    "defaulted": {"defaultedOnCreate": True},
    "name": {"nameField": True},
    "idlookup": {"idLookup": True},
    "unique": {"unique": True},
    "external": {"externalId": True, "idLookup": True},
    "casesensitive": {"caseSensitive": True},
    "restricted": {"restrictedPicklist": True},
    "autonumber": {"autoNumber": True, "createable": False, "updateable": False, "defaultedOnCreate": True},
    "rollup": {"calculated": True, "createable": False, "updateable": False},
    "master": {
        "cascadeDelete": True,
        "updateable": False,
        "nillable": False,
        "relationshipOrder": 0,
    },
    "reparentable": {"updateable": True},
    "cascade": {},  # of the child relationship, not of the field
    "restrict": {},
    "sortable": {"sortable": True, "aggregatable": True},
    "filterable": {"filterable": True, "sortable": True, "aggregatable": True},
    "nofilter": {"filterable": False},
    "nosort": {"sortable": False},
    "nogroup": {"groupable": False},
    "noaggregate": {"aggregatable": False},
    "noprefilter": {"searchPrefilterable": False},
    "fls": {},  # of permissionable, which depends on the rest
    "nofls": {},
}
_OPTIONS = frozenset({"as", "bytes", "children", "compound", "controller", "default", "extra", "mask"})

# Lookups that the search filters of a page layout don't offer.
_NOT_PREFILTERABLE = frozenset({"OwnerId", "CreatedById", "LastModifiedById", "RecordTypeId", "MasterRecordId"})
_ACCURACIES = (
    "Address",
    "NearAddress",
    "Block",
    "Street",
    "ExtendedZip",
    "Zip",
    "Neighborhood",
    "City",
    "County",
    "State",
    "Unknown",
)


def describe_fields(sources: Iterable[FieldSource]) -> list[Describe]:
    """Return the describes of an object's fields, the parts of compound fields before the compound itself."""
    whole = [part for source in sources for part in (*_parts(source), source)]
    by_name = {source.name: source for source in whole}
    return [_describe(source, by_name) for source in whole]


def is_custom(name: str) -> bool:
    """Tell whether the API name is one of a custom object or field."""
    return name.endswith(("__c", "__s"))


def _describe(source: FieldSource, siblings: Mapping[str, FieldSource]) -> Describe:
    _check(source)
    out: Describe = {
        **_PLAIN,
        "name": source.name,
        "type": source.type,
        "label": source.label,
        "custom": is_custom(source.name),
        "soapType": _SOAP_TYPES.get(source.type, "xsd:string"),
        "inlineHelpText": source.help,
        "compoundFieldName": source.options.get("compound"),
        "extraTypeInfo": source.options.get("extra"),
        "displayLocationInDecimal": source.name.endswith("__s"),
    }
    for part in (_capabilities(source), _size(source), _picklist(source, siblings), _default(source)):
        out.update(part)
    out.update(_relationship(source))
    for word, meaning in _WORDS.items():  # in this order, whatever the order of writing
        if word in source.words:
            out.update(meaning)
    if source.formula is not None:
        out.update(calculated=True, calculatedFormula=source.formula, createable=False, updateable=False)
        out["groupable"] = source.type in ("boolean", "date")
    out.update(_OF_TYPE.get(source.type, {}))
    out["permissionable"] = _is_permissionable(source, out)
    return out


def _check(source: FieldSource) -> None:
    if unknown := (source.words - _WORDS.keys()) | (source.options.keys() - _OPTIONS):
        raise NotationError(f"{source.name}: {', '.join(sorted(unknown))}: no such word")
    if source.type not in _TYPES:
        raise NotationError(f"{source.name}: {source.type}: no such type; there are {', '.join(sorted(_TYPES))}")


def _is_permissionable(source: FieldSource, out: Describe) -> bool:
    """Tell whether field-level security can hide the field: if it may be empty and isn't the platform's own."""
    optional = (out["nillable"] or source.type == "boolean") and source.options.get("compound") != "Name"
    own = out["createable"] or out["updateable"] or out["custom"] or source.type == "address"
    return ("fls" in source.words or (optional and own)) and "nofls" not in source.words


_OF_TYPE: Mapping[str, Mapping[str, Any]] = {
    "id": {"createable": False, "updateable": False, "nillable": False, "defaultedOnCreate": True, "idLookup": True},
    "boolean": {"nillable": False, "defaultedOnCreate": True},
    "address": {"createable": False, "updateable": False, "queryByDistance": True},
    "location": {"createable": False, "updateable": False, "displayLocationInDecimal": True},
    "encryptedstring": {"encrypted": True},
}


def _capabilities(source: FieldSource) -> Describe:
    cannot: Sequence[str] = _CANNOT.get(source.type, ())
    if source.type == "textarea" and source.numbers(255)[0] > 255:
        cannot = _ALL
    return dict.fromkeys(cannot, False)


def _size(source: FieldSource) -> Describe:
    """Return length, digits or precision: whichever the type has; a length counts characters, byteLength UTF-8."""
    kind = source.type
    if kind == "int":
        return {"digits": source.numbers(8)[0]}
    if kind in _PRECISIONS:
        precision, scale = source.numbers(*_PRECISIONS[kind])
        return {"precision": precision, "scale": scale}
    if kind not in _LENGTHS:
        return {}
    if kind in ("id", "reference"):
        return {"length": 18, "byteLength": 18}
    if kind == "multipicklist":
        # The precision of a multi-select picklist is the number of its visible lines.
        return {"length": 4099, "byteLength": 4099, "precision": source.numbers(4)[0]}
    length = source.numbers(_LENGTHS[kind])[0] if source.formula is None else 1300
    out: Describe = {"length": length, "byteLength": int(source.options.get("bytes", length * 3))}
    if kind == "textarea":
        rich = source.options.get("extra") == "richtextarea"
        out.update(extraTypeInfo=source.options.get("extra", "plaintextarea"), htmlFormatted=rich)
    if kind == "encryptedstring":
        out.update(mask=source.options.get("mask", "asterisk"), maskType="all")
    return out


def _default(source: FieldSource) -> Describe:
    chosen: Any = next((value.value for value in source.values if value.default), source.options.get("default"))
    if source.type == "boolean":
        chosen = chosen == "true"
    out: Describe = {"defaultValue": chosen, "defaultValueFormula": source.default_formula}
    if chosen is not None or source.default_formula is not None:
        out["defaultedOnCreate"] = True
    return out


def _relationship(source: FieldSource) -> Describe:
    if source.type != "reference":
        # Some foreign keys are strings: the describe names a relationship that leads to no object.
        return {"referenceTo": [], "relationshipName": source.options.get("as")}
    polymorphic, relationship = len(source.size) > 1, _relationship_name(source)
    return {
        "referenceTo": list(source.size),
        "relationshipName": relationship,
        "namePointing": polymorphic,
        "polymorphicForeignKey": polymorphic,
        "searchPrefilterable": relationship is not None and source.name not in _NOT_PREFILTERABLE,
    }


def _relationship_name(source: FieldSource) -> str | None:
    # The name by which SOQL follows the lookup: `AccountId` gives Account.
    given = source.options.get("as")
    if given is not None:
        return None if given == "-" else given
    return f"{source.name[:-1]}r" if is_custom(source.name) else source.name.removesuffix("Id")


def _picklist(source: FieldSource, siblings: Mapping[str, FieldSource]) -> Describe:
    controller = source.options.get("controller")
    controlling = _controlling_values(source, siblings.get(controller)) if controller else None
    values = [
        {
            "active": value.active,
            "defaultValue": value.default,
            "label": value.label,
            "validFor": None if controlling is None else _bitmap(source, value, controlling),
            "value": value.value,
        }
        for value in source.values
    ]
    return {"picklistValues": values, "controllerName": controller, "dependentPicklist": controller is not None}


def _controlling_values(source: FieldSource, controller: FieldSource | None) -> list[str]:
    if controller is None:
        raise NotationError(f"{source.name}: the object has no controller {source.options['controller']!r}")
    if controller.type == "boolean":
        return ["false", "true"]
    return [value.value for value in controller.values]


def _bitmap(source: FieldSource, value: Value, controlling: Sequence[str]) -> str:
    """Return `validFor`: bit i, counted from the left, says whether controlling value i allows this value."""
    # Whole groups of three bytes, so that the base64 text needs no padding.
    bits = bytearray(-(-len(controlling) // 24) * 3)
    for name in controlling if value.valid_for == ("*",) else value.valid_for:
        if name not in controlling:
            raise NotationError(f"{source.name}: {value.value!r} depends on {name!r}, which its controller lacks")
        at = controlling.index(name)
        bits[at >> 3] |= 0x80 >> (at & 7)
    return base64.b64encode(bits).decode("ascii")


def _parts(source: FieldSource) -> list[FieldSource]:
    """Return the fields that a compound field is made of."""
    if source.type == "address":
        return _address_parts(source)
    return _location_parts(source) if source.type == "location" else []


def _address_parts(source: FieldSource) -> list[FieldSource]:
    prefix, label = source.name.removesuffix("Address"), source.label.removesuffix("Address")
    rest = {"words": source.words, "options": {"compound": source.name}}

    def part(name: str, kind: str, text: str, *size: str) -> FieldSource:
        return FieldSource(f"{prefix}{name}", kind, f"{label}{text}", size, **rest)  # type: ignore[arg-type]

    accuracy = FieldSource(
        f"{prefix}GeocodeAccuracy",
        "picklist",
        f"{label}Geocode Accuracy",
        ("40",),
        source.words | {"restricted"},
        {"compound": source.name},
        tuple(Value(name, name) for name in _ACCURACIES),
    )
    return [
        part("Street", "textarea", "Street", "255"),
        part("City", "string", "City", "40"),
        part("State", "string", "State/Province", "80"),
        part("PostalCode", "string", "Zip/Postal Code", "20"),
        part("Country", "string", "Country", "80"),
        part("Latitude", "double", "Latitude", "18", "15"),
        part("Longitude", "double", "Longitude", "18", "15"),
        accuracy,
    ]


def _location_parts(source: FieldSource) -> list[FieldSource]:
    stem = source.name.removesuffix("c")
    places = source.numbers(6)[0]
    size = (str(3 + places), str(places))
    return [
        FieldSource(f"{stem}{axis}__s", "double", f"{source.label} ({axis})", size, options={"compound": source.name})
        for axis in ("Latitude", "Longitude")
    ]
