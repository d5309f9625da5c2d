"""SObject: the base of generated models, which at run time are pydantic models.

A record holds only what was selected or set. Reading anything else raises `FieldNotSelected`; it never reads as None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic_core import core_schema as cs

from . import writing
from .errors import FieldNotSelected
from .keys import ByKey
from .kinds import COLUMNS, kind_of
from .making import maker
from .paths import Path
from .reading import ChildRecords, read_schema, untyped_record
from .registry import model_for, package_of, table_of

if TYPE_CHECKING:
    from .expressions import AnyExpr
    from .table import ChildRow, FieldRow, ObjectTable, ParentRow

    class _Model:
        """What type checkers see of pydantic's BaseModel.

        Its metaclass is a `dataclass_transform`: seen by type checkers it would make them synthesise a constructor for
        each model and each path class, at 1.7 times the time, where the generated constructor says more.
        """

        def model_dump(
            self,
            *,
            mode: Literal["python", "json"] = "python",
            include: set[str] | None = None,
            exclude: set[str] | None = None,
            exclude_unset: bool = False,
            exclude_none: bool = False,
        ) -> dict[str, Any]:
            """Return the record as a dict, parents and children included."""
            ...

        def model_dump_json(
            self,
            *,
            indent: int | None = None,
            include: set[str] | None = None,
            exclude: set[str] | None = None,
            exclude_unset: bool = False,
            exclude_none: bool = False,
        ) -> str:
            """Return the record as JSON, parents and children included."""
            ...

        def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
            """Return a copy of the record, `update` taken over without validation."""
            ...

        @classmethod
        def model_validate(cls, obj: Any) -> Self:
            """Read a record from a mapping, as the org would have sent it: any field, none required."""
            ...

        @classmethod
        def model_validate_json(cls, json_data: str | bytes) -> Self:
            """Read a record from JSON, as the org would have sent it: any field, none required."""
            ...

        @classmethod
        def model_json_schema(cls) -> dict[str, Any]:
            """Return the JSON Schema of a record as it is read."""
            ...

        @property
        def model_fields_set(self) -> set[str]:
            """The attributes that were set by code and not read from the org: what an update would send."""
            ...

else:
    from pydantic import BaseModel, ConfigDict

    class _ModelMeta(type(BaseModel)):
        """Answers for fields on the class: `Contact.LastName` is a column, `Contact.Account` a path."""

        def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any) -> type:
            # pydantic would collect and evaluate every annotation at import; the table says the same when first asked.
            generated = any(isinstance(base, _ModelMeta) for base in bases)
            annotations = namespace.pop("__annotations__", {}) if generated else {}
            model = super().__new__(mcs, name, bases, namespace, **options)
            if generated:
                model.__annotations__ = annotations
            return model

        def __getattr__(cls, name: str) -> Any:
            if not name.startswith("_") and cls.__sobject__:
                found = column_of(cls, name)
                if found is not None:
                    return found
                raise AttributeError(_unknown(cls, name))
            return super().__getattr__(name)

        def __dir__(cls) -> list[str]:
            if not cls.__sobject__:
                return super().__dir__()
            table = table_of(cls)
            return [*super().__dir__(), *table.fields, *table.parents, *table.children]

    class _Model(BaseModel, metaclass=_ModelMeta):
        model_config = ConfigDict(defer_build=True, protected_namespaces=())


class SObject(_Model):
    """A record. Generated models derive from it; itself it is a record of an object that was not generated.

    Example:
        >>> contact = Contact(LastName="Smith")
        >>> contact.LastName
        'Smith'
    """

    __sobject__: ClassVar[str] = ""

    if TYPE_CHECKING:
        __pydantic_fields_set__: set[str] | frozenset[str]
    else:

        def __init__(self, **fields: Any) -> None:
            writing.fill(self, writing.validate_create(type(self), fields))

        def __getattr__(self, name: str) -> Any:
            if not name.startswith("_"):
                raise _missing(self, name)
            return super().__getattr__(name)

        def __setattr__(self, name: str, value: Any) -> None:
            if name.startswith("_"):
                super().__setattr__(name, value)
            else:
                self.__dict__[name] = writing.validate_field(type(self), name, value, is_new=is_new(self))
                changed = self.__pydantic_fields_set__
                _set(self, "__pydantic_fields_set__", type(changed)((*changed, name)))

        def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
            """Return a copy of the record, `update` taken over without validation.

            Example:
                >>> Contact(LastName="Smith").model_copy(update={"FirstName": "Jo"})
                Contact(LastName='Smith', FirstName='Jo')
            """
            copied = self.__deepcopy__() if deep else self.__copy__()
            if update:
                changed = copied.__pydantic_fields_set__
                copied.__dict__.update(update)
                _set(copied, "__pydantic_fields_set__", type(changed)((*changed, *update)))
            return copied

        @classmethod
        def by_key(cls, **key: Any) -> ByKey[Self]:
            """Name a record by a field that identifies it, for a lookup whose id is not known.

            Generated models list their external id and idLookup fields here.

            Example:
                >>> Contact(LastName="Smith", AccountId=Account.by_key(ERP_Id__c="C-100001"))
                Contact(LastName='Smith', AccountId=ByKey(model=..., field='ERP_Id__c', value='C-100001'))
            """
            rows = table_of(cls).fields
            if len(key) != 1:
                raise TypeError(f"{cls.__name__}.by_key() takes one field, not {len(key)}")
            ((name, value),) = key.items()
            if name not in rows or not {"x", "i"} & set(rows[name].flags):
                raise TypeError(f"{cls.__name__}.{name} is no external id or idLookup field")
            return ByKey(cls, rows[name].name, value)

        @classmethod
        def __get_pydantic_core_schema__(cls, source: Any, handler: object) -> cs.CoreSchema:
            return _core_schema(cls)

    @classmethod
    def model_construct(cls, _fields_set: set[str] | None = None, **values: Any) -> Self:
        """Make a new record of values that nothing checks: the org will judge them.

        Example:
            >>> Contact.model_construct(LastName="x" * 100, LeadSource="Unheard of")
            Contact(LastName='xxx...', LeadSource='Unheard of')
        """
        record = cls.__new__(cls)
        writing.fill(record, values)
        return record

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Self:
        """Make a record of values that are already validated, by attribute; nothing counts as changed.

        Example:
            >>> record = Contact.from_row({"LastName": "Smith"})
            >>> record.LastName, hasattr(record, "FirstName")
            ('Smith', False)
        """
        return maker(cls)(row)

    # A record can change, and equality is that of its content.
    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        """Tell whether `other` is a record of the same model that holds the same values of the same fields."""
        return type(other) is type(self) and other.__dict__ == self.__dict__

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        """Yield what the record holds, for its repr."""
        yield from self.__dict__.items()


_set = object.__setattr__


def is_new(record: SObject) -> bool:
    """Tell whether the record was made in Python and not read from an org."""
    return isinstance(record.__pydantic_fields_set__, set)


def column_of(model: type[SObject], name: str) -> AnyExpr | Path | Any | None:
    """Return the column, path or child relationship with this attribute name, or None."""
    table = table_of(model)
    if (row := table.fields.get(name)) is not None:
        return make_column(model, (row.name,), row)
    if name in table.parents:
        return Path(model, model, (), table.parents[name])
    if (child := table.children.get(name)) is not None:
        from .query import ChildRelationship

        return ChildRelationship(model, child)
    return None


def make_column(root: object, path: tuple[str, ...], row: FieldRow) -> AnyExpr:
    """Return a column of the class that describe's flags make it."""
    kind = kind_of(row.type, filterable="f" in row.flags, sortable="s" in row.flags, groupable="g" in row.flags)
    return COLUMNS[kind](root, path, row)


