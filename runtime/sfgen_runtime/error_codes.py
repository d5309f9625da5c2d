"""The errors that have a class for their errorCode, each with what its message holds, taken apart.

Salesforce document: SOAP API Developer Guide, "StatusCode" and "ExceptionCode"; the REST API answers the same codes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, Unpack

from .error_bodies import decode_body, error_details, matched_ids
from .error_kinds import kind_of
from .errors import (
    BY_STATUS,
    SalesforceError,
    SalesforceExpiredSession,
    SalesforceGeneralError,
    SalesforceMalformedRequest,
    SalesforceRefusedRequest,
    SalesforceResourceNotFound,
    ServerUnavailable,
)

if TYPE_CHECKING:
    from .errors import Told

# Patterns, compiled by who first meets such an error: most programs never do.
_MISSING = r"Required fields? (?:are|is) missing: \[([^\]]*)\]"
_NO_COLUMN = r"No such column '([^']*)' on (?:sobject of type|entity) '?(\w+)"
_NO_PARENT = r"Foreign key external ID: .* not found"
# The code says other things too: that a field can't be filtered, or that no record has this external id.
_NO_SUCH_NAME = r"No such column|Didn't understand relationship|^$"
_NO_TYPE = r"sObject type '([^']*)' is not supported"
_POSITION = r"Row:(\d{1,9}):Column:(\d{1,9})\b|\bline (\d{1,9}):(\d{1,9})\b"
_MAX_LENGTH = r"max length=(\d{1,9})\b"
_BAD_VALUE = r"(?s)bad value for restricted picklist field: (.*)"
# A fifteen or eighteen character id, in the message of a unique field: "duplicate value found: X duplicates value on
# record with id: 003...".
_RECORD_ID = r"record with id: (\w{15}(?:\w{3})?)\b"


class QueryPosition(NamedTuple):
    """A place in a query's text, both from 1.

    Example:
        >>> QueryPosition(row=1, column=8).column
        8
    """

    row: int
    column: int


class _AtPosition(SalesforceMalformedRequest):
    """An error that points at a place in a query."""

    @property
    def position(self) -> QueryPosition | None:
        """The place in the query, or None where the org names none.

        Example:
            >>> try:
            ...     sf.query("SELECT Id FROM Contact WERE LastName = 'Smith'")
            ... except MalformedQuery as error:
            ...     error.position
            QueryPosition(row=1, column=29)
        """
        if (found := re.search(_POSITION, _message(self))) is None:
            return None
        row, column = (int(part) for part in found.groups() if part is not None)
        return QueryPosition(row, column)


class RequiredFieldMissing(SalesforceMalformedRequest):
    """REQUIRED_FIELD_MISSING: the record lacks a field that the object requires; `fields` names them.

    Example:
        >>> try:
        ...     sf.Contact.create({"FirstName": "Jo"})
        ... except RequiredFieldMissing as error:
        ...     error.fields
        ('LastName',)
    """

    remedy = "Give the named fields a value."

    @property
    def fields(self) -> tuple[str, ...]:
        """The API names of the fields that are missing."""
        named = super().fields
        if not named and (found := re.search(_MISSING, _message(self))):
            return tuple(name.strip() for name in found[1].split(",") if name.strip())
        return named


class InvalidField(_AtPosition):
    """INVALID_FIELD: the object has no such field, or the user may not see it.

    `nearest` is the object's field whose name comes closest, where the client knows the object's fields: a generated
    client does.

    Example:
        >>> try:
        ...     sf.query("SELECT Emial FROM Contact")
        ... except InvalidField as error:
        ...     error.field, error.object_name
        ('Emial', 'Contact')
    """

    remedy = (
        "Check the field's API name and the user's field-level security; sfgen generate catches this before a call."
    )
    nearest: str | None = None

    @property
    def field(self) -> str | None:
        """The name that isn't a field's, or None where the message has none."""
        found = re.search(_NO_COLUMN, _message(self))
        return found[1] if found else None

    @property
    def object_name(self) -> str | None:
        """The object that has no such field, or None where the message has none."""
        found = re.search(_NO_COLUMN, _message(self))
        return found[2] if found else None

    def _remedy(self) -> str:
        if re.search(_NO_PARENT, _message(self)):
            return "No record has this external id: save the parent first, or correct the value."
        if not re.search(_NO_SUCH_NAME, _message(self)):
            return "The message says what is wrong with the field's value or use; its describe tells what it can do."
        return f"Did you mean {self.nearest}? {self.remedy}" if self.nearest else self.remedy


class InvalidFieldForInsertUpdate(SalesforceMalformedRequest):
    """INVALID_FIELD_FOR_INSERT_UPDATE: the user may not write the field.

    Example:
        >>> try:
        ...     sf.Contact.create({"LastName": "Smith", "CreatedDate": "2026-01-31T00:00:00Z"})
        ... except InvalidFieldForInsertUpdate as error:
        ...     error.fields
        ('CreatedDate',)
    """

    remedy = "Leave the named fields out, or give the user permission to edit them."


class InvalidType(_AtPosition):
    """INVALID_TYPE: no such object, or none that the user may see.

    Example:
        >>> try:
        ...     sf.query("SELECT Id FROM Kontact")
        ... except InvalidType as error:
        ...     error.object_name
        'Kontact'
    """

    remedy = "Check the object's API name and the user's object permissions."

    @property
    def object_name(self) -> str | None:
        """The name that isn't an object's, or None where the message has none."""
        found = re.search(_NO_TYPE, _message(self))
        return found[1] if found else None


class StringTooLong(SalesforceMalformedRequest):
    """STRING_TOO_LONG: a text has more characters than its field.

    Example:
        >>> try:
        ...     sf.Contact.create({"LastName": "x" * 81})
        ... except StringTooLong as error:
        ...     error.fields, error.max_length
        (('LastName',), 80)
    """

    remedy = "Shorten the text to the field's length."

    @property
    def max_length(self) -> int | None:
        """How many characters the field takes, or None where the message doesn't say."""
        found = re.search(_MAX_LENGTH, _message(self))
        return int(found[1]) if found else None


