"""The typed layer: what generated models are made of.

Generated code imports its names from here; users meet most of them as what an editor shows.
"""

from ..ids import Id, IdLike
from .conditions import Condition, HavingCondition, Ordering
from .errors import FieldNotSelected, FieldProblem, InvalidRecord, MoreThanOneRecord, NoRecord
from .expressions import Column, Expr
from .fields import (
    AnyReference,
    Boolean,
    Date,
    DateTime,
    Field,
    FilterGroup,
    FilterOnly,
    FilterSort,
    Flag,
    FormulaText,
    GroupOnly,
    Integer,
    Key,
    LongText,
    Multi,
    Number,
    ReadOnlyReference,
    Reference,
    SelectOnly,
    SortGroup,
    SortOnly,
    Text,
    Time,
)
from .keys import ByKey, IdOrKey
from .name import Name, NamePath
from .query import ChildQuery, Query
from .reading import ChildRecords
from .reads import ModelType, Reads
from .relationships import Children, Null, Parent, PathParent, RequiredParent, Root, ViaParent
from .sobject import SObject
from .sobject_type import Creates, Deletes, SFType, Updates, Upserts
from .typeof import typeof
from .values import Address, Blob, DateOnly, JsonValue, Location, MultiPicklist

__all__ = [
    "Address",
    "AnyReference",
    "Blob",
    "Boolean",
    "ByKey",
    "ChildQuery",
    "ChildRecords",
    "Children",
    "Column",
    "Condition",
    "Creates",
    "Date",
    "DateOnly",
    "DateTime",
    "Deletes",
    "Expr",
    "Field",
    "FieldNotSelected",
    "FieldProblem",
    "FilterGroup",
    "FilterOnly",
    "FilterSort",
    "Flag",
    "FormulaText",
    "GroupOnly",
    "HavingCondition",
    "Id",
    "IdLike",
    "IdOrKey",
    "Integer",
    "InvalidRecord",
    "JsonValue",
    "Key",
    "Location",
    "LongText",
    "ModelType",
    "MoreThanOneRecord",
    "Multi",
    "MultiPicklist",
    "Name",
    "NamePath",
    "NoRecord",
    "Null",
    "Number",
    "Ordering",
    "Parent",
    "PathParent",
    "Query",
    "ReadOnlyReference",
    "Reads",
    "Reference",
    "RequiredParent",
    "Root",
    "SFType",
    "SObject",
    "SelectOnly",
    "SortGroup",
    "SortOnly",
    "Text",
    "Time",
    "Updates",
    "Upserts",
    "ViaParent",
    "typeof",
]
