"""The errors of the API: by errorCode first, by HTTP status second.

    SalesforceError
    ├── SalesforceMoreThanOneRecord          300
    ├── SalesforceMalformedRequest           400
    │   ├── DuplicatesDetected, DuplicateValue, FieldIntegrityError, InvalidCrossReference, InvalidField,
    │   ├── InvalidFieldForInsertUpdate, InvalidType, MalformedId, MalformedQuery, RequiredFieldMissing,
    │   └── RestrictedPicklistValue, StringTooLong, UnableToLockRow, ValidationRuleFailed
    ├── SalesforceExpiredSession             401
    ├── SalesforceRefusedRequest             403
    │   └── InsufficientAccess, RequestLimitExceeded
    ├── SalesforceResourceNotFound           404
    │   └── EntityIsDeleted
    ├── SalesforceGeneralError               any other status
    │   └── ServerUnavailable
    ├── SalesforceAuthenticationFailed       a login
    ├── SalesforceConnectionError            no answer at all; also a requests.ConnectionError
    │   └── SalesforceTimeout                also a requests.Timeout
    └── SalesforceOperationError             a bulk job
        └── SalesforceBulkV2LoadError, SalesforceBulkV2ExtractError

The names with ``Salesforce`` in front, their constructors and attributes are simple-salesforce's.
Salesforce document: REST API Developer Guide, "Status Codes and Error Responses".
"""

from __future__ import annotations

from typing import Any, ClassVar

import requests

from .error_bodies import ErrorDetail, decode_body, error_details, excerpt, without_secrets_in_url


class SalesforceError(Exception):
    """An error of the org, or on the way to it.

    `status` is the HTTP status, 0 where there was no answer. `error_code` is the first error's code, None where the
    body has none. `errors` lists all of them. `content` is the body: JSON where it is JSON, else text.
    """

    remedy: ClassVar[str] = ""

    def __init__(
        self,
        url: str,
        status: int,
        resource_name: str,
        content: Any,
        *,
        method: str = "",
        cause: str = "",
    ) -> None:
        self.url = without_secrets_in_url(url)
        self.status = status
        self.resource_name = resource_name
        self.content = content
        self.method = method
        self.cause = cause
        self.errors: list[ErrorDetail] = error_details(content)
        super().__init__(self.url, status, resource_name, content)

    @property
    def error_code(self) -> str | None:
        """The first error's code, like ``REQUIRED_FIELD_MISSING``."""
        return self.errors[0].code if self.errors else None

    def __str__(self) -> str:
        told = "; ".join(map(str, self.errors)) or excerpt(self.content)
        told = "; ".join(part.rstrip(".") for part in (told, self.cause) if part) or "no explanation"
        asked = " ".join(part for part in (self.method, self.url) if part)
        about = f" ({self.resource_name})" if self.resource_name else ""
        answered = f" answered {self.status}" if self.status else " failed"
        remedy = f" {self.remedy}" if self.remedy else ""
        return f"{asked}{about}{answered}: {told}.{remedy}"

    def __reduce__(self) -> tuple[Any, ...]:
        # By state and not by arguments: constructors differ, and an error must survive a process pool.
        return _rebuild, (type(self), self.args, self.__dict__)


def _rebuild(kind: type[SalesforceError], args: tuple[Any, ...], state: dict[str, Any]) -> SalesforceError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error


class SalesforceMoreThanOneRecord(SalesforceError):
    """300: the external id value belongs to several records; `content` lists their paths."""

    remedy = "Make the values unique, or use one of the listed records by its id."


class SalesforceMalformedRequest(SalesforceError):
    """400: the org understood the request and can't do it as it is."""


class SalesforceExpiredSession(SalesforceError):
    """401: the session id or access token has expired or was never valid for this org."""

    remedy = "Log in again, or give the client credentials instead of a session id so that it can."


class SalesforceRefusedRequest(SalesforceError):
    """403: the user may not do this, or the org may not do more of it today."""


class SalesforceResourceNotFound(SalesforceError):
    """404: no such record, object or path, or none that this user may see."""

    remedy = "Check the id and the object's name, and that the user may see the record."


