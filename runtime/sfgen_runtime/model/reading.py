"""Reading: validators that turn response bytes straight into records holding exactly what was selected.

A query knows its fields, so one pydantic-core schema is built of those alone, once for each selection. What was not
selected never enters the record, which is how "not selected", null and a value stay three states.

Reading is tolerant: any field may be null, and a picklist value that the org added yesterday is read as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, NamedTuple

from pydantic_core import SchemaValidator, ValidationError
from pydantic_core import core_schema as cs
from typing_extensions import TypeVar

from ..http import Response
from ..ids import Id
from ..json_codec import unreadable
from .caching import cached
from .making import maker
from .name_table import NAME_FIELDS
from .registry import table_of
from .values import Blob, MultiPicklist, read_address, read_location

if TYPE_CHECKING:
    from .sobject import SObject
    from .table import FieldRow

M = TypeVar("M", bound="SObject")
T = TypeVar("T")


class Selection(NamedTuple):
    """What a query selects of one object, by Python attribute; hashable, since validators are cached by it.

    `parents` holds a selection for each API name that the parent may have, in case it is polymorphic.

    Example:
        >>> Selection(Contact, ("Id", "LastName")).fields
        ('Id', 'LastName')
    """

    model: type[SObject]
    fields: tuple[str, ...]
    parents: tuple[tuple[str, tuple[tuple[str, Selection], ...]], ...] = ()
    children: tuple[tuple[str, Selection], ...] = ()


class ChildRecords(list[M], Generic[M]):
    """The children of one record that a query included. `nextRecordsUrl` is where more of them are, or None.

    Example:
        >>> record = sf.Account.select(Account.Name).include(Account.Contacts.select(Contact.LastName)).first()
        >>> len(record.Contacts) == record.Contacts.totalSize, record.Contacts.nextRecordsUrl
        (True, None)
    """

    __slots__ = ("nextRecordsUrl", "totalSize")

    def __init__(self, records: list[M], totalSize: int = 0, nextRecordsUrl: str | None = None) -> None:
        super().__init__(records)
        self.totalSize, self.nextRecordsUrl = totalSize, nextRecordsUrl

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (list(self), self.totalSize, self.nextRecordsUrl)


class Page(NamedTuple):
    """One page of records. `totalSize` counts the records of the whole query.

    Example:
        >>> first, _ = sf.Contact.select(Contact.LastName).batch_size(200).paged()
        >>> page = sf.execute(first)
        >>> len(page.records), page.totalSize > 200
        (200, True)
    """

    records: list[Any]
    totalSize: int
    nextRecordsUrl: str | None


def _drop_zone(value: Any) -> Any:
    # A time of day has no zone in Salesforce; the Z that the API writes means nothing.
    return value.replace(tzinfo=None)


_after = cs.no_info_after_validator_function
_text = cs.str_schema()
_by_type: dict[str, cs.CoreSchema] = {
    "id": _after(Id, _text),
    "reference": _after(Id, _text),
    "int": cs.int_schema(),
    "long": cs.int_schema(),
    "double": cs.float_schema(),
    "percent": cs.float_schema(),
    "currency": cs.decimal_schema(allow_inf_nan=False),
    "boolean": cs.bool_schema(),
    "date": cs.date_schema(),
    "datetime": cs.datetime_schema(),
    "time": _after(_drop_zone, cs.time_schema()),
    "multipicklist": _after(MultiPicklist.of, cs.union_schema([_text, cs.list_schema(_text)])),
    "address": _after(read_address, cs.dict_schema()),
    "location": _after(read_location, cs.dict_schema()),
    "base64": _after(Blob, _text),
    **dict.fromkeys(
        (
            "string",
            "textarea",
            "phone",
            "email",
            "url",
            "picklist",
            "combobox",
            "encryptedstring",
            "datacategorygroupreference",
        ),
        _text,
    ),
}
_nullable = {kind: cs.nullable_schema(schema) for kind, schema in _by_type.items()}
_anything = cs.any_schema()


def read_schema(row: FieldRow) -> cs.CoreSchema:
    """Return the schema that reads one field, null included; a type that sfgen doesn't know is read as it is."""
    return _nullable.get(row.type, _anything)


def record_schema(selection: Selection) -> cs.CoreSchema:
    """Return the schema of one record with exactly what is selected."""
    # Not model_schema: pydantic-core replaces that of a complete class by the class's own validator, unasked.
    return _after(maker(selection.model), cs.typed_dict_schema(_members(selection), extra_behavior="ignore"))


def _members(selection: Selection) -> dict[str, cs.TypedDictField]:
    table = table_of(selection.model)
    members = {}
    for attribute in selection.fields:
        # Behind a polymorphic lookup a target may be asked for what only `Name` has, such as its Type.
        field = table.fields.get(attribute) or NAME_FIELDS[attribute]
        members[attribute] = _member(field.name, attribute, read_schema(field))
    for attribute, targets in selection.parents:
        row = table.parents[attribute]
        parent = _parent(targets, polymorphic=len(row.targets) > 1)
        members[attribute] = _member(row.name, attribute, cs.nullable_schema(parent))
    for attribute, child in selection.children:
        members[attribute] = _member(table.children[attribute].name, attribute, _children(child))
    return members


def _member(name: str, attribute: str, schema: cs.CoreSchema) -> cs.TypedDictField:
    return cs.typed_dict_field(schema, validation_alias=name if name != attribute else None)


