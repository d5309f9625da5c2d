"""Refusals in the form of the REST API: a JSON array of `{message, errorCode}`.

Salesforce document: REST API Developer Guide, "Status Codes and Error Responses".
"""

from __future__ import annotations

from typing import Any

from sfgen_local_org.errors import OrgError


class ApiError(Exception):
    """A request that the HTTP face itself refuses; what the org refuses is an `OrgError`."""

    def __init__(self, status: int, code: str, message: str, *, headers: dict[str, str] | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}


def not_found() -> ApiError:
    """The answer for an address that has nothing."""
    return ApiError(404, "NOT_FOUND", "The requested resource does not exist")


def error_body(error: ApiError | OrgError) -> Any:
    """Return the JSON body that reports an error of a whole request."""
    if isinstance(error, ApiError):
        return [{"message": error.message, "errorCode": error.code}]
    # Several records share the external id: the body lists their addresses.
    return list(error.choices) if error.status == 300 else [error.as_json()]


def row_error(error: ApiError | OrgError) -> dict[str, Any]:
    """Return an error as collections and trees report it for one record: a `statusCode`, and always `fields`."""
    fields = list(error.fields) if isinstance(error, OrgError) else []
    return {"statusCode": error.code, "message": error.message, "fields": fields}