class SalesforceGeneralError(SalesforceError):
    """Any other status, and answers that make no sense."""


class SalesforceAuthenticationFailed(SalesforceError):
    """A login was refused. `code` is the login service's own error code, or the HTTP status if it gave none."""

    def __init__(self, code: str | int | None, auth_message: str | None) -> None:
        text = "" if auth_message is None else str(auth_message)
        super().__init__("authentication_endpoint", 401, "Authentication", text.encode())
        self.code = code
        self.auth_message = text

    @property
    def error_code(self) -> str | None:
        """The login service's code as text."""
        return None if self.code is None else str(self.code)

    def __str__(self) -> str:
        code = f" (code: {self.code})" if self.code is not None else ""
        return f"Authentication failed{code}: {self.auth_message}"


class SalesforceConnectionError(SalesforceError, requests.ConnectionError):
    """No answer: the connection could not be made, or broke. `errors` is empty and `status` 0.

    `was_sent` is False where the request surely never left; else whether the org acted on it is unknown.
    """

    remedy = "Check the instance URL and the network."
    # What requests' own exceptions have. They would show the Authorization header, so they stay empty.
    request = None
    response = None

    def __init__(
        self, url: str, status: int, resource_name: str, content: Any, *, was_sent: bool = True, **told: str
    ) -> None:
        super().__init__(url, status, resource_name, content, **told)
        self.was_sent = was_sent

    def __str__(self) -> str:
        acted = "Whether the org acted on the request is unknown." if self.was_sent else "The request was not sent."
        return f"{super().__str__()} {acted}"


class SalesforceTimeout(SalesforceConnectionError, requests.Timeout):
    """No answer in time; `timeout=` of the client or the call says how long to wait."""

    remedy = "Give timeout= more seconds if the org needs them."


class SalesforceOperationError(SalesforceError):
    """A bulk job went wrong."""

    def __init__(self, message: str = "") -> None:
        super().__init__("", 0, "", message)

    def __str__(self) -> str:
        return str(self.content)


class SalesforceBulkV2LoadError(SalesforceOperationError):
    """A Bulk 2.0 ingest job failed."""


class SalesforceBulkV2ExtractError(SalesforceOperationError):
    """A Bulk 2.0 query job failed."""


class RequiredFieldMissing(SalesforceMalformedRequest):
    """REQUIRED_FIELD_MISSING: the record lacks a field that the object requires."""

    remedy = "Give the named fields a value."


class InvalidField(SalesforceMalformedRequest):
    """INVALID_FIELD: the object has no such field, or the user may not see it."""

    remedy = (
        "Check the field's API name and the user's field-level security; sfgen generate catches this before a call."
    )


class InvalidFieldForInsertUpdate(SalesforceMalformedRequest):
    """INVALID_FIELD_FOR_INSERT_UPDATE: the user may not write the field."""

    remedy = "Leave the named fields out, or give the user permission to edit them."


class InvalidType(SalesforceMalformedRequest):
    """INVALID_TYPE: no such object, or none that the user may see."""

    remedy = "Check the object's API name and the user's object permissions."


class StringTooLong(SalesforceMalformedRequest):
    """STRING_TOO_LONG: a text has more characters than its field."""

    remedy = "Shorten the text to the field's length."


class RestrictedPicklistValue(SalesforceMalformedRequest):
    """INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: the restricted picklist doesn't have this value."""

    remedy = "Use one of the picklist's active values."


class DuplicatesDetected(SalesforceMalformedRequest):
    """DUPLICATES_DETECTED: a duplicate rule stopped the save; `content` holds the matching records."""

    remedy = "Use the matching record, or send the header Sforce-Duplicate-Rule-Header: allowSave=true."


class DuplicateValue(SalesforceMalformedRequest):
    """DUPLICATE_VALUE: another record has this value in a unique field."""

    remedy = "Change the value, or upsert by that field."


class UnableToLockRow(SalesforceMalformedRequest):
    """UNABLE_TO_LOCK_ROW: another transaction holds the record; the org rolled this one back."""

    remedy = "Nothing was saved: send it again."