def _names(table: ObjectTable) -> Iterator[str]:
    yield from table.fields
    yield from table.parents
    yield from table.children


def _unknown(model: type[SObject], name: str) -> str:
    from .checks import nearest

    return f"{model.__name__} has no field {name!r}{nearest(name, list(_names(table_of(model))))}"


def _missing(record: SObject, name: str) -> AttributeError:
    model = type(record)
    if not model.__sobject__:
        return FieldNotSelected(
            f"the record has no field {name!r}: its object was not generated, and the query did not select it"
        )
    table = table_of(model)
    if name not in set(_names(table)):
        return AttributeError(_unknown(model, name))
    if is_new(record):
        return FieldNotSelected(
            f"{model.__name__}.{name} is not set on this new record, and the org knows nothing of it yet"
        )
    if name in table.children:
        remedy = f"add `.include({model.__name__}.{name}.select(...))` to the query"
    elif name in table.parents:
        remedy = f"add a column such as `{model.__name__}.{name}.Id` to the query's select"
    else:
        remedy = f"add `{model.__name__}.{name}` to the query's select, or the path to it where the record is a parent"
    return FieldNotSelected(f"{model.__name__}.{name} was not selected; {remedy}")


def _core_schema(model: type[SObject]) -> cs.CoreSchema:
    """How pydantic reads and writes the model: from JSON or a mapping as the org sends it, with no field required."""
    if not model.__sobject__:
        row = cs.no_info_after_validator_function(model.from_row, cs.dict_schema(cs.str_schema()))
    else:
        table = table_of(model)
        members = {
            attribute: _optional(field.name, attribute, read_schema(field)) for attribute, field in table.fields.items()
        }
        # Related records are read by their own models, which are loaded when such a record comes.
        for attribute, parent in table.parents.items():
            members[attribute] = _optional(parent.name, attribute, _read_by(partial(_parent_of, model, parent)))
        for attribute, child in table.children.items():
            members[attribute] = _optional(child.name, attribute, _read_by(partial(_children_of, model, child)))
        row = cs.no_info_after_validator_function(model.from_row, cs.typed_dict_schema(members))
    return cs.json_or_python_schema(
        json_schema=row,
        python_schema=cs.union_schema([cs.is_instance_schema(model), row]),
        serialization=cs.plain_serializer_function_ser_schema(_dump, info_arg=True),
    )


