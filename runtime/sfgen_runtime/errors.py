"""The errors of the API: by errorCode first (`error_codes`), by HTTP status second (here).

    SalesforceError
    ├── SalesforceMoreThanOneRecord          300
    ├── SalesforceMalformedRequest           400
    │   ├── DuplicatesDetected, DuplicateValue, FieldIntegrityError, InvalidCrossReference, InvalidField,
    │   ├── InvalidFieldForInsertUpdate, InvalidQueryLocator, InvalidType, MalformedId, MalformedQuery, QueryTimeout,
    │   ├── RequiredFieldMissing, RestrictedPicklistValue, StringTooLong, TriggerFailed, UnableToLockRow,
    │   └── ValidationRuleFailed
    ├── SalesforceExpiredSession             401
    ├── SalesforceRefusedRequest             403
    │   └── ApiDisabled, InsufficientAccess, RequestLimitExceeded, StorageLimitExceeded
    ├── SalesforceResourceNotFound           404
    │   └── EntityIsDeleted
    ├── SalesforceGeneralError               any other status, and answers that make no sense
    │   ├── ServerUnavailable                502, 503, 504
    │   └── TooManyRequests                  429
    ├── SalesforceAuthenticationFailed       a login
    ├── SalesforceConnectionError            no answer at all; also a requests.ConnectionError
    │   └── SalesforceTimeout                also a requests.Timeout
    ├── OutcomeUnknown                       whether the org did it is unknown, and it must not be done twice;
    │                                        always one of those above too: by what happened
    └── SalesforceOperationError             a bulk job
        └── SalesforceBulkV2LoadError, SalesforceBulkV2ExtractError

The names with ``Salesforce`` in front, their constructors and attributes are simple-salesforce's.
Salesforce document: REST API Developer Guide, "Status Codes and Error Responses".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar, TypedDict, Unpack

import requests

from .error_bodies import ErrorDetail, error_details, excerpt, without_secrets_in_url
from .remedies import login_remedy_for, remedy_for

if TYPE_CHECKING:
    from .http import Request


class Told(TypedDict, total=False):
    """What an error is told beside simple-salesforce's four arguments."""

    method: str
    cause: str
    request_id: str | None
    retry_after: float | None