class RestrictedPicklistValue(SalesforceMalformedRequest):
    """INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: the restricted picklist doesn't have this value.

    `allowed` are the values that it has, where the client knows them: a generated client does, as of when it was made.

    Example:
        >>> try:
        ...     acme.Account.create({"Name": "Acme", "Service_Level__c": "Platin"}, checks=False)
        ... except RestrictedPicklistValue as error:
        ...     error.value, error.allowed
        ('Platin', ('Platinum', 'Gold', 'Standard'))
    """

    remedy = "Use one of the picklist's active values."
    allowed: tuple[str, ...] = ()

    @property
    def value(self) -> str | None:
        """The value that was refused, or None where the message has none."""
        found = re.search(_BAD_VALUE, _message(self))
        return found[1] if found else None

    def _remedy(self) -> str:
        if not self.allowed:
            return self.remedy
        listed = ", ".join(map(repr, self.allowed[:20])) + (", ..." if len(self.allowed) > 20 else "")
        return f"Use one of: {listed}."


class DuplicatesDetected(SalesforceMalformedRequest):
    """DUPLICATES_DETECTED: a duplicate rule stopped the save; `matches` are the ids of the records that it found.

    Example:
        >>> try:
        ...     sf.Account.create({"Name": "Solar Works"})
        ... except DuplicatesDetected as error:
        ...     [sf.Account.get(match)["Name"] for match in error.matches]
        ['Solar Works']
    """

    remedy = "Use the matching record, or send the header Sforce-Duplicate-Rule-Header: allowSave=true."

    @property
    def matches(self) -> tuple[str, ...]:
        """The ids of the records that the duplicate rules found, each once."""
        return tuple(dict.fromkeys(matched_ids(self.content)))

    def _remedy(self) -> str:
        return f"Matching: {', '.join(self.matches[:10])}. {self.remedy}" if self.matches else self.remedy


class DuplicateValue(SalesforceMalformedRequest):
    """DUPLICATE_VALUE: another record has this value in a unique field.

    Example:
        >>> first = sf.Account.create({"Name": "Acme", "ERP_Id__c": "dup/1"})
        >>> try:
        ...     sf.Account.create({"Name": "Acme", "ERP_Id__c": "dup/1"})
        ... except DuplicateValue as error:
        ...     first.id.startswith(error.record_id)
        True
    """

    remedy = "Change the value, or upsert by that field."

    @property
    def record_id(self) -> str | None:
        """The id of the record that has the value, or None where the message has none."""
        found = re.search(_RECORD_ID, _message(self))
        return found[1] if found else None