class MalformedQuery(SalesforceMalformedRequest):
    """MALFORMED_QUERY: the SOQL is wrong."""

    remedy = "Check the query; put values into it with format_soql."


class MalformedId(SalesforceMalformedRequest):
    """MALFORMED_ID: not an id, or the id of another object."""

    remedy = "Give an id of this object, 15 or 18 characters."


class InvalidCrossReference(SalesforceMalformedRequest):
    """INVALID_CROSS_REFERENCE_KEY: a lookup names a record that doesn't exist or doesn't fit."""

    remedy = "Check the ids in the lookup fields."


class FieldIntegrityError(SalesforceMalformedRequest):
    """FIELD_INTEGRITY_EXCEPTION: a value doesn't fit the field or another field of the record."""


class ValidationRuleFailed(SalesforceMalformedRequest):
    """FIELD_CUSTOM_VALIDATION_EXCEPTION: a validation rule or trigger of the org refused the record."""

    remedy = "The message is the org's own; its admin knows the rule."


class InsufficientAccess(SalesforceRefusedRequest):
    """INSUFFICIENT_ACCESS...: the user's permissions or sharing don't allow this."""

    remedy = "Give the user access to the record and the object."


class RequestLimitExceeded(SalesforceRefusedRequest):
    """REQUEST_LIMIT_EXCEEDED: the org has used up its API calls, or its long-running requests at one time."""

    remedy = "See Setup > Company Information and sf.api_usage; bulk jobs and composite requests need fewer calls."


class EntityIsDeleted(SalesforceResourceNotFound):
    """ENTITY_IS_DELETED: the record is in the recycle bin."""

    remedy = "Restore it, or leave it out."


class ServerUnavailable(SalesforceGeneralError):
    """SERVER_UNAVAILABLE, or 502, 503 or 504: the org can't answer now."""

    remedy = "Try again later; status.salesforce.com shows known incidents."


_BY_CODE: dict[str, type[SalesforceError]] = {
    "INVALID_SESSION_ID": SalesforceExpiredSession,
    "InvalidSessionId": SalesforceExpiredSession,
    "REQUIRED_FIELD_MISSING": RequiredFieldMissing,
    "INVALID_FIELD": InvalidField,
    "INVALID_FIELD_FOR_INSERT_UPDATE": InvalidFieldForInsertUpdate,
    "INVALID_TYPE": InvalidType,
    "STRING_TOO_LONG": StringTooLong,
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": RestrictedPicklistValue,
    "DUPLICATES_DETECTED": DuplicatesDetected,
    "DUPLICATE_VALUE": DuplicateValue,
    "UNABLE_TO_LOCK_ROW": UnableToLockRow,
    "MALFORMED_QUERY": MalformedQuery,
    "MALFORMED_ID": MalformedId,
    "INVALID_CROSS_REFERENCE_KEY": InvalidCrossReference,
    "FIELD_INTEGRITY_EXCEPTION": FieldIntegrityError,
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": ValidationRuleFailed,
    "INSUFFICIENT_ACCESS": InsufficientAccess,
    "INSUFFICIENT_ACCESS_OR_READONLY": InsufficientAccess,
    "REQUEST_LIMIT_EXCEEDED": RequestLimitExceeded,
    "ENTITY_IS_DELETED": EntityIsDeleted,
    "SERVER_UNAVAILABLE": ServerUnavailable,
}
_BY_STATUS: dict[int, type[SalesforceError]] = {
    300: SalesforceMoreThanOneRecord,
    400: SalesforceMalformedRequest,
    401: SalesforceExpiredSession,
    403: SalesforceRefusedRequest,
    404: SalesforceResourceNotFound,
    502: ServerUnavailable,
    503: ServerUnavailable,
    504: ServerUnavailable,
}


def error_of(
    url: str, status: int, resource_name: str, body: bytes, *, method: str = "", cause: str = ""
) -> SalesforceError:
    """Return the error that an answer means, the finest class that its errorCode or status has."""
    content = decode_body(body)
    code = next((detail.code for detail in error_details(content)), "")
    kind = _BY_CODE.get(code) or _BY_STATUS.get(status, SalesforceGeneralError)
    return kind(url, status, resource_name, content, method=method, cause=cause)