class SalesforceError(Exception):
    """An error of the org, or on the way to it.

    `status` is the HTTP status, 0 where there was no answer. `error_code` is the first error's code, None where the
    body has none. `errors` lists all of them, `fields` the fields that they name. `content` is the body: JSON where it
    is JSON, else text. `request_id` is what Salesforce's support finds the call by, None where the answer has none;
    `retry_after` the seconds that the answer asked to wait; `tries` how often the request was sent.

    Example:
        >>> raised = SalesforceError("https://acme.my.salesforce.com/services/data", 418, "Tea", "a teapot")
        >>> raised.status, raised.error_code
        (418, None)
        >>> try:
        ...     sf.Contact.create({"FirstName": "Jo"})
        ... except SalesforceError as error:
        ...     error.status, error.error_code, error.fields
        (400, 'REQUIRED_FIELD_MISSING', ('LastName',))
    """

    remedy: ClassVar[str] = ""
    # Scripts for simple-salesforce fill it in; `str(error)` tells more.
    message: str = "{url} answered {status} for {name}. Response content: {content}"

    def __init__(
        self,
        url: str,
        status: int,
        resource_name: str,
        content: Any,
        *,
        method: str = "",
        cause: str = "",
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        self.url = without_secrets_in_url(url)
        self.status = status
        self.resource_name = resource_name
        self.content = content
        self.method = method
        self.cause = cause
        self.request_id = request_id
        self.retry_after = retry_after
        self.tries = 1
        self.errors: list[ErrorDetail] = error_details(content)
        super().__init__(self.url, status, resource_name, content)

    @property
    def error_code(self) -> str | None:
        """The first error's code, like ``REQUIRED_FIELD_MISSING``."""
        return self.errors[0].code if self.errors else None

    @property
    def fields(self) -> tuple[str, ...]:
        """The API names of the fields that the errors name, each once."""
        return tuple(dict.fromkeys(name for detail in self.errors for name in detail.fields))

    def __str__(self) -> str:
        told = "; ".join(part.rstrip(".") for part in (self._told(), self.cause) if part) or "no explanation"
        asked = " ".join(part for part in (self.method, self.url) if part)
        about = f" ({self.resource_name})" if self.resource_name else ""
        answered = f" answered {self.status}: " if self.status else " failed: "
        # The error of one row of a collection: the request was answered, by what became of each row.
        call = f"{asked}{about}{answered}" if asked or about else ""
        remedy = f" {said}" if (said := self._remedy()) else ""
        tried = f" It was {'sent' if self.status else 'tried'} {self.tries} times." if self.tries > 1 else ""
        request_id = f" [request {self.request_id}]" if self.request_id else ""
        return f"{call}{told}.{remedy}{tried}{request_id}"

    def _told(self) -> str:
        """Return what the answer says."""
        return "; ".join(map(str, self.errors)) or excerpt(self.content)

    def _remedy(self) -> str:
        """Return what to do about it."""
        return self.remedy or remedy_for(self.status, self.error_code)

    def __reduce__(self) -> tuple[Any, ...]:
        # By state and not by arguments: constructors differ, and an error must survive a process pool.
        return _rebuild, (type(self), self.args, self.__dict__)


def _rebuild(kind: type[SalesforceError], args: tuple[Any, ...], state: dict[str, Any]) -> SalesforceError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error


class SalesforceMoreThanOneRecord(SalesforceError):
    """300: the external id value belongs to several records; `content` lists their paths.

    Example:
        >>> try:
        ...     sf.Contact.get_by_custom_id("Email", "office@acme.example")
        ... except SalesforceMoreThanOneRecord as error:
        ...     error.status, error.content[0]
        (300, '/services/data/v.../sobjects/Contact/003...')
    """

    remedy = "Make the values unique, or use one of the listed records by its id."


class SalesforceMalformedRequest(SalesforceError):
    """400: the org understood the request and can't do it as it is.

    Example:
        >>> try:
        ...     sf.Contact.create({"FirstName": "Jo"})
        ... except SalesforceMalformedRequest as error:
        ...     error.content[0]["errorCode"]
        'REQUIRED_FIELD_MISSING'
    """


class SalesforceExpiredSession(SalesforceError):
    """401: the session id or access token has expired or was never valid for this org.

    Example:
        >>> client = Salesforce(session_id="00D...!old", instance_url=server.url)
        >>> client.describe()
        Traceback (most recent call last):
            ...
        sfgen_runtime.errors.SalesforceExpiredSession: ... Log in again, or give the client credentials ...
    """

    remedy = "Log in again, or give the client credentials instead of a session id so that it can."
    # Whether the session was the new one of a login that this call had made.
    renewed = False

    def _remedy(self) -> str:
        if self.renewed:
            return "A new login did not help: check the app's and the user's policies in Setup, such as IP ranges."
        return self.remedy


class SalesforceRefusedRequest(SalesforceError):
    """403: the user may not do this, or the org may not do more of it today.

    Example:
        >>> try:
        ...     sf.Contact.delete(contact.id)
        ... except SalesforceRefusedRequest as error:
        ...     error.error_code
        'INSUFFICIENT_ACCESS_OR_READONLY'
    """


class SalesforceResourceNotFound(SalesforceError):
    """404: no such record, object or path, or none that this user may see.

    Example:
        >>> sf.Contact.get("003000000000999AAA")
        Traceback (most recent call last):
            ...
        sfgen_runtime.errors.SalesforceResourceNotFound: ... Check the id and the object's name, ...
    """

    remedy = "Check the id and the object's name, and that the user may see the record."

    def _remedy(self) -> str:
        if "%3F" in self.url:
            return "The ? is taken as a part of the id: give parameters by params={...}."
        if re.search(r"/sobjects/\w+/\w{15,18}%2F", self.url):
            return "The / is taken as a part of the id: sf.restful(...) takes a path."
        if any("external ID field" in detail.message for detail in self.errors):
            return "Check the field's API name, that it is an external id, and that the user may see it."
        if self.error_code in ("NOT_FOUND", None) and "/sobjects/" not in self.url:
            return "Check the path, the API version and the user's permissions."
        return self.remedy


class SalesforceGeneralError(SalesforceError):
    """Any other status, and answers that make no sense.

    Example:
        >>> try:
        ...     sf.Contact.create({"LastName": "Smith"})
        ... except SalesforceGeneralError as error:
        ...     error.status, error.error_code
        (500, 'UNKNOWN_EXCEPTION')
    """


class ServerUnavailable(SalesforceGeneralError):
    """502, 503 or 504, or SERVER_UNAVAILABLE: the org can't answer now.

    Example:
        >>> sf.query("SELECT Id FROM Contact")
        Traceback (most recent call last):
            ...
        sfgen_runtime.errors.ServerUnavailable: ... Try again later; ... It was sent 4 times.
    """

    remedy = "Try again later; status.salesforce.com shows known incidents."


class TooManyRequests(SalesforceGeneralError):
    """429: too many requests in a short time. `retry_after` says how long to wait, if the answer did.

    Example:
        >>> try:
        ...     sf.query("SELECT Id FROM Contact")
        ... except TooManyRequests as error:
        ...     error.retry_after
        30
    """

    remedy = "Send fewer requests at a time; composite requests and bulk jobs need fewer."


class SalesforceAuthenticationFailed(SalesforceError):
    """A login was refused. `code` is the login service's own error code, or the HTTP status if it gave none.

    Example:
        >>> try:
        ...     Salesforce(consumer_key=server.consumer_key, consumer_secret="wrong", instance_url=server.url)
        ... except SalesforceAuthenticationFailed as error:
        ...     error.code, error.error_code
        ('invalid_client', 'invalid_client')
    """

    def __init__(self, code: str | int | None, auth_message: str | None) -> None:
        text = "" if auth_message is None else str(auth_message)
        super().__init__("authentication_endpoint", 401, "Authentication", text.encode())
        self.code = code
        self.auth_message = text
        self.errors = [] if code is None else [ErrorDetail(str(code), text)]

    @property
    def error_code(self) -> str | None:
        """The login service's code as text."""
        return None if self.code is None else str(self.code)

    def __str__(self) -> str:
        code = f" (code: {self.code})" if self.code is not None else ""
        remedy = login_remedy_for(self.code, self.auth_message)
        # As simple-salesforce has it; a sentence follows where there is advice.
        told = f"{self.auth_message.rstrip('.')}. {remedy}" if remedy else self.auth_message
        return f"Authentication failed{code}: {told}"


class SalesforceConnectionError(SalesforceError, requests.ConnectionError):
    """No answer: the connection could not be made, or broke. `errors` is empty and `status` 0.

    `was_sent` is False where no try's request left this machine; else whether the org acted on it is unknown. `passing`
    is False where the next try would fail like this one, as with a certificate that isn't trusted.

    Example:
        >>> client = Salesforce(session_id="00D...!...", instance_url="http://127.0.0.1:9", retries=None)
        >>> try:
        ...     client.describe()
        ... except SalesforceConnectionError as error:
        ...     error.status, error.was_sent
        (0, False)
    """

    remedy = "Check the instance URL and the network."
    # What requests' own exceptions have. They would show the Authorization header, so they stay empty.
    request = None
    response = None

    def __init__(
        self,
        url: str,
        status: int,
        resource_name: str,
        content: Any,
        *,
        was_sent: bool = True,
        passing: bool = True,
        **told: Unpack[Told],
    ) -> None:
        super().__init__(url, status, resource_name, content, **told)
        self.was_sent = was_sent
        self.passing = passing

    def __str__(self) -> str:
        acted = "Whether the org acted on the request is unknown." if self.was_sent else "The request was not sent."
        return f"{super().__str__()} {acted}"


class SalesforceTimeout(SalesforceConnectionError, requests.Timeout):
    """No answer in time; `timeout=` of the client or the call says how long to wait.

    Example:
        >>> try:
        ...     sf.apexecute("Slow", timeout=0.05)
        ... except SalesforceTimeout as error:
        ...     error.remedy
        'Give timeout= more seconds if the org needs them.'
    """

    remedy = "Give timeout= more seconds if the org needs them."


class OutcomeUnknown(SalesforceError):
    """Whether the org did what was asked is unknown, and sending it again could do it twice, so that is left to you.

    `sent` is the request without its session: ``sent.method``, ``sent.url``, ``sent.body``. It is raised as a subclass
    of what happened, too: `SalesforceConnectionError`, `SalesforceTimeout`, `ServerUnavailable` or
    `SalesforceGeneralError` (a success whose body can't be read).

    Example:
        >>> try:
        ...     saved = sf.Account.create({"Name": "Acme", "ERP_Id__c": "A-1"})
        ... except OutcomeUnknown as error:
        ...     found = sf.query("SELECT Id FROM Account WHERE ERP_Id__c = 'A-1'")
        >>> found.totalSize
        1
    """

    sent: Request

    def _remedy(self) -> str:
        if self.sent.method == "POST" and "/sobjects" in self.sent.url and self.resource_name:
            return (
                f"To find out, query {self.resource_name} for the values in error.sent.body before sending it again; "
                "an upsert by an external id can be sent again without that."
            )
        return "To find out, read what it would have changed before sending it again."


class OutcomeUnknownConnection(OutcomeUnknown, SalesforceConnectionError):
    """The connection broke after the request was sent.

    Example:
        >>> try:
        ...     sf.Contact.create({"LastName": "Smith"})
        ... except SalesforceConnectionError as error:
        ...     isinstance(error, OutcomeUnknown), error.sent.body
        (True, b'{"LastName":"Smith"}')
    """


class OutcomeUnknownTimeout(OutcomeUnknown, SalesforceTimeout):
    """The answer did not come in time.

    Example:
        >>> try:
        ...     sf.apexecute("Slow", method="POST", timeout=(10, 0.05))
        ... except SalesforceTimeout as error:
        ...     isinstance(error, OutcomeUnknown), error.sent.method
        (True, 'POST')
    """


class OutcomeUnknownGateway(OutcomeUnknown, ServerUnavailable):
    """Something between here and the org failed.

    Example:
        >>> try:
        ...     sf.Contact.create({"LastName": "Smith"})
        ... except ServerUnavailable as error:
        ...     isinstance(error, OutcomeUnknown), error.status
        (True, 502)
    """


class OutcomeUnknownAnswer(OutcomeUnknown, SalesforceGeneralError):
    """The answer makes no sense.

    Example:
        >>> try:
        ...     sf.Contact.create({"LastName": "Smith"})
        ... except SalesforceGeneralError as error:
        ...     isinstance(error, OutcomeUnknown), error.status
        (True, 201)
    """


def outcome_unknown(failure: SalesforceError, sent: Request) -> OutcomeUnknown:
    """Return the error that says so of a request that isn't repeatable, with all that `failure` knows."""
    kind: type[OutcomeUnknown] = OutcomeUnknownAnswer
    match failure:
        case SalesforceTimeout():
            kind = OutcomeUnknownTimeout
        case SalesforceConnectionError():
            kind = OutcomeUnknownConnection
        case ServerUnavailable():
            kind = OutcomeUnknownGateway
    error = kind.__new__(kind)
    error.args = failure.args
    error.__dict__.update(failure.__dict__)
    error.sent = sent.without_session()
    return error


class SalesforceOperationError(SalesforceError):
    """A bulk job went wrong.

    Example:
        >>> try:
        ...     sf.bulk2.Contact.insert(records=[])
        ... except SalesforceOperationError as error:
        ...     print(error)
        there are no rows to load: the records are empty
    """

    def __init__(self, message: str = "") -> None:
        super().__init__("", 0, "", message)

    def __str__(self) -> str:
        return str(self.content)


class SalesforceBulkV2LoadError(SalesforceOperationError):
    """A Bulk 2.0 ingest job failed.

    Example:
        >>> try:
        ...     sf.bulk2.Contact.insert("no-such-file.csv")
        ... except SalesforceBulkV2LoadError as error:
        ...     print(error)
        no-such-file.csv not found...
    """


class SalesforceBulkV2ExtractError(SalesforceOperationError):
    """A Bulk 2.0 query job failed.

    Example:
        >>> next(sf.bulk2.Contact.query(""))
        Traceback (most recent call last):
            ...
        sfgen_runtime.errors.SalesforceBulkV2ExtractError: Query is required for query jobs
    """


BY_STATUS: dict[int, type[SalesforceError]] = {
    300: SalesforceMoreThanOneRecord,
    400: SalesforceMalformedRequest,
    401: SalesforceExpiredSession,
    403: SalesforceRefusedRequest,
    404: SalesforceResourceNotFound,
    429: TooManyRequests,
    502: ServerUnavailable,
    503: ServerUnavailable,
    504: ServerUnavailable,
}
