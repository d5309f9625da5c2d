"""The Bulk API 2.0 under the module name that simple-salesforce has for it; `sfgen_runtime.bulk` has it all.

Example:
    >>> MAX_INGEST_JOB_PARALLELISM, DEFAULT_QUERY_PAGE_SIZE, MAX_INGEST_JOB_FILE_SIZE == 75_000_000
    (10, 50000, True)
"""

from .bulk.bulk2 import MAX_INGEST_JOB_PARALLELISM, SFBulk2Handler, SFBulk2Type
from .bulk.bulk2_client import DEFAULT_QUERY_PAGE_SIZE, MAX_INGEST_JOB_FILE_SIZE, QueryParameters, QueryResult
from .bulk.bulk2_client import Bulk2Client as _Bulk2Client
from .bulk.enums import ColumnDelimiter, JobState, LineEnding, Operation, ResultsType
from .errors import SalesforceBulkV2ExtractError, SalesforceBulkV2LoadError, SalesforceOperationError

__all__ = [
    "DEFAULT_QUERY_PAGE_SIZE",
    "MAX_INGEST_JOB_FILE_SIZE",
    "MAX_INGEST_JOB_PARALLELISM",
    "ColumnDelimiter",
    "JobState",
    "LineEnding",
    "Operation",
    "QueryParameters",
    "QueryResult",
    "ResultsType",
    "SFBulk2Handler",
    "SFBulk2Type",
    "SalesforceBulkV2ExtractError",
    "SalesforceBulkV2LoadError",
    "SalesforceOperationError",
    "_Bulk2Client",
]
