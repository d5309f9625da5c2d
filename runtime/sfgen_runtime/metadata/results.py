"""What calls of the Metadata API answer: tuples, as simple-salesforce's, whose parts have names."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypedDict

from ..errors import SalesforceGeneralError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .values import Component


class Started(NamedTuple):
    """A deployment or retrieval that the org has queued: ask for its status by `id`.

    Example:
        >>> sf.mdapi.deploy("package.zip", sandbox=True)
        Started(id='0Af...', state=...)
    """

    id: str
    state: str | None


class ComponentProblem(TypedDict):
    """A component that a deployment could not take; `status` is ``Error`` or ``Warning``."""

    type: str | None
    file: str | None
    status: str | None
    message: str | None


# `class` is a word of Python's own, so this one can't be written as a class.
UnitTestProblem = TypedDict(
    "UnitTestProblem",
    {"class": str | None, "method": str | None, "message": str | None, "stack_trace": str | None},
)


class DeploymentDetail(TypedDict):
    """How many components a deployment has and has done, the numbers as the org writes them, and what went wrong."""

    total_count: str | None
    failed_count: str | None
    deployed_count: str | None
    errors: list[ComponentProblem]


class UnitTestDetail(TypedDict):
    """How many Apex tests a deployment has and has run, and those that failed."""

    total_count: str | None
    failed_count: str | None
    completed_count: str | None
    errors: list[UnitTestProblem]


class DeployStatus(NamedTuple):
    """How far a deployment is; `state` ends as ``Succeeded``, ``SucceededPartial``, ``Failed`` or ``Canceled``.

    Example:
        >>> status = sf.mdapi.check_deploy_status(sf.mdapi.deploy("package.zip", sandbox=True).id)
        >>> status.state, status.deployment_detail["errors"]
        ('Succeeded', [])
    """

    state: str | None
    state_detail: str | None
    deployment_detail: DeploymentDetail
    unit_test_detail: UnitTestDetail


class RetrieveMessage(TypedDict):
    """A file that could not be retrieved, and why."""

    file: str | None
    message: str | None


class RetrieveStatus(NamedTuple):
    """How far a retrieval is; `state` ends as ``Succeeded`` or ``Failed``.

    Example:
        >>> started = sf.mdapi.retrieve(unpackaged={"CustomObject": ["Account"]})
        >>> sf.mdapi.check_retrieve_status(started.id)
        RetrieveStatus(state='Succeeded', error_message=None, messages=[...])
    """

    state: str | None
    error_message: str | None
    messages: list[RetrieveMessage]


class RetrievedZip(NamedTuple):
    """What was retrieved; `zip` is empty until the retrieval has succeeded.

    Example:
        >>> started = sf.mdapi.retrieve(unpackaged={"CustomObject": ["Account"]})
        >>> sf.mdapi.retrieve_zip(started.id).zip[:2]
        b'PK'
    """

    state: str | None
    error_message: str | None
    messages: list[RetrieveMessage]
    zip: bytes


class MetadataNotSaved(SalesforceGeneralError):
    """Components that a create, update, upsert, delete or rename could not save; `failures` has one row for each.

    Example:
        >>> try:
        ...     sf.mdapi.CustomField.delete("Account.NoSuchField__c")
        ... except MetadataNotSaved as error:
        ...     [failure.fullName for failure in error.failures]
        ['Account.NoSuchField__c']
    """

    remedy = "The others of the same call were saved."

    def __init__(self, operation: str, failures: Sequence[Component]) -> None:
        told = [
            f"{row.fullName}: " + ", ".join(f"({error.statusCode}, {error.message})" for error in row.all("errors"))
            for row in failures
        ]
        super().__init__("", 200, operation, [dict(row) for row in failures], cause="; ".join(told))
        self.failures = list(failures)

    def __str__(self) -> str:
        return f"{self.resource_name}: {self.cause}. {self.remedy}"
