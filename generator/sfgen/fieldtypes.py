"""From a describe field to its Python types: what reading gives, and what may be written.

Salesforce document: SOAP API Developer Guide, "Field Types"; Object Reference, "Compound Fields".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sfgen_runtime.model.kinds import kind_of

from .annotations import NONE, Annotation, Symbol, builtin, symbol
from .describe import FieldDescribe
from .ir import Alias

# A lookup to more objects than this is typed as one to any object: unions of dozens help nobody.
MAX_TARGETS = 8

_STR = builtin("str")
_NEVER = symbol("Never", "typing")
_ANY = symbol("Any", "typing")
_DECIMAL = symbol("Decimal", "decimal")
_DATE, _MOMENT, _TIME = (Annotation.of(Symbol("datetime"), f".{name}") for name in ("date", "datetime", "time"))
_NUMERIC = Annotation.union(_DECIMAL, builtin("float"))
_JSON = symbol("JsonValue")

# Read as, written as.
_SIMPLE: Mapping[str, tuple[Annotation, Annotation]] = {
    **dict.fromkeys(("string", "textarea", "phone", "email", "url", "encryptedstring"), (_STR, _STR)),
    "datacategorygroupreference": (_STR, _STR),
    "boolean": (builtin("bool"), builtin("bool")),
    "int": (builtin("int"), builtin("int")),
    "long": (builtin("int"), builtin("int")),
    "double": (builtin("float"), _NUMERIC),
    "percent": (builtin("float"), _NUMERIC),
    "currency": (_DECIMAL, _NUMERIC),
    "date": (_DATE, symbol("DateOnly")),
    "datetime": (_MOMENT, _MOMENT),
    "time": (_TIME, _TIME),
    "base64": (symbol("Blob"), builtin("bytes")),
    "address": (symbol("Address"), _NEVER),
    "location": (symbol("Location"), _NEVER),
    "json": (_JSON, _JSON),
    "anyType": (_JSON, _JSON),
    "complexvalue": (_JSON, _JSON),
}
KNOWN_TYPES = frozenset(_SIMPLE) | {"id", "reference", "picklist", "multipicklist", "combobox"}
"""The describe types that sfgen has a Python type for; any other is read and written as JSON."""


@dataclass(frozen=True, slots=True)
class FieldTypes:
    """The types of one field.

    `write` says what a create or update takes, whether or not the field is writable; `value` is that without null.
    """

    member: Annotation
    write: Annotation
    value: Annotation
    aliases: tuple[Alias, ...] = ()


@dataclass(frozen=True, slots=True)
class Models:
    """The models of the package that annotations may refer to: API name to (module, class).

    `keyed` are those whose records an external id or idLookup field identifies.
    """

    by_name: Mapping[str, tuple[str, str]]
    keyed: frozenset[str] = frozenset()

    def __contains__(self, name: str) -> bool:
        return name in self.by_name

    def model(self, name: str, suffix: str = "") -> Annotation:
        """Return the annotation of a model, or of the class beside it with this suffix."""
        module, class_name = self.by_name[name]
        return Annotation.of(Symbol(f".{module}"), f".{class_name}{suffix}")


def field_types(field: FieldDescribe, owner: str, models: Models, max_literal: int) -> FieldTypes:
    """Return the types of a field of `owner`. Picklists of more than `max_literal` values are plain text."""
    kind = kind_of(field.type, filterable=field.filterable, sortable=field.sortable, groupable=field.groupable)
    read_only = not (field.createable or field.updateable)
    if kind == "Key":
        return FieldTypes(Annotation.generic(symbol_of("Key"), models.model(owner)), _NEVER, _STR)
    if field.type in ("id", "reference"):
        return _reference(field, kind, owner, models, read_only)
    read, write, aliases = _value_types(field, max_literal)
    arguments = [_nullable(read, field)]
    if kind == "Multi":
        arguments.append(_choice_type(field, aliases))
    writable = _NEVER if read_only else _nullable(write, field)
    # pyright widens a default: a closed picklist says what may be written even where that is what is read.
    if writable != arguments[0] or (aliases and _closed(field)):
        arguments.append(writable)
    return FieldTypes(Annotation.generic(symbol_of(kind), *arguments), _nullable(write, field), write, aliases)


def symbol_of(kind: str) -> Symbol:
    """Return the symbol of a name in the runtime's model package."""
    return Symbol("sfgen_runtime.model", kind)


def _nullable(annotation: Annotation, field: FieldDescribe) -> Annotation:
    return Annotation.union(annotation, NONE) if field.nillable and annotation != _NEVER else annotation


