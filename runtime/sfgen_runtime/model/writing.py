"""Writing: what a record may hold before it is sent, checked against the object's table.

Writing is strict: what describe lets one see coming is refused here, with the code that the org would answer.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..ids import Reference, is_record_id
from .caching import cached
from .checks import Refused, checked, nearest
from .dependencies import check_dependencies
from .errors import FieldProblem, InvalidRecord
from .keys import ByKey
from .registry import model_for, object_of, package_of, table_of
from .values import MultiPicklist

if TYPE_CHECKING:
    from .sobject import SObject
    from .table import FieldRow, ObjectTable, ParentRow

_set = object.__setattr__


def fill(record: SObject, values: dict[str, Any]) -> None:
    """Make `values`, already validated, the content of a new record."""
    _set(record, "__dict__", values)
    _set(record, "__pydantic_fields_set__", set(values))
    _set(record, "__pydantic_extra__", None)
    _set(record, "__pydantic_private__", None)


def validate_create(model: type[SObject], given: Mapping[str, Any], *, checks: bool = True) -> dict[str, Any]:
    """Return the values of a record to create, by attribute.

    Without `checks` only names are looked up, and the org judges the rest.

    Raises:
        InvalidRecord: a required field is missing, or a value is one that the org would refuse.
    """
    values, problems = _validate(model, given, _createable, checks=checks)
    if checks:
        faulty = {problem.field for problem in problems}
        problems += [problem for problem in _absent(model, values) if problem.field not in faulty]
    return _passed(model, values, problems)


def validate_update(model: type[SObject], given: Mapping[str, Any], *, checks: bool = True) -> dict[str, Any]:
    """Return the values of a record to update, by attribute.

    Without `checks` only names are looked up, and the org judges the rest.

    Raises:
        InvalidRecord: a value is one that the org would refuse.
    """
    return _passed(model, *_validate(model, given, _updateable, checks=checks))


def validate_upsert(model: type[SObject], given: Mapping[str, Any], *, checks: bool = True) -> dict[str, Any]:
    """Return the values of a record that is updated if it exists and created if not, by attribute.

    Without `checks` only names are looked up, and the org judges the rest.

    Raises:
        InvalidRecord: a value is one that the org would refuse.
    """
    return _passed(model, *_validate(model, given, _writable, checks=checks))


def changes(record: SObject, *, checks: bool = True) -> dict[str, Any]:
    """Return the values of a record that code has set: all of a new record, else what differs from what was read.

    Raises:
        InvalidRecord: a dependent picklist value is not allowed; everything else was checked when it was set.
    """
    changed = {name: value for name, value in record.__dict__.items() if name in record.model_fields_set}
    problems = list(check_dependencies(type(record), changed, record.__dict__)) if checks else []
    return _passed(type(record), changed, problems)


def to_create(model: type[SObject], data: SObject | Mapping[str, Any], *, checks: bool = True) -> dict[str, Any]:
    """Return what a create sends of a record or of a dict of its fields, by attribute.

    Raises:
        InvalidRecord: as `validate_create`, and for a record that was read from an org, since it has an id already.
    """
    own = _own(model, data)
    if own is not None and isinstance(own.__pydantic_fields_set__, set):
        return dict(own.__dict__)
    return validate_create(model, own.__dict__ if own is not None else _dict(data), checks=checks)


def to_update(model: type[SObject], data: SObject | Mapping[str, Any], *, checks: bool = True) -> dict[str, Any]:
    """Return what an update sends: of a record what code has set, of a dict all of it, by attribute."""
    own = _own(model, data)
    if own is None:
        return validate_update(model, _dict(data), checks=checks)
    changed = changes(own, checks=checks)
    # What a new record may hold isn't what an update may set.
    return validate_update(model, changed, checks=checks) if isinstance(own.__pydantic_fields_set__, set) else changed


def to_upsert(model: type[SObject], data: SObject | Mapping[str, Any], *, checks: bool = True) -> dict[str, Any]:
    """Return what an upsert sends: of a record what code has set, of a dict all of it, by attribute."""
    own = _own(model, data)
    return changes(own, checks=checks) if own is not None else validate_upsert(model, _dict(data), checks=checks)


def _own(model: type[SObject], data: SObject | Mapping[str, Any]) -> SObject | None:
    """Return `data` if it is a record of the model, None if it is a mapping."""
    if isinstance(data, model):
        return data
    if not isinstance(data, Mapping):
        raise TypeError(f"a {table_of(model).name} is made of a {model.__name__} or a dict, not of {data!r:.80}")
    return None


def _dict(data: SObject | Mapping[str, Any]) -> Mapping[str, Any]:
    assert isinstance(data, Mapping)  # noqa: S101  # _own has seen to it
    return data


def check_key(model: type[SObject], name: str) -> None:
    """Refuse to find a record by a field that doesn't identify it.

    Raises:
        InvalidRecord: the field is no external id and no idLookup field.
    """
    fields = table_of(model).fields.values()
    keys = [row.name for row in fields if is_key(row)]
    if name not in keys:
        reason = f"it is no external id or idLookup field; such are: {', '.join(keys) or 'none'}"
        _passed(model, {}, [FieldProblem("INVALID_FIELD", name, reason)])


def _passed(model: type[SObject], values: dict[str, Any], problems: list[FieldProblem]) -> dict[str, Any]:
    if problems:
        raise InvalidRecord(table_of(model).name, tuple(problems))
    return values


def validate_field(model: type[SObject], name: str, value: Any, *, is_new: bool) -> Any:
    """Return the value of one attribute that is set on a record.

    Raises:
        AttributeError: the model has no such attribute, or it is read-only.
        InvalidRecord: the org would refuse the value.
    """
    table = table_of(model)
    if (parent := table.parents.get(name)) is not None:
        lookup = _lookup(table, parent)
        raise AttributeError(
            f"{model.__name__}.{name} can't be set: set {lookup.attribute if lookup else parent.field} to the parent's"
            " id, or to what its by_key() makes"
        )
    if name in table.children:
        raise AttributeError(f"{model.__name__}.{name} can't be set: set the lookup of each child record")
    if (row := table.fields.get(name)) is None:
        raise AttributeError(f"{model.__name__} has no field {name!r}{nearest(name, table.fields)}")
    if not (row.createable if is_new else row.updateable):
        raise AttributeError(f"{model.__name__}.{name} is read-only")
    try:
        return _checked_for(model, row, value)
    except Refused as refused:
        return _passed(model, {}, [FieldProblem(refused.code, row.name, refused.message)])


def check_id(model: type[SObject], record_id: object) -> None:
    """Refuse the id of another object's record.

    Raises:
        InvalidRecord: `record_id` is a well-formed id whose key prefix is not the model's.
    """
    if not isinstance(record_id, str):
        raise TypeError(f"a {model.__name__} is found by its id, a str, not by a {type(record_id).__name__}")
    prefix = table_of(model).key_prefix
    # Nearly all are the object's own, which costs least to tell.
    if prefix and not record_id.startswith(prefix) and is_record_id(record_id):
        _passed(model, {}, [FieldProblem("MALFORMED_ID", "Id", _of_another(record_id, [prefix]))])


def to_wire(model: type[SObject], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return validated values by API name, in the form that JSON encoding takes."""
    table = table_of(model)
    wire: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, ByKey):
            wire.update(_by_key(table, name, value))
        elif (row := table.fields.get(name) or table.parents.get(name)) is not None:
            wire[row.name] = _wire_value(value)
        else:
            _passed(model, {}, [FieldProblem("INVALID_FIELD", name, f"{table.name} has no such field")])
    return wire