class UnableToLockRow(SalesforceMalformedRequest):
    """UNABLE_TO_LOCK_ROW: another transaction holds the record; the org rolled this one back.

    Example:
        >>> sf.Contact.update(contact.id, {"AccountId": account.id})
        Traceback (most recent call last):
            ...
        sfgen_runtime.error_codes.UnableToLockRow: ... Nothing was saved: send it again, ... It was sent 4 times.
    """

    remedy = "Nothing was saved: send it again, with fewer writers on the same parent records at one time."


class MalformedQuery(_AtPosition):
    """MALFORMED_QUERY: the SOQL is wrong, at `position`.

    Example:
        >>> sf.query("SELECT Id FROM Contact WHERE LastName = 'O'Hara'")
        Traceback (most recent call last):
            ...
        sfgen_runtime.error_codes.MalformedQuery: ... Check the query; put values into it with format_soql.
    """

    remedy = "Check the query; put values into it with format_soql."


class InvalidQueryLocator(SalesforceMalformedRequest):
    """INVALID_QUERY_LOCATOR: the org no longer has the rest of this query's result; it keeps it for two days.

    Example:
        >>> sf.query_more("01g000000000001AAA-2000")
        Traceback (most recent call last):
            ...
        sfgen_runtime.error_codes.InvalidQueryLocator: ... Run the query again; ...
    """

    remedy = "Run the query again; a bulk query suits results that take long to read."


class QueryTimeout(SalesforceMalformedRequest):
    """QUERY_TIMEOUT: the query took longer than the two minutes that the org gives it.

    Example:
        >>> sf.query("SELECT Id FROM Task WHERE Subject LIKE '%call%'")
        Traceback (most recent call last):
            ...
        sfgen_runtime.error_codes.QueryTimeout: ... Filter by indexed fields, ask for fewer fields, or use a bulk query.
    """

    remedy = "Filter by indexed fields, ask for fewer fields, or use a bulk query."


class MalformedId(SalesforceMalformedRequest):
    """MALFORMED_ID: not an id, or the id of another object.

    Example:
        >>> sf.Contact.create({"LastName": "Smith", "AccountId": "C-1"})
        Traceback (most recent call last):
            ...
        sfgen_runtime.error_codes.MalformedId: ... Give an id of this object, 15 or 18 characters.
    """

    remedy = "Give an id of this object, 15 or 18 characters."


class InvalidCrossReference(SalesforceMalformedRequest):
    """INVALID_CROSS_REFERENCE_KEY: a lookup names a record that doesn't exist or doesn't fit.

    Example:
        >>> sf.Contact.create({"LastName": "Smith", "AccountId": "001000000000001AAA"})
        Traceback (most recent call last):
            ...
        sfgen_runtime.error_codes.InvalidCrossReference: ... Check the ids in the lookup fields.
    """

    remedy = "Check the ids in the lookup fields."


class FieldIntegrityError(SalesforceMalformedRequest):
    """FIELD_INTEGRITY_EXCEPTION: a value doesn't fit the field or another field of the record.

    Example:
        >>> sf.Contact.create({"LastName": "Smith", "AccountId": contact.id})
        Traceback (most recent call last):
            ...
        sfgen_runtime.error_codes.FieldIntegrityError: ... ids against the object that they must be of.
    """

    remedy = "Check the named fields against each other, and ids against the object that they must be of."


class ValidationRuleFailed(SalesforceMalformedRequest):
    """FIELD_CUSTOM_VALIDATION_EXCEPTION: a validation rule of the org refused the record.

    Example:
        >>> try:
        ...     sf.Contact.update(contact.id, {"MobilePhone": "none"})
        ... except ValidationRuleFailed as error:
        ...     error.errors[0].message
        'A mobile number has digits'
    """

    remedy = "The message is the org's own; its admin knows the rule."


class TriggerFailed(SalesforceMalformedRequest):
    """CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY or APEX_ERROR: Apex or a flow of the org failed; nothing was saved.

    Example:
        >>> sf.Contact.update(contact.id, {"FirstName": "Jo"})
        Traceback (most recent call last):
            ...
        sfgen_runtime.error_codes.TriggerFailed: ... ContactTrigger: execution of BeforeUpdate...
    """

    remedy = "The message names the trigger or flow; its author can read the org's debug log of this request."


class InsufficientAccess(SalesforceRefusedRequest):
    """INSUFFICIENT_ACCESS...: the user's permissions or sharing don't allow this.

    Example:
        >>> sf.Contact.delete(contact.id)
        Traceback (most recent call last):
            ...
        sfgen_runtime.error_codes.InsufficientAccess: ... Give the user access to the record and the object.
    """

    remedy = "Give the user access to the record and the object."


