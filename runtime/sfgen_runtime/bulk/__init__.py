"""The Bulk APIs: many records at a time, as jobs that the org works on in its own time.

`resource` is the interface for new code: ``sf.Contact.bulk``. `bulk1` and `bulk2` have simple-salesforce's names:
``sf.bulk.Contact`` and ``sf.bulk2.Contact``.
"""

from .bulk1 import SFBulkHandler, SFBulkType
from .bulk2 import SFBulk2Handler, SFBulk2Type
from .enums import ColumnDelimiter, JobState, LineEnding, Operation, ResultsType
from .errors import BulkInterrupted, BulkJobFailed, BulkRowsFailed, BulkTimeout, JobFate

__all__ = [
    "BulkInterrupted",
    "BulkJobFailed",
    "BulkRowsFailed",
    "BulkTimeout",
    "ColumnDelimiter",
    "JobFate",
    "JobState",
    "LineEnding",
    "Operation",
    "ResultsType",
    "SFBulk2Handler",
    "SFBulk2Type",
    "SFBulkHandler",
    "SFBulkType",
]
