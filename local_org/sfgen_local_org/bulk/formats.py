"""The three content types of Bulk API 1.0: records as they come in, results and rows as they go out.

Salesforce document: Bulk API 2.0 and Bulk API Developer Guide, "Bulk API: Prepare Data Files", "Get Batch Results",
"Get Bulk Query Results".
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from .csv_text import BadBatch
from .writing import error_text

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from ..errors import OrgError
    from .writing import Results

NAMESPACE = "http://www.force.com/2009/06/asyncapi/dataload"
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_NOT_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
_DEEPEST = 20


# -- in


def parse_json_records(body: bytes) -> list[dict[str, Any]]:
    """Return the records of a JSON batch.

    Raises:
        BadBatch: the body is no JSON array of objects.
    """
    try:
        records = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadBatch("InvalidBatch", f"Failed to parse JSON: {error}") from None
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise BadBatch("InvalidBatch", "Failed to parse JSON: a batch is an array of objects")
    return records


def parse_xml_records(body: bytes) -> list[dict[str, Any]]:
    """Return the records of an XML batch.

    Raises:
        BadBatch: the body is no `sObjects` document.
    """
    root = parse_xml(body)
    if root is None or _local(root.tag) != "sObjects":
        raise BadBatch("InvalidBatch", "Failed to parse XML: a batch is a document of sObjects")
    return [_xml_record(element, 0) for element in root]


def parse_xml(body: bytes) -> Element | None:
    """Return the root of a document, or None for what is none or has a document type."""
    try:
        root: Element = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return None
    return root


def _xml_record(element: Element, depth: int) -> dict[str, Any]:
    if depth > _DEEPEST:
        raise BadBatch("InvalidBatch", "Failed to parse XML: nested too deeply")
    record: dict[str, Any] = {}
    for child in element:
        name = _local(child.tag)
        if name == "type":
            record["attributes"] = {"type": (child.text or "").strip()}
        elif child.get(f"{{{_INSTANCE}}}nil") == "true":
            record[name] = None
        elif len(child):
            # A parent: <Account><sObject><Ext__c>x</Ext__c></sObject></Account>, or without the sObject.
            inner = child[0] if len(child) == 1 and _local(child[0].tag) == "sObject" else child
            record[name] = _xml_record(inner, depth + 1)
        elif child.text:
            record[name] = child.text
    return record


def flat(element: Element) -> dict[str, str]:
    """Return the texts of an element's children by their names."""
    return {_local(child.tag): (child.text or "").strip() for child in element}


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


# -- out


def document(name: str, values: Mapping[str, Any]) -> bytes:
    """Return an XML document with an element a value."""
    return f'{_DECLARATION}<{name} xmlns="{NAMESPACE}">{_elements(values)}</{name}>'.encode()


def documents(name: str, item: str, many: Iterable[Mapping[str, Any]]) -> bytes:
    """Return an XML document with one element for each of many."""
    inner = "".join(f"<{item}>{_elements(values)}</{item}>" for values in many)
    return f'{_DECLARATION}<{name} xmlns="{NAMESPACE}">{inner}</{name}>'.encode()


def texts(name: str, item: str, many: Iterable[str]) -> bytes:
    """Return an XML document with one element for each text."""
    inner = "".join(f"<{item}>{xml_text(text)}</{item}>" for text in many)
    return f'{_DECLARATION}<{name} xmlns="{NAMESPACE}">{inner}</{name}>'.encode()


def xml_text(value: object) -> str:
    """Return a value as the text of an element."""
    if isinstance(value, bool):
        return str(value).lower()
    return escape(_NOT_XML.sub("", str(value)))


def _elements(values: Mapping[str, Any]) -> str:
    return "".join(f"<{name}>{xml_text(value)}</{name}>" for name, value in values.items() if value is not None)


class Frame:
    """How many items become one document: what comes before, between and after them."""

    def __init__(self, head: str, between: str, tail: str) -> None:
        self.head = head.encode()
        self.between = between.encode()
        self.tail = tail.encode()


RESULTS = {
    "CSV": Frame('"Id","Success","Created","Error"\n', "", ""),
    "JSON": Frame("[", ",", "]"),
    "XML": Frame(f'{_DECLARATION}<results xmlns="{NAMESPACE}" xmlns:xsi="{_INSTANCE}">', "", "</results>"),
}
ROWS = {
    "JSON": Frame("[", ",", "]"),
    "XML": Frame(f'{_DECLARATION}<queryResult xmlns="{NAMESPACE}" xmlns:xsi="{_INSTANCE}">', "", "</queryResult>"),
}


def results_text(results: Results, kind: str) -> str:
    """Return the results of some rows, in the form of a content type."""
    rows = [
        (record_id, created, results.errors.get(number))
        for number, (record_id, created) in enumerate(zip(results.ids, results.created, strict=True))
    ]
    if kind == "CSV":
        text = io.StringIO(newline="")
        csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(
            (record_id or "", _flag(error is None), _flag(created), error_text(error) if error is not None else "")
            for record_id, created, error in rows
        )
        return text.getvalue()
    if kind == "JSON":
        return ",".join(json.dumps(_json_result(*row), separators=(",", ":")) for row in rows)
    return "".join(_xml_result(*row) for row in rows)


def rows_text(records: Iterable[Mapping[str, Any]], kind: str) -> str:
    """Return rows of a query, in the form of a content type."""
    if kind == "JSON":
        return ",".join(json.dumps(record, separators=(",", ":")) for record in records)
    return "".join(f'<records xsi:type="sObject">{_xml_row(record)}</records>' for record in records)


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _json_result(record_id: str | None, created: bool, error: OrgError | None) -> dict[str, Any]:
    errors = []
    if error is not None:
        item = {"message": error.message, "fields": error.fields, "statusCode": error.code}
        errors.append(item | {"extendedErrorDetails": None})
    return {"success": error is None, "created": created, "id": record_id, "errors": errors}


def _xml_result(record_id: str | None, created: bool, error: OrgError | None) -> str:
    inner = f"<id>{record_id}</id>" if record_id is not None else '<id xsi:nil="true"/>'
    if error is not None:
        fields = "".join(f"<fields>{xml_text(field)}</fields>" for field in error.fields)
        code, message = f"<statusCode>{error.code}</statusCode>", f"<message>{xml_text(error.message)}</message>"
        inner = f"<errors>{fields}{message}{code}</errors>"
    return f"<result>{inner}<success>{_flag(error is None)}</success><created>{_flag(created)}</created></result>"


def _xml_row(record: Mapping[str, Any]) -> str:
    pieces: list[str] = []
    for name, value in record.items():
        if name == "attributes":
            pieces.append(f"<type>{xml_text(value['type'])}</type>")
        elif value is None:
            pieces.append(f'<{name} xsi:nil="true"/>')
        elif isinstance(value, dict):
            pieces.append(f'<{name} xsi:type="sObject">{_xml_row(value)}</{name}>')
        else:
            pieces.append(f"<{name}>{xml_text(value)}</{name}>")
    return "".join(pieces)
