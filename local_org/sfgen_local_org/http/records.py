"""`sobjects`: describe, and records by id or by external id.

Salesforce document: REST API Developer Guide, "sObject Basic Information", "sObject Rows", "sObject Rows by
External ID", "sObject Get Deleted", "sObject Get Updated".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from sfgen_local_org.http.call import Answer, Call, encode
from sfgen_local_org.http.errors import ApiError
from sfgen_local_org.http.multipart import record_of
from sfgen_local_org.http.relationships import related
from sfgen_local_org.http.router import Route

if TYPE_CHECKING:
    from sfgen_local_org.org import Org

_ROOT = "/services/data/v{version}/sobjects"
_RECORD = _ROOT + "/{sobject}/{id}"
_BY_FIELD = _ROOT + "/{sobject}/{field}/{value}"
_MOST_RECENT = 5
_VERSION_IN_URL = re.compile(r"^/services/data/v[0-9.]+")


class Records:
    """The endpoints of single records and of describes."""

    def __init__(self, org: Org) -> None:
        self._org = org
        # The metadata is what it was when the server started; HTTP dates have whole seconds.
        self._modified = datetime.now(UTC).replace(microsecond=0)
        self._encoded: dict[str, bytes] = {}

    def routes(self) -> list[Route]:
        """Return the endpoints."""
        return [
            Route("GET", _ROOT, self.describe_global),
            Route("GET", _ROOT + "/{sobject}", self.basic),
            Route("POST", _ROOT + "/{sobject}", self.create),
            Route("GET", _ROOT + "/{sobject}/describe", self.describe),
            Route("GET", _ROOT + "/{sobject}/deleted", self.deleted),
            Route("GET", _ROOT + "/{sobject}/updated", self.updated),
            Route("GET", _RECORD, self.retrieve),
            Route("PATCH", _RECORD, self.update),
            Route("DELETE", _RECORD, self.delete),
            # POST to the Id field creates: that is how a client upserts a record that is new.
            Route("POST", _RECORD, self.create_by_id_field),
            Route("GET", _BY_FIELD, self.retrieve_by_field),
            Route("PATCH", _BY_FIELD, self.upsert),
            Route("POST", _BY_FIELD, self.upsert),
            Route("DELETE", _BY_FIELD, self.delete_by_field),
        ]

    # -- describe

    def describe_global(self, call: Call) -> Answer:
        """List the org's objects."""
        if self._not_modified(call):
            return self._unchanged()
        described = self._org.describe_global()
        objects = [_with_version(item, call) for item in described["sobjects"]]
        return Answer(200, {**described, "sobjects": objects}, self._dated())

    def basic(self, call: Call) -> Answer:
        """Answer the object's own properties, without its fields, and the records that the user changed last."""
        described = self._org.describe(call.args["sobject"])
        name = described["name"].lower()
        listed = (item for item in self._org.describe_global()["sobjects"] if item["name"].lower() == name)
        recent = self._org.recent(described["name"], limit=_MOST_RECENT, version=call.version)
        return Answer(200, {"objectDescribe": _with_version(next(listed, {}), call), "recentItems": recent})

    def describe(self, call: Call) -> Answer:
        """Answer the object's full describe, or 304 if the client's is as new."""
        described = self._org.describe(call.args["sobject"])
        if self._not_modified(call):
            return self._unchanged()
        # A describe may have a megabyte: encode it once for each version.
        key = f"{call.version} {described['name']}"
        if key not in self._encoded:
            self._encoded[key] = encode(_with_version(described, call))
        return Answer(200, described, self._dated(), content=self._encoded[key])

    def _not_modified(self, call: Call) -> bool:
        try:
            since = parsedate_to_datetime(call.headers["if-modified-since"])
        except (KeyError, ValueError, IndexError, TypeError, OverflowError):
            return False
        return self._modified <= (since if since.tzinfo else since.replace(tzinfo=UTC))

    def _dated(self) -> dict[str, str]:
        return {"Last-Modified": format_datetime(self._modified, usegmt=True)}

    def _unchanged(self) -> Answer:
        return Answer(304, headers=self._dated())

    # -- records by id

    def create(self, call: Call) -> Answer:
        """Create a record."""
        return self._created(call, self._org.create(call.args["sobject"], record_of(call)))

    def create_by_id_field(self, call: Call) -> Answer:
        """Create a record at `sobjects/{X}/Id`."""
        if call.args["id"].lower() != "id":
            raise ApiError(
                405, "METHOD_NOT_ALLOWED", "HTTP Method 'POST' not allowed. Allowed are DELETE,GET,HEAD,PATCH"
            )
        return self.create(call)

    def retrieve(self, call: Call) -> Answer:
        """Answer a record: the fields that are named, or all."""
        return Answer(200, self._retrieve(call, call.args["id"]))

    def update(self, call: Call) -> Answer:
        """Change a record's fields."""
        self._org.update(call.args["sobject"], call.args["id"], record_of(call))
        return Answer(204)

    def delete(self, call: Call) -> Answer:
        """Move a record to the recycle bin."""
        self._org.delete(call.args["sobject"], call.args["id"])
        return Answer(204)

    # -- records by external id

    def retrieve_by_field(self, call: Call) -> Answer:
        """Answer the record that has this external id, the bytes of a record's blob field, or what is related to it."""
        if self._is_blob(call):
            content = self._org.blob(call.args["sobject"], call.args["field"], call.args["value"])
            return Answer(200, content=content, media_type="application/octet-stream")
        args = call.args
        found = related(self._org, args["sobject"], args["field"], args["value"], _fields_of(call), call.version)
        return Answer(200, self._retrieve(call, self._find(call)) if found is None else found)

    def upsert(self, call: Call) -> Answer:
        """Update the record that has this external id, or create it."""
        args = call.args
        record_id, created = self._org.upsert(args["sobject"], args["field"], args["value"], call.json_object())
        if created:
            return self._created(call, record_id, {"created": True})
        # Before 46.0 an update by external id had no body.
        if float(call.version) < 46:
            return Answer(204)
        return Answer(200, {"id": record_id, "success": True, "errors": [], "created": False})

    def delete_by_field(self, call: Call) -> Answer:
        """Delete the record that has this external id."""
        self._org.delete(call.args["sobject"], self._find(call))
        return Answer(204)

    # -- changes

    def deleted(self, call: Call) -> Answer:
        """List what was deleted between `start` and `end`."""
        return Answer(200, self._org.deleted(call.args["sobject"], _moment(call, "start"), _moment(call, "end")))

    def updated(self, call: Call) -> Answer:
        """List what was created or changed between `start` and `end`."""
        return Answer(200, self._org.updated(call.args["sobject"], _moment(call, "start"), _moment(call, "end")))

    def _is_blob(self, call: Call) -> bool:
        """Tell `.../{id}/Body` from `.../{field}/{value}`, which have the same form."""
        named, last = call.args["field"].lower(), call.args["value"].lower()
        fields = {field["name"].lower(): field["type"] for field in self._org.describe(call.args["sobject"])["fields"]}
        return named not in fields and fields.get(last) == "base64"

    def _find(self, call: Call) -> str:
        return self._org.find_by_field(call.args["sobject"], call.args["field"], call.args["value"])

    def _retrieve(self, call: Call, record_id: str) -> dict[str, Any]:
        return self._org.retrieve(call.args["sobject"], record_id, _fields_of(call), version=call.version)

    def _created(self, call: Call, record_id: str, extra: dict[str, Any] | None = None) -> Answer:
        location = call.data_url(f"sobjects/{self._org.describe(call.args['sobject'])['name']}/{record_id}")
        body = {"id": record_id, "success": True, "errors": [], **(extra or {})}
        return Answer(201, body, {"Location": location})


def _fields_of(call: Call) -> list[str] | None:
    """Return the fields that a call asks for; None: all."""
    named = call.query.get("fields")
    return [name.strip() for name in named.split(",") if name.strip()] if named else None


def _with_version(described: Mapping[str, Any], call: Call) -> dict[str, Any]:
    """Return a describe whose addresses have the version of the call, whatever version it was once fetched with."""
    urls = described.get("urls")
    if not isinstance(urls, Mapping):
        return dict(described)
    root = f"/services/data/v{call.version}"
    return {**described, "urls": {key: _VERSION_IN_URL.sub(root, str(url)) for key, url in urls.items()}}


def _moment(call: Call, name: str) -> datetime:
    """Return a date-time parameter.

    Clients send an unescaped `+` of the offset, which a form-decoded query turns into a space.
    """
    text = call.query.get(name, "").strip().replace(" ", "+")
    if not text:
        raise ApiError(
            400, "MISSING_ARGUMENT", f"The {name} parameter is required: a date-time such as 2024-01-31T00:00:00+00:00"
        )
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ApiError(400, "INVALID_ARGUMENT_TYPE", f"{name} is not a date-time: {text}") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
