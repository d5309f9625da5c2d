"""From a describe result to the module of one object: fields, keys, relationships and the table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sfgen_runtime.model.table import ChildRow, Choice, FieldRow, ObjectTable, ParentRow

from .annotations import Annotation, Symbol
from .describe import FieldDescribe, Level, ObjectDescribe, Problem
from .documents import field_doc, object_doc
from .fieldtypes import KNOWN_TYPES, FieldTypes, Models, field_types, parent_types, symbol_of
from .ir import Alias, Key, Member, ObjectModule
from .names import ObjectNames
from .text import literal

_REQUIRED = Symbol("typing", "Required")


@dataclass(frozen=True, slots=True)
class _Field:
    """A field with its names and types."""

    describe: FieldDescribe
    attribute: str
    types: FieldTypes


def build_object(
    described: ObjectDescribe, names: ObjectNames, models: Models, max_literal: int
) -> tuple[ObjectModule, list[Problem]]:
    """Return the module of one object, and what is odd about its metadata."""
    fields = [
        _Field(field, names.attributes[field.name], field_types(field, described.name, models, max_literal))
        for field in sorted(described.fields, key=_id_first)
        if field.name in names.attributes
    ]
    module = ObjectModule(
        api_name=described.name,
        module=names.module,
        class_name=names.class_name,
        client_attribute=names.client_attribute,
        key_prefix=described.key_prefix or "",
        label=described.label,
        doc=object_doc(described),
        aliases=_aliases(fields),
        members=(
            *(Member(field.attribute, field.types.member, field_doc(field.describe)) for field in fields),
            *_parents(described, names, models),
            *_children(described, names, models),
        ),
        path_parents=tuple(_path_parents(described, names, models)),
        keys=tuple(_identifying(fields)),
        common=_write_keys(described, names, models, fields, create=True, update=True),
        create=_write_keys(described, names, models, fields, create=True, update=False),
        update=_write_keys(described, names, models, fields, create=False, update=True),
        bases=_bases(described, names, models, fields),
        picklists=tuple(_picklists(fields)),
        record_types=_record_types(described),
        table=tuple(_table(described, names, fields, models).to_lines()),
    )
    return module, _oddities(described, fields)


def _id_first(field: FieldDescribe) -> tuple[bool, str]:
    return field.name != "Id", field.name


def _oddities(described: ObjectDescribe, fields: Sequence[_Field]) -> list[Problem]:
    return [
        Problem(Level.WARNING, described.name, field.name, f"its type {field.type!a} is new to sfgen: read as JSON")
        for field in (one.describe for one in fields)
        if field.type not in KNOWN_TYPES
    ]


def _aliases(fields: Sequence[_Field]) -> tuple[Alias, ...]:
    return tuple(alias for field in fields for alias in field.types.aliases)


def _write_keys(
    described: ObjectDescribe,
    names: ObjectNames,
    models: Models,
    fields: Sequence[_Field],
    *,
    create: bool,
    update: bool,
) -> tuple[Key, ...]:
    """Return the keys of one TypedDict: those of both, or those that only create or only update has."""
    parents = _parent_keys(described, names, models, create=create, update=update)
    return (*_keys(fields, create=create, update=update), *parents)


def _keys(fields: Sequence[_Field], *, create: bool, update: bool) -> Iterator[Key]:
    """Yield the keys of fields.

    A required key is only in create's, since update's is optional; update then has it too.
    """
    for field in fields:
        describe = field.describe
        required = describe.required_on_create
        in_create, in_update = describe.createable, describe.updateable
        if create and update:
            if in_create and in_update and not required:
                yield Key(field.attribute, field.types.write)
        elif create:
            if in_create and (required or not in_update):
                write = field.types.write
                yield Key(field.attribute, Annotation.generic(_REQUIRED, write) if required else write)
        elif in_update and (required or not in_create):
            yield Key(field.attribute, field.types.write)


def _identifying(fields: Sequence[_Field]) -> Iterator[Key]:
    """Yield the fields that identify a record, its id aside: what `by_key` takes."""
    for field in fields:
        if is_key(field.describe):
            yield Key(field.attribute, field.types.value)


def is_key(field: FieldDescribe) -> bool:
    """Tell whether a record can be found, and upserted, by this field."""
    return (field.external_id or field.id_lookup) and field.type != "id"


def _parent_keys(
    described: ObjectDescribe, names: ObjectNames, models: Models, *, create: bool, update: bool
) -> Iterator[Key]:
    """Yield the parents that may be given by key in place of an id: ``{"Account": {"ERP_Id__c": "x"}}``.

    The master of a detail record is set by create alone, unless the org lets one reparent it.
    """
    for name, field in _parent_fields(described, names):
        single = field.reference_to[0] if len(field.reference_to) == 1 else ""
        if (field.createable, field.updateable) == (create, update) and single in models.keyed:
            yield Key(names.parents[name], models.model(single, "Key"))


def _record_types(described: ObjectDescribe) -> tuple[str, ...]:
    """Return the developer names of the active record types."""
    return tuple(sorted({one.developer_name for one in described.record_types if one.active}))


def _picklists(fields: Sequence[_Field]) -> Iterator[tuple[str, str]]:
    """Yield each picklist's attribute and the alias of its values; ``str`` where there are too many for one."""
    for field in fields:
        if field.describe.picklist_values and field.describe.type in ("picklist", "multipicklist", "combobox"):
            yield field.attribute, field.types.aliases[0].name if field.types.aliases else "str"