def _by_key(table: ObjectTable, attribute: str, key: ByKey[Any]) -> dict[str, Any]:
    """Name the relationship in place of the lookup; a polymorphic one must say what it points to."""
    field = table.fields[attribute].name
    parent = next((row for row in table.parents.values() if row.field == field), None)
    if parent is None:
        raise TypeError(f"{table.name}.{field} has no relationship name, so it can only be set by id")
    reference: dict[str, Any] = {key.field: key.value}
    if len(parent.targets) > 1:
        reference["attributes"] = {"type": table_of(key.model).name}
    return {parent.name: reference}


def _wire_value(value: Any) -> Any:
    match value:
        case MultiPicklist():
            return str(value)
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case _:
            return value


def _createable(row: FieldRow) -> str:
    return "" if row.createable else "createable"


def _updateable(row: FieldRow) -> str:
    return "" if row.updateable else "updateable"


def _writable(row: FieldRow) -> str:
    return "" if row.createable or row.updateable else "writable"


def _validate(
    model: type[SObject], given: Mapping[str, Any], lacks: Callable[[FieldRow], str], *, checks: bool
) -> tuple[dict[str, Any], list[FieldProblem]]:
    """Return the values by attribute, and what is wrong; `lacks` says what a field isn't that it must be."""
    table, by_name = table_of(model), _renamed(model)
    values: dict[str, Any] = {}
    problems: list[FieldProblem] = []
    for key, value in given.items():
        attribute = by_name.get(key, key)
        row = table.fields.get(attribute)
        if row is None:
            if attribute in table.parents:
                values[attribute] = dict(value) if isinstance(value, Mapping) else value
                if checks and (fault := parent_fault(model, table.parents[attribute], value, given, lacks)):
                    problems.append(FieldProblem("INVALID_FIELD", key, fault))
            else:
                reason = f"{table.name} has no such field{nearest(key, table.fields)}"
                problems.append(FieldProblem("INVALID_FIELD", key, reason))
        elif not checks:
            values[attribute] = value
        elif missing := lacks(row):
            reason = f"it is not {missing}; leave it out"
            problems.append(FieldProblem("INVALID_FIELD_FOR_INSERT_UPDATE", row.name, reason))
        else:
            try:
                values[attribute] = _checked_for(model, row, value)
            except Refused as refused:
                problems.append(FieldProblem(refused.code, row.name, refused.message))
    if checks:
        problems += check_dependencies(model, values, values)
    return values, problems


