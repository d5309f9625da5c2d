"""The words of the Bulk API 2.0, under simple-salesforce's names."""

from __future__ import annotations

from enum import StrEnum


class Operation(StrEnum):
    """What a job does.

    Example:
        >>> Operation.hard_delete == "hardDelete"
        True
    """

    insert = "insert"
    upsert = "upsert"
    update = "update"
    delete = "delete"
    hard_delete = "hardDelete"
    query = "query"
    query_all = "queryAll"


class JobState(StrEnum):
    """How far a job is. The last three are its ends.

    Example:
        >>> JobState("InProgress")
        <JobState.in_progress: 'InProgress'>
    """

    open = "Open"
    upload_complete = "UploadComplete"
    in_progress = "InProgress"
    aborted = "Aborted"
    failed = "Failed"
    job_complete = "JobComplete"


class ColumnDelimiter(StrEnum):
    """What stands between two columns of a CSV.

    Example:
        >>> jobs = sf.bulk2.Contact.insert("semicolons.csv", column_delimiter=ColumnDelimiter.SEMICOLON)
        >>> jobs[0]["numberRecordsFailed"]
        0
        >>> ColumnDelimiter.SEMICOLON.char
        ';'
    """

    BACKQUOTE = "BACKQUOTE"
    CARET = "CARET"
    COMMA = "COMMA"
    PIPE = "PIPE"
    SEMICOLON = "SEMICOLON"
    TAB = "TAB"

    @property
    def char(self) -> str:
        """The delimiter itself."""
        return {"BACKQUOTE": "`", "CARET": "^", "COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "TAB": "\t"}[self.value]


class LineEnding(StrEnum):
    """What ends a line of a CSV.

    Example:
        >>> LineEnding.CRLF.chars
        '\\r\\n'
    """

    LF = "LF"
    CRLF = "CRLF"

    @property
    def chars(self) -> str:
        """The line ending itself."""
        return "\n" if self is LineEnding.LF else "\r\n"


class ResultsType(StrEnum):
    """The result files of an ingest job.

    Example:
        >>> ResultsType.failed.value
        'failedResults'
    """

    failed = "failedResults"
    successful = "successfulResults"
    unprocessed = "unprocessedRecords"