class RequestLimitExceeded(SalesforceRefusedRequest):
    """REQUEST_LIMIT_EXCEEDED: the org has used up its API calls, or its long-running requests at one time.

    Example:
        >>> sf.query("SELECT Id FROM Contact")
        Traceback (most recent call last):
            ...
        sfgen_runtime.error_codes.RequestLimitExceeded: ... TotalRequests Limit exceeded. See Setup > ...
    """

    remedy = "See Setup > Company Information and sf.api_usage; bulk jobs and composite requests need fewer calls."


class StorageLimitExceeded(SalesforceRefusedRequest):
    """STORAGE_LIMIT_EXCEEDED: the org's data storage is full.

    Example:
        >>> sf.Contact.create({"LastName": "Smith"})
        Traceback (most recent call last):
            ...
        sfgen_runtime.error_codes.StorageLimitExceeded: ... Delete records, empty the recycle bin, or buy storage; ...
    """

    remedy = "Delete records, empty the recycle bin, or buy storage; see Setup > Storage Usage."


class ApiDisabled(SalesforceRefusedRequest):
    """API_DISABLED_FOR_ORG or API_CURRENTLY_DISABLED: this org's edition or this user has no API.

    Example:
        >>> sf.describe()
        Traceback (most recent call last):
            ...
        sfgen_runtime.error_codes.ApiDisabled: ... Give the user the permission 'API Enabled', ...
    """

    remedy = "Give the user the permission 'API Enabled', in an edition that has the API."


class EntityIsDeleted(SalesforceResourceNotFound):
    """ENTITY_IS_DELETED: the record is in the recycle bin.

    Example:
        >>> sf.Contact.delete(contact.id)
        204
        >>> sf.Contact.update(contact.id, {"FirstName": "Jo"})
        Traceback (most recent call last):
            ...
        sfgen_runtime.error_codes.EntityIsDeleted: ... entity is deleted. Restore it, or leave it out.
    """

    remedy = "Restore it, or leave it out."


_BY_CODE: dict[str, type[SalesforceError]] = {
    "INVALID_SESSION_ID": SalesforceExpiredSession,
    "InvalidSessionId": SalesforceExpiredSession,
    "Bad_OAuth_Token": SalesforceExpiredSession,
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
    "INVALID_QUERY_LOCATOR": InvalidQueryLocator,
    "QUERY_TIMEOUT": QueryTimeout,
    "MALFORMED_ID": MalformedId,
    "INVALID_CROSS_REFERENCE_KEY": InvalidCrossReference,
    "FIELD_INTEGRITY_EXCEPTION": FieldIntegrityError,
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": ValidationRuleFailed,
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY": TriggerFailed,
    "APEX_ERROR": TriggerFailed,
    "INSUFFICIENT_ACCESS": InsufficientAccess,
    "INSUFFICIENT_ACCESS_OR_READONLY": InsufficientAccess,
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": InsufficientAccess,
    "REQUEST_LIMIT_EXCEEDED": RequestLimitExceeded,
    "STORAGE_LIMIT_EXCEEDED": StorageLimitExceeded,
    "API_DISABLED_FOR_ORG": ApiDisabled,
    "API_CURRENTLY_DISABLED": ApiDisabled,
    "ENTITY_IS_DELETED": EntityIsDeleted,
    "SERVER_UNAVAILABLE": ServerUnavailable,
}


def error_of(url: str, status: int, resource_name: str, body: bytes, **told: Unpack[Told]) -> SalesforceError:
    """Return the error that an answer means: of the class that its errorCode has, and of the one of its status."""
    content = decode_body(body)
    code = next((detail.code for detail in error_details(content)), "")
    # Of a day's calls there is no more until tomorrow; 429 is for a moment, whichever code stands beside it.
    by_code = None if code == "REQUEST_LIMIT_EXCEEDED" and status == 429 else _BY_CODE.get(code)
    by_status = BY_STATUS.get(status, SalesforceGeneralError)
    # A row of a composite answer has no status of its own.
    kind = by_status if by_code is None else kind_of(by_code, by_status) if status >= 300 else by_code
    return kind(url, status, resource_name, content, **told)


def _message(error: SalesforceError) -> str:
    return error.errors[0].message if error.errors else ""