def parent_fault(
    model: type[SObject], parent: ParentRow, value: Any, given: Mapping[str, Any], lacks: Callable[[FieldRow], str]
) -> str:
    """Return what is wrong with a parent that is given by key, such as ``{"ERP_Id__c": "C-1"}``, or nothing."""
    if not isinstance(value, Mapping):
        return f"give the parent's key, such as {{field: value}}, or set {parent.field}"
    keys = [name for name in value if name != "attributes"]
    if len(keys) != 1:
        return f"a parent is given by one field that identifies it, not by {len(keys)}"
    target = model_for(package_of(model), parent.targets[0]) if len(parent.targets) == 1 else None
    if target is not None and keys[0] not in {one.name for one in table_of(target).fields.values() if is_key(one)}:
        return f"{keys[0]} doesn't identify a {parent.targets[0]}: it is no external id and no idLookup field"
    lookup = _lookup(table_of(model), parent)
    if lookup is not None and (missing := lacks(lookup)):
        return f"{lookup.name}, which it stands for, is not {missing}; leave it out"
    if lookup is not None and not given.keys().isdisjoint((lookup.attribute, lookup.name)):
        return f"{lookup.name} is given too, and the org takes one of the two"
    return ""


def _lookup(table: ObjectTable, parent: ParentRow) -> FieldRow | None:
    """Return the field that holds the parent's id."""
    return next((row for row in table.fields.values() if row.name == parent.field), None)


def is_key(row: FieldRow) -> bool:
    """Tell whether a field identifies a record: an external id or idLookup field."""
    return "x" in row.flags or "i" in row.flags


def _checked_for(model: type[SObject], row: FieldRow, value: Any) -> Any:
    kept = checked(row, value)
    if row.reference_to and kept and not isinstance(kept, Reference):
        prefixes = _prefixes(model, row.attribute)
        if isinstance(kept, ByKey):
            if table_of(kept.model).name not in row.reference_to:
                reason = f"it takes a {' or '.join(row.reference_to)}, and the key is of a {table_of(kept.model).name}"
                raise Refused("FIELD_INTEGRITY_EXCEPTION", reason)
        elif prefixes and not kept.startswith(tuple(prefixes)):
            raise Refused("FIELD_INTEGRITY_EXCEPTION", _of_another(kept, prefixes))
        elif not prefixes and (other := object_of(package_of(model), kept)) and other not in row.reference_to:
            reason = f"it takes a {_listed(row.reference_to)}, and {str(kept)!r} is the id of a {other}"
            raise Refused("FIELD_INTEGRITY_EXCEPTION", reason)
    return kept


def _listed(targets: Sequence[str]) -> str:
    more = f" or one of {len(targets) - 4} more objects" if len(targets) > 4 else ""
    return " or ".join(targets[:4]) + more


def _of_another(record_id: str, prefixes: Sequence[str]) -> str:
    return f"{record_id!r} is the id of another object; here they start with {' or '.join(prefixes)}"


@cached
def _prefixes(model: type[SObject], attribute: str) -> Sequence[str]:
    """Return the key prefixes that a lookup's ids may have, or nothing where one of its targets is not known."""
    targets = table_of(model).fields[attribute].reference_to
    models = [model_for(package_of(model), target) for target in targets]
    prefixes = [table_of(one).key_prefix if one is not None else None for one in models]
    return [] if None in prefixes else [prefix for prefix in prefixes if prefix]


@cached
def _renamed(model: type[SObject]) -> Mapping[str, str]:
    """Return the attributes of fields that are called something else in Python, by API name; few are."""
    return {row.name: attribute for attribute, row in table_of(model).fields.items() if row.name != attribute}


@cached
def _required(model: type[SObject]) -> tuple[tuple[str, FieldRow, tuple[str, ...]], ...]:
    """Return the required fields: attribute, row, and the parents that may be given in their place.

    A lookup may also be set by the parent's external id: ``{"Account": {"ERP_Id__c": "x"}}``.
    """
    table = table_of(model)
    return tuple(
        (attribute, row, tuple(parent.attribute for parent in table.parents.values() if parent.field == row.name))
        for attribute, row in table.fields.items()
        if row.required
    )


def _absent(model: type[SObject], values: Mapping[str, Any]) -> Iterator[FieldProblem]:
    for attribute, row, parents in _required(model):
        if values.get(attribute) is None and not any(values.get(parent) for parent in parents):
            yield FieldProblem("REQUIRED_FIELD_MISSING", row.name, "it is required; give it a value")
