"""The errors under the module name that simple-salesforce has for them; `sfgen_runtime.errors` tells of them all."""

from .errors import (
    SalesforceAuthenticationFailed,
    SalesforceBulkV2ExtractError,
    SalesforceBulkV2LoadError,
    SalesforceError,
    SalesforceExpiredSession,
    SalesforceGeneralError,
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceOperationError,
    SalesforceRefusedRequest,
    SalesforceResourceNotFound,
)

__all__ = [
    "SalesforceAuthenticationFailed",
    "SalesforceBulkV2ExtractError",
    "SalesforceBulkV2LoadError",
    "SalesforceError",
    "SalesforceExpiredSession",
    "SalesforceGeneralError",
    "SalesforceMalformedRequest",
    "SalesforceMoreThanOneRecord",
    "SalesforceOperationError",
    "SalesforceRefusedRequest",
    "SalesforceResourceNotFound",
]