def _value_types(field: FieldDescribe, max_literal: int) -> tuple[Annotation, Annotation, tuple[Alias, ...]]:
    if field.type == "multipicklist":
        aliases = _aliases(field, max_literal)
        chosen = _choice_type(field, aliases)
        collection = Annotation.generic(Symbol("collections.abc", "Collection"), chosen)
        return Annotation.generic(symbol_of("MultiPicklist"), chosen), collection, aliases
    if field.type in ("picklist", "combobox"):
        aliases = _aliases(field, max_literal)
        read = Annotation.union(*(Annotation((alias.name,)) for alias in aliases), *([] if aliases else [_STR]))
        write = Annotation((aliases[0].name,)) if aliases else _STR
        if aliases and not _closed(field):
            read = write = Annotation.union(write, _STR)
        return read, write, aliases
    read, write = _SIMPLE.get(field.type, (_JSON, _JSON))
    return read, write, ()


def _closed(field: FieldDescribe) -> bool:
    return field.restricted_picklist and field.type != "combobox"


def _choice_type(field: FieldDescribe, aliases: tuple[Alias, ...]) -> Annotation:
    if not aliases:
        return _STR
    name = Annotation((aliases[0].name,))
    return name if _closed(field) else Annotation.union(name, _STR)


def _aliases(field: FieldDescribe, max_literal: int) -> tuple[Alias, ...]:
    """Return the alias of the values that may be written and, where a closed picklist has some, of inactive ones."""
    active = _values(field, active=True)
    if not active or len(field.picklist_values) > max_literal:
        return ()
    aliases = [Alias(f"_{field.name}Value", active)]
    retired = tuple(value for value in _values(field, active=False) if value not in set(active))
    if retired and _closed(field) and field.type == "picklist":
        aliases.append(Alias(f"_{field.name}Retired", retired))
    return tuple(aliases)


def _values(field: FieldDescribe, *, active: bool) -> tuple[str, ...]:
    values = (value.value for value in field.picklist_values if value.active is active)
    return tuple(dict.fromkeys(value for value in values if value))


# ---- references ------------------------------------------------------------------------------------------------------


def _reference(field: FieldDescribe, kind: str, owner: str, models: Models, read_only: bool) -> FieldTypes:
    targets = (owner,) if field.type == "id" else field.reference_to
    known = [models.model(target) for target in targets if target in models]
    typed = 0 < len(known) == len(targets) <= MAX_TARGETS
    none = [NONE] if field.nillable else []
    if not targets or len(known) > MAX_TARGETS:
        write = Annotation.union(_STR, Annotation.generic(symbol_of("ByKey"), _ANY), *none)
    elif known:
        # Ids of targets that were not generated are plain text, which fits.
        write = _any_of("IdOrKey", known, none)
    else:
        write = _any_of("IdLike", [symbol("SObject")], none)
    if kind == "Reference" and typed and len(known) == 1:
        base = symbol_of("ReadOnlyReference" if read_only else "Reference")
        return FieldTypes(Annotation.generic(base, known[0], *([] if field.nillable else [_NEVER])), write, _STR)
    read = _any_of("Id", known if typed else [_ANY], none)
    base = symbol_of("AnyReference" if kind == "Reference" else kind)
    return FieldTypes(Annotation.generic(base, read, _NEVER if read_only else write), write, _STR)


def _any_of(name: str, models: Sequence[Annotation], none: list[Annotation]) -> Annotation:
    return Annotation.union(*(Annotation.generic(symbol_of(name), model) for model in models), *none)


@dataclass(frozen=True, slots=True)
class ParentTypes:
    """The types of one relationship: `member` on the model, and `onward` on a path that leads through the model."""

    member: Annotation
    onward: Annotation


def parent_types(field: FieldDescribe, owner: str, models: Models) -> ParentTypes:
    """Return the types of the relationship that a reference field of `owner` makes."""
    targets = field.reference_to
    known = [target for target in targets if target in models]
    single = known[0] if len(targets) == 1 and known else None
    if single is not None:
        record = models.model(single)
    elif 0 < len(known) <= MAX_TARGETS:
        others = [] if len(known) == len(targets) else [symbol("Name")]
        record = Annotation.union(*(models.model(target) for target in known), *others)
    else:
        record = symbol("Name")

    def path(root: Annotation, *null: Annotation) -> Annotation:
        name = models.model(single, "Path") if single is not None else symbol("NamePath")
        return Annotation.generic(name, root, *null)

    own, root = models.model(owner), symbol("Root")
    if field.nillable:
        return ParentTypes(
            Annotation.generic(symbol_of("Parent"), record, path(own, NONE)),
            Annotation.generic(symbol_of("PathParent"), path(root, NONE)),
        )
    return ParentTypes(
        Annotation.generic(symbol_of("RequiredParent"), record, path(own)),
        # Behind a parent that may be missing this one may be missing too.
        Annotation.generic(symbol_of("PathParent"), path(root, symbol("Null"))),
    )
