"""Run time of sfgen: all that generated code imports, and a client for any org without generated code."""

from typing import TYPE_CHECKING, Any

from .client import SalesforceClient
from .error_bodies import ErrorDetail
from .error_codes import (
    ApiDisabled,
    DuplicatesDetected,
    DuplicateValue,
    EntityIsDeleted,
    FieldIntegrityError,
    InsufficientAccess,
    InvalidCrossReference,
    InvalidField,
    InvalidFieldForInsertUpdate,
    InvalidQueryLocator,
    InvalidType,
    MalformedId,
    MalformedQuery,
    QueryPosition,
    QueryTimeout,
    RequestLimitExceeded,
    RequiredFieldMissing,
    RestrictedPicklistValue,
    StorageLimitExceeded,
    StringTooLong,
    TriggerFailed,
    UnableToLockRow,
    ValidationRuleFailed,
)
from .errors import (
    OutcomeUnknown,
    SalesforceAuthenticationFailed,
    SalesforceBulkV2ExtractError,
    SalesforceBulkV2LoadError,
    SalesforceConnectionError,
    SalesforceError,
    SalesforceExpiredSession,
    SalesforceGeneralError,
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceOperationError,
    SalesforceRefusedRequest,
    SalesforceResourceNotFound,
    SalesforceTimeout,
    ServerUnavailable,
    TooManyRequests,
)
from .events import CallEvent
from .format import format_external_id, format_soql, quote_soql_value
from .ids import Id
from .legacy import SalesforceAPI
from .login import KeyringTokenStore, SalesforceLogin
from .resource import SObjectResource
from .results import QueryResult, RecordsNotSaved, SaveResult
from .retries import RetryPolicy
from .salesforce import Salesforce
from .sftype import SFType
from .usage import PerAppUsage, Usage

if TYPE_CHECKING:
    from .bulk import (
        BulkInterrupted,
        BulkJobFailed,
        BulkRowsFailed,
        BulkTimeout,
        SFBulk2Handler,
        SFBulk2Type,
        SFBulkHandler,
        SFBulkType,
    )
    from .composite.steps import StepsFailed
    from .model import FieldNotSelected, FieldProblem, InvalidRecord, MoreThanOneRecord, NoRecord, SObject

# Few scripts load records in bulk.
_FROM_BULK = frozenset(
    {
        "BulkInterrupted",
        "BulkJobFailed",
        "BulkRowsFailed",
        "BulkTimeout",
        "SFBulk2Handler",
        "SFBulk2Type",
        "SFBulkHandler",
        "SFBulkType",
    }
)
# What users of generated code catch and name. It needs pydantic, which untyped scripts don't: loaded when asked for.
_FROM_MODEL = frozenset(
    {"FieldNotSelected", "FieldProblem", "InvalidRecord", "MoreThanOneRecord", "NoRecord", "SObject"}
)

__all__ = [
    "ApiDisabled",
    "BulkInterrupted",
    "BulkJobFailed",
    "BulkRowsFailed",
    "BulkTimeout",
    "CallEvent",
    "DuplicateValue",
    "DuplicatesDetected",
    "EntityIsDeleted",
    "ErrorDetail",
    "FieldIntegrityError",
    "FieldNotSelected",
    "FieldProblem",
    "Id",
    "InsufficientAccess",
    "InvalidCrossReference",
    "InvalidField",
    "InvalidFieldForInsertUpdate",
    "InvalidQueryLocator",
    "InvalidRecord",
    "InvalidType",
    "KeyringTokenStore",
    "MalformedId",
    "MalformedQuery",
    "MoreThanOneRecord",
    "NoRecord",
    "OutcomeUnknown",
    "PerAppUsage",
    "QueryPosition",
    "QueryResult",
    "QueryTimeout",
    "RecordsNotSaved",
    "RequestLimitExceeded",
    "RequiredFieldMissing",
    "RestrictedPicklistValue",
    "RetryPolicy",
    "SFBulk2Handler",
    "SFBulk2Type",
    "SFBulkHandler",
    "SFBulkType",
    "SFType",
    "SObject",
    "SObjectResource",
    "Salesforce",
    "SalesforceAPI",
    "SalesforceAuthenticationFailed",
    "SalesforceBulkV2ExtractError",
    "SalesforceBulkV2LoadError",
    "SalesforceClient",
    "SalesforceConnectionError",
    "SalesforceError",
    "SalesforceExpiredSession",
    "SalesforceGeneralError",
    "SalesforceLogin",
    "SalesforceMalformedRequest",
    "SalesforceMoreThanOneRecord",
    "SalesforceOperationError",
    "SalesforceRefusedRequest",
    "SalesforceResourceNotFound",
    "SalesforceTimeout",
    "SaveResult",
    "ServerUnavailable",
    "StepsFailed",
    "StorageLimitExceeded",
    "StringTooLong",
    "TooManyRequests",
    "TriggerFailed",
    "UnableToLockRow",
    "Usage",
    "ValidationRuleFailed",
    "format_external_id",
    "format_soql",
    "quote_soql_value",
]


def __getattr__(name: str) -> Any:
    if name in _FROM_BULK:
        from . import bulk

        return getattr(bulk, name)
    if name in _FROM_MODEL:
        from . import model

        return getattr(model, name)
    if name == "StepsFailed":
        from .composite.steps import StepsFailed

        return StepsFailed
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