def _parent(targets: tuple[tuple[str, Selection], ...], *, polymorphic: bool) -> cs.CoreSchema:
    if len(targets) == 1 and not polymorphic:
        return record_schema(targets[0][1])
    known = {name: record_schema(selection) for name, selection in targets}
    return cs.tagged_union_schema(
        {**known, "": _after(untyped_record, cs.dict_schema())},
        discriminator=lambda value: name if (name := _type_name(value)) in known else "",
    )


def _type_name(value: Any) -> str:
    attributes = value.get("attributes") if isinstance(value, Mapping) else None
    return attributes.get("type", "") if isinstance(attributes, Mapping) else ""


def untyped_record(value: dict[str, Any]) -> SObject:
    """Make a `Name` of a record whose object was not generated; its fields are what JSON gives."""
    from .name import OtherRecord

    return OtherRecord.from_row({name: item for name, item in value.items() if name != "attributes"})


def _children(selection: Selection) -> cs.CoreSchema:
    field = cs.typed_dict_field
    answer = cs.typed_dict_schema(
        {
            "totalSize": field(cs.int_schema()),
            "records": field(cs.list_schema(record_schema(selection))),
            "nextRecordsUrl": field(_nullable["string"], required=False),
        },
        extra_behavior="ignore",
    )
    # The API writes null, not an empty list, where a record has no children.
    return _after(
        lambda page: ChildRecords(**page) if page is not None else ChildRecords([]), cs.nullable_schema(answer)
    )


@cached
def page_validator(selection: Selection) -> SchemaValidator:
    """Return the validator of a page of records."""
    field = cs.typed_dict_field
    return SchemaValidator(
        cs.typed_dict_schema(
            {
                "totalSize": field(cs.int_schema()),
                "records": field(cs.list_schema(record_schema(selection))),
                "nextRecordsUrl": field(_nullable["string"], required=False),
            },
            extra_behavior="ignore",
        )
    )


@cached
def whole_record_validator(model: type[Any]) -> SchemaValidator:
    """Return the validator of a record with whatever fields the org sends, each in its type."""
    members = {
        attribute: cs.typed_dict_field(
            read_schema(row), validation_alias=row.name if row.name != attribute else None, required=False
        )
        for attribute, row in table_of(model).fields.items()
    }
    return SchemaValidator(_after(maker(model), cs.typed_dict_schema(members, extra_behavior="ignore")))


# More digits than a double carries: such bodies are read with Decimals from the start.
_LONG_NUMBER = re.compile(rb"[:\[,]\s*-?(?:\d\.?){17,}")


def validate_json(validator: SchemaValidator, content: bytes, *, exact: bool) -> Any:
    """Validate a body; where `exact`, numbers of more than 16 digits keep all of them."""
    if exact and _LONG_NUMBER.search(content):
        return validator.validate_python(json.loads(content, parse_float=Decimal))
    return validator.validate_json(content)


def parse_with(validator: SchemaValidator, response: Response, *, exact: bool, what: str) -> Any:
    """Validate a response; `what` names the records in the error.

    Raises:
        SalesforceGeneralError: the body is not what was asked for: cut off, or not of this object.
    """
    try:
        return validate_json(validator, response.content, exact=exact)
    except (ValueError, RecursionError) as error:
        reason = _summary(error)
    # Not on top of the validator's own error, which holds the body.
    raise unreadable(
        response,
        f"the answer doesn't fit {what}: {reason}. If the object has changed since it was generated, run"
        " `sfgen generate` again",
    )


def _summary(error: ValueError | RecursionError) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


@cached
def page_parser(selection: Selection) -> Callable[[Response], Page]:
    """Return what reads a page of a query from its response; one function for each selection."""
    validator, exact = page_validator(selection), has_decimals(selection)

    def parse(response: Response) -> Page:
        page = parse_with(validator, response, exact=exact, what=f"a query of {table_of(selection.model).name}")
        return Page(page["records"], page["totalSize"], page.get("nextRecordsUrl"))

    return parse


@cached
def list_parser(selection: Selection) -> Callable[[Response], list[Any]]:
    """Return what reads a list of records, null where one isn't there; one function for each selection."""
    validator = SchemaValidator(cs.list_schema(cs.nullable_schema(record_schema(selection))))
    exact, what = has_decimals(selection), f"records of {table_of(selection.model).name}"

    def parse(response: Response) -> list[Any]:
        records: list[Any] = parse_with(validator, response, exact=exact, what=what)
        return records

    return parse


@cached
def record_parser(model: type[M]) -> Callable[[Response], M]:
    """Return what reads one record, with whatever fields the org sends."""
    validator = whole_record_validator(model)
    exact = any(row.type == "currency" for row in table_of(model).fields.values())

    def parse(response: Response) -> M:
        record: M = parse_with(validator, response, exact=exact, what=f"a record of {table_of(model).name}")
        return record

    return parse


_count = SchemaValidator(cs.typed_dict_schema({"totalSize": cs.typed_dict_field(cs.int_schema())}))


def count_of(response: Response) -> int:
    """Read the answer to ``SELECT COUNT()``."""
    counted: dict[str, int] = parse_with(_count, response, exact=False, what="a count")
    return counted["totalSize"]


def has_decimals(selection: Selection) -> bool:
    """Tell whether any selected field is read as a Decimal."""
    rows = table_of(selection.model).fields
    return any(name in rows and rows[name].type == "currency" for name in selection.fields) or any(
        has_decimals(inner) for inner in _inner(selection)
    )


def _inner(selection: Selection) -> Iterator[Selection]:
    for _, targets in selection.parents:
        for _, inner in targets:
            yield inner
    for _, inner in selection.children:
        yield inner