# ---- relationships ---------------------------------------------------------------------------------------------------


def _parents(described: ObjectDescribe, names: ObjectNames, models: Models) -> Iterator[Member]:
    for name, field in _parent_fields(described, names):
        doc = f"The {' or '.join(field.reference_to[:4]) or 'record'} behind {names.attributes[field.name]}."
        yield Member(names.parents[name], parent_types(field, described.name, models).member, (doc,))


def _path_parents(described: ObjectDescribe, names: ObjectNames, models: Models) -> Iterator[Key]:
    for name, field in _parent_fields(described, names):
        yield Key(names.parents[name], parent_types(field, described.name, models).onward)


def _parent_fields(described: ObjectDescribe, names: ObjectNames) -> list[tuple[str, FieldDescribe]]:
    found: dict[str, FieldDescribe] = {}
    for field in sorted(described.fields, key=_id_first):
        name = field.relationship_name
        if name is not None and name in names.parents and field.name in names.attributes:
            found.setdefault(name, field)
    return sorted(found.items())


def _children(described: ObjectDescribe, names: ObjectNames, models: Models) -> Iterator[Member]:
    for row in _child_rows(described, names, models):
        annotation = Annotation.generic(symbol_of("Children"), models.model(row.child))
        yield Member(row.attribute, annotation, (f"The {row.child} records whose {row.field} is this one.",))


def _child_rows(described: ObjectDescribe, names: ObjectNames, models: Models) -> list[ChildRow]:
    found: dict[str, ChildRow] = {}
    for child in sorted(described.children, key=lambda child: (child.child, child.field)):
        name = child.name
        if name is not None and name in names.children and child.child in models:
            found.setdefault(name, ChildRow(name, names.children[name], child.child, child.field))
    return [found[name] for name in sorted(found)]


# ---- capabilities ----------------------------------------------------------------------------------------------------


def _bases(
    described: ObjectDescribe, names: ObjectNames, models: Models, fields: Sequence[_Field]
) -> tuple[Annotation, ...]:
    """Return the bases of the object's SFType: only the verbs that the org allows."""
    model = Annotation((names.class_name,))
    create, update = Annotation((f"{names.class_name}Create",)), Annotation((f"{names.class_name}Update",))
    key = _upsert_key(fields)
    reads = described.queryable or described.retrieveable
    creates = described.createable and any(field.describe.createable for field in fields)
    updates = described.updateable and any(field.describe.updateable for field in fields)
    deletes = described.deletable
    if reads and creates and updates and deletes:
        return (Annotation.generic(symbol_of("SFType"), model, create, update, key),)
    bases = [
        Annotation.generic(symbol_of(name), model, *arguments)
        for name, arguments, allowed in (
            ("Reads", (), reads),
            ("Creates", (create,), creates),
            ("Updates", (update,), updates),
            ("Upserts", (create, update, key), creates and updates),
            ("Deletes", (), deletes),
        )
        if allowed
    ]
    return tuple(bases) or (Annotation.generic(symbol_of("ModelType"), model),)


def _upsert_key(fields: Sequence[_Field]) -> Annotation:
    keys = [field.describe.name for field in fields if is_key(field.describe)]
    if not keys:
        return Annotation((Symbol("typing", "Never"),))
    return Annotation.of(Symbol("typing", "Literal"), f"[{', '.join(map(literal, keys))}]")


# ---- the table -------------------------------------------------------------------------------------------------------


def _table(described: ObjectDescribe, names: ObjectNames, fields: Sequence[_Field], models: Models) -> ObjectTable:
    parents = [
        ParentRow(name, names.parents[name], field.name, field.reference_to)
        for name, field in _parent_fields(described, names)
    ]
    return ObjectTable(
        name=described.name,
        key_prefix=described.key_prefix,
        label=described.label,
        fields={field.attribute: _row(field) for field in fields},
        parents={row.attribute: row for row in parents},
        children={row.attribute: row for row in _child_rows(described, names, models)},
        record_types=dict(
            sorted((one.developer_name, one.id) for one in described.record_types if one.active),
        ),
    )


_FLAGS = (
    ("c", "createable"),
    ("u", "updateable"),
    ("r", "required_on_create"),
    ("n", "nillable"),
    ("f", "filterable"),
    ("s", "sortable"),
    ("g", "groupable"),
    ("a", "aggregatable"),
    ("x", "external_id"),
    ("i", "id_lookup"),
    ("q", "unique"),
    ("R", "restricted_picklist"),
)


def _row(field: _Field) -> FieldRow:
    describe = field.describe
    return FieldRow(
        name=describe.name,
        attribute=field.attribute,
        type=describe.type,
        flags="".join(letter for letter, flag in _FLAGS if getattr(describe, flag)),
        length=describe.length,
        precision=describe.precision,
        scale=describe.scale,
        label=describe.label,
        reference_to=describe.reference_to,
        relationship=describe.relationship_name,
        controller=describe.controller if describe.dependent_picklist else None,
        choices=tuple(
            Choice(value.value, value.label, value.active, value.default, value.valid_for)
            for value in describe.picklist_values
        ),
    )
