"""Salesforce Files: what a new ContentVersion brings along, its ContentDocument and the links to it.

Whoever uploads a file creates a ContentVersion; the rest is the platform's doing.

Salesforce document: Object Reference, "ContentVersion", "ContentDocument", "ContentDocumentLink".
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING

from .errors import OrgError

if TYPE_CHECKING:
    from collections.abc import Callable

    from .schema import Schema, SObject
    from .store import SqlValue, Store

Values = dict[str, "SqlValue"]

_FOLDERS = re.compile(r"[\\/]")
# The types of files that the platform tells apart, by extension; there are more.
_FILE_TYPES = {
    **{name: name.upper() for name in ("pdf", "csv", "png", "gif", "svg", "html", "xml", "zip", "mp4", "mp3")},
    **dict.fromkeys(("jpg", "jpeg"), "JPG"),
    **dict.fromkeys(("txt", "text", "log", "md", "json"), "TEXT"),
    "doc": "WORD",
    "docx": "WORD_X",
    "xls": "EXCEL",
    "xlsx": "EXCEL_X",
    "ppt": "POWER_POINT",
    "pptx": "POWER_POINT_X",
}


class ContentFiles:
    """Completes the files of one org. `fill_in` gives a new row its id, owner, defaults and audit fields."""

    def __init__(self, schema: Schema, store: Store, fill_in: Callable[[SObject, Values], None]) -> None:
        self._schema = schema
        self._store = store
        self._fill_in = fill_in

    def prepare(self, sobject: SObject, values: Values) -> None:
        """Complete the values of a new ContentVersion, before they are checked; leave those of others alone.

        The document of a first version is made, the last version of a document gives way.

        Raises:
            OrgError: REQUIRED_FIELD_MISSING for a file without a name.
        """
        if sobject.name != "ContentVersion":
            return
        path, data = str(values.get("PathOnClient") or ""), values.get("VersionData")
        if data is not None and not path:
            message = "Required fields are missing: [PathOnClient]"
            raise OrgError(400, "REQUIRED_FIELD_MISSING", message, ["PathOnClient"])
        stem, dot, extension = _FOLDERS.split(path)[-1].rpartition(".")
        content = base64.b64decode(str(data)) if data is not None else b""
        values["Title"] = values.get("Title") or (stem if dot else extension) or None
        _put(
            sobject,
            values,
            Checksum=hashlib.md5(content, usedforsecurity=False).hexdigest(),
            ContentSize=len(content),
            FileExtension=extension if dot else None,
            FileType=_FILE_TYPES.get(extension.lower() if dot else "", "UNKNOWN"),
            IsLatest=1,
            PublishStatus="P",
            VersionNumber=str(self._give_way(sobject, values.get("ContentDocumentId")) + 1),
        )
        document = self._schema.get("ContentDocument")
        if values.get("ContentDocumentId") is None and document is not None and values["Title"] is not None:
            values["ContentDocumentId"] = self._make(document, **self._of_version(values))

    def publish(self, sobject: SObject, values: Values) -> None:
        """Let the document of a ContentVersion that was created point at it, and link the file where it belongs."""
        if sobject.name != "ContentVersion":
            return
        document = self._schema.get("ContentDocument")
        document_id, version_id = values.get("ContentDocumentId"), values["Id"]
        if document is not None and isinstance(document_id, str):
            row: Values = {}
            _put(document, row, **self._of_version(values), LatestPublishedVersionId=version_id)
            self._store.update(document, document_id, row)
        link = self._schema.get("ContentDocumentLink")
        if link is None or values.get("VersionNumber") not in (None, "1"):
            return
        shares = {"I": values.get("OwnerId"), "V": values.get("FirstPublishLocationId")}
        for share_type, entity_id in shares.items():
            if entity_id is not None and not (share_type == "V" and entity_id == values.get("OwnerId")):
                ends = {"LinkedEntityId": entity_id, "ContentDocumentId": document_id}
                self._make(link, **ends, ShareType=share_type, Visibility="AllUsers")

    def _of_version(self, values: Values) -> Values:
        """Return what a document has of its latest version."""
        keys = ("Title", "Description", "FileType", "FileExtension", "ContentSize", "OwnerId", "PublishStatus")
        return {key: values[key] for key in keys if values.get(key) is not None}

    def _give_way(self, version: SObject, document_id: SqlValue) -> int:
        """Let no version of a document be its latest; return how many there are."""
        if document_id is None:
            return 0
        ids = self._store.find(version, "ContentDocumentId", document_id, limit=-1)
        if version.field("IsLatest") is not None:
            for version_id in ids:
                self._store.update(version, version_id, {"IsLatest": 0})
        return len(ids)

    def _make(self, sobject: SObject, **values: SqlValue) -> str:
        row: Values = {}
        _put(sobject, row, **values)
        self._fill_in(sobject, row)
        self._store.insert(sobject, row)
        return str(row["Id"])


def _put(sobject: SObject, row: Values, **values: SqlValue) -> None:
    """Add those of the values for which the object has a field."""
    row |= {name: value for name, value in values.items() if sobject.field(name) is not None}
