"""The shape of an answer: which column of a row becomes which key of which record, parents nested in children.

Salesforce document: REST API Developer Guide, "Query"; SOQL and SOSL Reference, "Relationship Queries".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..values import compound, decoder

if TYPE_CHECKING:
    from sfgen.describe import FieldDescribe

    from ..schema import Schema, SObject
    from .children import ChildPlan

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """What a record's address depends on, and the child rows fetched for this page, by relationship and parent id."""

    schema: Schema
    version: str
    children: Mapping[int, Mapping[str, Any]]

    def url(self, sobject: str, record_id: str) -> str:
        """Return the path of a record."""
        return f"/services/data/v{self.version}/sobjects/{sobject}/{record_id}"

    def attributes(self, sobject: str, record_id: str) -> dict[str, str]:
        """Return the `attributes` of a record."""
        return {"type": sobject, "url": self.url(sobject, record_id)}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value: its place in the row and how it is shown. `is_function` if a function makes it and not a field.

    `type` is that of the field or the function's result.
    """

    index: int
    decode: Callable[[Any], Any] | None
    is_function: bool = False
    type: str = ""

    def build(self, row: Row, context: Context) -> Any:
        """Return the value of a row."""
        value = row[self.index]
        return value if value is None or self.decode is None else self.decode(value)


@dataclass(frozen=True, slots=True)
class Compound:
    """An address or location, and the places of its components."""

    field: FieldDescribe
    parts: tuple[tuple[FieldDescribe, int], ...]

    def build(self, row: Row, context: Context) -> Any:
        """Return the address or location of a row."""
        return compound(self.field, ((part, row[index]) for part, index in self.parts))


@dataclass(frozen=True, slots=True)
class Blob:
    """A base64 field, which a query answers by its address."""

    name: str
    sobject: str
    id_index: int
    index: int

    def build(self, row: Row, context: Context) -> Any:
        """Return the path of the content of a row."""
        return None if row[self.index] is None else f"{context.url(self.sobject, row[self.id_index])}/{self.name}"


@dataclass(frozen=True, slots=True)
class Children:
    """A child relationship; `number` tells it from the query's others."""

    plan: ChildPlan
    number: int
    id_index: int

    def build(self, row: Row, context: Context) -> Any:
        """Return the children of a row."""
        return context.children[self.number].get(row[self.id_index])


@dataclass(slots=True)
class Record:
    """A record: `sobject` is None where the id tells the type. Null if the id is."""

    sobject: SObject | None
    id_index: int
    items: dict[str, Leaf | Compound | Blob | Children | Record | OneOf] = field(default_factory=dict)

    def build(self, row: Row, context: Context) -> Any:
        """Return the record of a row; None where the parent is null."""
        record_id = row[self.id_index]
        if record_id is None:
            return None
        if self.sobject is not None:
            name = self.sobject.name
        else:
            name = next((found.name for found in context.schema.of_id(record_id)), "Name")
        answer: dict[str, Any] = {"attributes": context.attributes(name, record_id)}
        for key, item in self.items.items():
            answer[key] = item.build(row, context)
        return answer


@dataclass(frozen=True, slots=True)
class OneOf:
    """TYPEOF: the first record that is there, else what ELSE selects."""

    whens: tuple[Record, ...]
    otherwise: Record

    def build(self, row: Row, context: Context) -> Any:
        """Return the record of a row, of whichever type it is."""
        for record in self.whens:
            if row[record.id_index] is not None:
                return record.build(row, context)
        return self.otherwise.build(row, context)


@dataclass(slots=True)
class Aggregate:
    """A row of grouped results."""

    items: dict[str, Leaf] = field(default_factory=dict)

    def build(self, row: Row, context: Context) -> Any:
        """Return the group of a row."""
        answer: dict[str, Any] = {"attributes": {"type": "AggregateResult"}}
        for key, item in self.items.items():
            answer[key] = item.build(row, context)
        return answer


def shown(described: FieldDescribe | None, kind: str, presentation: str | None) -> Callable[[Any], Any] | None:
    """Return how a stored value is shown, after toLabel() or FORMAT()."""
    if presentation == "tolabel" and described is not None:
        labels = {item.value: item.label for item in described.picklist_values}
        return lambda value: ";".join(labels.get(part, part) for part in str(value).split(";"))
    if presentation == "format":
        return _formatted(kind, described.scale if described is not None else 0)
    if kind in ("double", "currency", "percent"):
        return float
    return decoder(kind)


def _formatted(kind: str, scale: int) -> Callable[[Any], str]:
    if kind in ("int", "long", "double", "currency", "percent"):
        sign = "$" if kind == "currency" else ""
        digits = max(0, min(scale, 18))
        return lambda value: f"{sign}{value:,.{digits}f}"
    if kind in ("date", "datetime"):
        return lambda value: f"{int(value[5:7])}/{int(value[8:10])}/{value[:4]}{_clock(value)}"
    return str


def _clock(value: str) -> str:
    if len(value) < 16:
        return ""
    hour = int(value[11:13])
    return f", {(hour + 11) % 12 + 1}:{value[14:16]} {'AM' if hour < 12 else 'PM'}"