def _optional(name: str, attribute: str, schema: cs.CoreSchema) -> cs.TypedDictField:
    return cs.typed_dict_field(schema, validation_alias=name if name != attribute else None, required=False)


def _read_by(read: Callable[[Any], Any]) -> cs.CoreSchema:
    return cs.no_info_before_validator_function(read, cs.any_schema())


def _parent_of(model: type[SObject], row: ParentRow, value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    attributes = value.get("attributes")
    name = attributes.get("type", "") if isinstance(attributes, Mapping) else ""
    if not name and len(row.targets) == 1:
        name = row.targets[0]
    parent = model_for(package_of(model), name) if name in row.targets else None
    return untyped_record(dict(value)) if parent is None else parent.model_validate(value)


def _children_of(model: type[SObject], row: ChildRow, value: Any) -> Any:
    child = model_for(package_of(model), row.child)
    if child is None or isinstance(value, ChildRecords):
        return value
    records = value.get("records", ()) if isinstance(value, Mapping) else value or ()
    read = [child.model_validate(record) for record in records]
    return ChildRecords(read, len(read))


def _dump(record: SObject, info: Any) -> dict[str, Any]:
    # Values are left to pydantic's own inference, which knows Decimals, dates and the records of other models.
    return {
        name: _tagged(record, name, value, info)
        for name, value in record.__dict__.items()
        if not (info.exclude_unset and name not in record.__pydantic_fields_set__)
        and not (info.exclude_none and value is None)
        and not (info.include is not None and name not in info.include)
        and not (info.exclude is not None and name in info.exclude)
    }


def _tagged(record: SObject, name: str, value: Any, info: Any) -> Any:
    """Say what a polymorphic parent is, as the API does, so that it can be read again."""
    if isinstance(value, SObject | ChildRecords):
        _build_models(value)
    if not isinstance(value, SObject) or not value.__sobject__ or not record.__sobject__:
        return value
    row = table_of(type(record)).parents.get(name)
    if row is None or len(row.targets) < 2:
        return value
    return {"attributes": {"type": value.__sobject__}, **_dump(value, info)}


def _build_models(related: SObject | ChildRecords[Any]) -> None:
    """Have pydantic build the models of related records, which 2.11 can't write before that."""
    models: set[Any] = {type(related)} if isinstance(related, SObject) else {*map(type, related)}
    for model in models:
        model.model_rebuild()
