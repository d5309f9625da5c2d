"""Docstrings of generated models: what describe says of an object or field, in words."""

from __future__ import annotations

from collections.abc import Iterator

from .describe import FieldDescribe, ObjectDescribe
from .text import sentence

_CAPABILITIES = (
    ("queryable", "query"),
    ("createable", "create"),
    ("updateable", "update"),
    ("deletable", "delete"),
)


def object_doc(described: ObjectDescribe) -> tuple[str, ...]:
    """Return the paragraphs of a model's docstring."""
    facts = [f"sObject {described.name}"]
    if described.key_prefix:
        facts.append(f"key prefix {described.key_prefix}")
    missing = [verb for flag, verb in _CAPABILITIES if not getattr(described, flag)]
    if missing:
        facts.append(f"no {', no '.join(missing)}")
    return (sentence(described.label), sentence("; ".join(facts)))


def field_doc(field: FieldDescribe) -> tuple[str, ...]:
    """Return the paragraphs of a field's docstring: label, what it takes, and its help text."""
    paragraphs = [" ".join([sentence(field.label), *_facts(field)])]
    if field.help_text:
        paragraphs.append(sentence(field.help_text))
    if field.formula:
        paragraphs.append(sentence(f"Formula: {field.formula}"))
    return tuple(paragraph for paragraph in paragraphs if paragraph)


def _facts(field: FieldDescribe) -> Iterator[str]:
    if field.required_on_create:
        yield "Required on create."
    if field.auto_number:
        yield "Auto-number."
    elif field.calculated:
        yield "Calculated."
    if field.external_id:
        yield "External id."
    if field.createable != field.updateable:
        yield "Set on create only." if field.createable else "Set on update only."
    if size := _size(field):
        yield f"{size}."


def _size(field: FieldDescribe) -> str:
    if field.type in ("currency", "double", "percent") and field.precision:
        return f"Up to {field.precision - field.scale} digits before the decimal point, {field.scale} after"
    if field.type in ("string", "textarea", "url", "email", "phone", "encryptedstring") and field.length:
        return f"Up to {field.length:,} characters"
    return ""
