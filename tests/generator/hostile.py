"""Text as an attacker who may edit an org's labels would write it, and describes that have it in every place."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from sfgen.fieldtypes import KNOWN_TYPES

_FRAGMENTS = (
    *('"', '"""', "'", "'''", '\\"""', "\\", "\\\\", "\n", "\r\n", "\t", "\x00", "\x1b[2J", "\x7f", "\x85", "\ufeff"),
    *("{{ 7*7 }}", "{% raw %}", "{% endfor %}", "{# gone #}", "{{", "}}", "%s", "{0}", "${x}", "f'{x}'"),
    *("\u2028", "\u2029", "\u202e", "\u200f", "\u2066", "\ud800", "\udfff", "\U0001f600", "e\u0301", "日本", "Ü"),
    *("../", "/etc/passwd", "..\\", "C:\\", "~", "__init__", "__class__", "con", "a" * 3000, '"' * 999, "\\" * 999),
    *(
        "import os",
        "os.system('x')",
        "__import__('os')",
        "\nimport os\n",
        "):",
        "]",
        ", ",
        "| int",
        "#",
        "# type: ignore",
    ),
    *("\\N{BULLET}", "\\x41", "\\u0041", "\\", "None", "True", " ", "  "),
)
# Names that Python, pydantic or generated code have already, beside some that are as they should be.
_NAMES = (
    *("Contact", "Case", "Account", "Invoice__c", "INVOICE__c", "ns__My_Obj__c", "FooBar", "Foo_Bar", "invoice__c"),
    *("class", "None", "self", "str", "int", "type", "print", "mro", "copy", "json", "model_fields", "from_row"),
    *("SObject", "SFType", "Text", "Literal", "TypedDict", "Unpack", "Salesforce", "Client", "dt", "TYPE_CHECKING"),
    *("Json", "JsonValue", "Date", "Decimal", "annotations", "lazy_attributes", "ContactCreate", "CaseType", "class_"),
    *("ContactKey", "Picklists", "Picklist", "RECORD_TYPES"),
)

hostile_text = st.one_of(
    st.lists(st.sampled_from(_FRAGMENTS), max_size=5).map("".join),
    st.text(st.characters(exclude_categories=()), max_size=30),
)
_name = st.one_of(st.sampled_from(_NAMES), st.from_regex(r"[A-Za-z]\w{0,8}(__c)?", fullmatch=True), hostile_text)
_type = st.one_of(st.sampled_from(sorted(KNOWN_TYPES)), st.sampled_from(["picklist", "reference"]), hostile_text)
_maybe = st.one_of(st.none(), hostile_text)
_number = st.integers(-10, 10**6)

_picklist_value = st.fixed_dictionaries(
    {"value": hostile_text, "label": _maybe, "active": st.booleans(), "validFor": _maybe}
)
_FLAGS = ("nillable", "createable", "updateable", "defaultedOnCreate", "filterable", "sortable", "groupable")
_MORE_FLAGS = ("externalId", "idLookup", "unique", "restrictedPicklist", "dependentPicklist", "calculated", "custom")
_field = st.fixed_dictionaries(
    {
        "name": _name,
        "type": _type,
        "label": hostile_text,
        "inlineHelpText": _maybe,
        "calculatedFormula": _maybe,
        "picklistValues": st.lists(_picklist_value, max_size=3),
        "relationshipName": st.one_of(st.none(), _name),
        "referenceTo": st.lists(_name, max_size=2),
    },
    optional={
        **dict.fromkeys(("controllerName", "soapType", "defaultValue", "compoundFieldName"), _maybe),
        **dict.fromkeys(("length", "precision", "scale"), _number),
        **dict.fromkeys((*_FLAGS, *_MORE_FLAGS), st.booleans()),
    },
)
_child = st.fixed_dictionaries({"relationshipName": st.one_of(st.none(), _name), "childSObject": _name, "field": _name})
_record_type = st.fixed_dictionaries(
    {"name": hostile_text, "developerName": hostile_text, "recordTypeId": hostile_text}
)

describes: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "name": _name,
        "label": hostile_text,
        "labelPlural": hostile_text,
        "keyPrefix": _maybe,
        "fields": st.lists(_field, min_size=1, max_size=5),
        "childRelationships": st.lists(_child, max_size=2),
        "recordTypeInfos": st.lists(_record_type, max_size=2),
    },
    optional=dict.fromkeys(("queryable", "retrieveable", "createable", "updateable"), st.booleans()),
)
