"""Which kind of field a describe type and its flags make: the one place that says so, for generator and run time.

A kind is a descriptor of `sfgen_runtime.model.fields` for type checkers, and a column class at run time.
"""

from __future__ import annotations

from . import columns as c
from .expressions import AnyExpr

_TEXT = frozenset({"string", "textarea", "phone", "email", "url", "picklist", "combobox", "encryptedstring"})
_NUMBER = frozenset({"currency", "double", "percent", "int", "long"})

# A family of types has kinds for the flags that it really has in orgs; F, S, G: filterable, sortable, groupable.
_FAMILIES: dict[str, dict[str, str]] = {
    "text": {"FSG": "Text", "FS": "FormulaText", "": "LongText"},
    "number": {"FSG": "Integer", "FS": "Number"},
    "date": {"FSG": "Date"},
    "datetime": {"FS": "DateTime"},
    "time": {"FS": "Time"},
    "boolean": {"FSG": "Boolean", "F": "Flag"},
    "multipicklist": {"F": "Multi"},
    "reference": {"FSG": "Reference"},
    "id": {"FSG": "Key"},
}
# Every other combination, and every other type.
_GENERIC = {
    "": "SelectOnly",
    "F": "FilterOnly",
    "S": "SortOnly",
    "G": "GroupOnly",
    "FS": "FilterSort",
    "FG": "FilterGroup",
    "SG": "SortGroup",
    "FSG": "Field",
}
# Filterable in describe, but only by what they consist of (or by DISTANCE), never as a whole.
_COMPOUND = frozenset({"address", "location"})

COLUMNS: dict[str, type[AnyExpr]] = {
    "Text": c.TextColumn,
    "FormulaText": c.FormulaTextColumn,
    "LongText": c.SelectOnlyColumn,
    "Number": c.NumberColumn,
    "Integer": c.IntegerColumn,
    "Date": c.DateColumn,
    "DateTime": c.DateTimeColumn,
    "Time": c.TimeColumn,
    "Boolean": c.BooleanColumn,
    "Flag": c.FlagColumn,
    "Multi": c.MultiPicklistColumn,
    "Reference": c.IdColumn,
    "Key": c.IdColumn,
    "SelectOnly": c.SelectOnlyColumn,
    "FilterOnly": c.FilterOnlyColumn,
    "SortOnly": c.SortOnlyColumn,
    "GroupOnly": c.GroupOnlyColumn,
    "FilterSort": c.FilterSortColumn,
    "FilterGroup": c.FilterGroupColumn,
    "SortGroup": c.SortGroupColumn,
    "Field": c.FieldColumn,
}
"""The column class of each kind."""


def kind_of(type_: str, *, filterable: bool, sortable: bool, groupable: bool) -> str:
    """Return the name of the kind for a describe type and its flags.

    Example:
        >>> kind_of("string", filterable=True, sortable=True, groupable=True)
        'Text'
        >>> kind_of("textarea", filterable=False, sortable=False, groupable=False)
        'LongText'
    """
    flags = ("F" if filterable else "") + ("S" if sortable else "") + ("G" if groupable else "")
    if type_ in _COMPOUND:
        return "SelectOnly"
    kinds = _FAMILIES.get("text" if type_ in _TEXT else "number" if type_ in _NUMBER else type_, {})
    return kinds.get(flags) or _GENERIC[flags]
