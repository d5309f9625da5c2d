"""The world that examples run in: an org with some records, clients of it, files, and what one needs besides."""

from __future__ import annotations

import collections.abc
import signal
import sys
import threading
import typing
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import keyring
import requests
import sfgen_runtime
from pydantic import BaseModel
from sfgen_local_org import demo
from sfgen_local_org.bulk.faults import JobFaults
from sfgen_local_org.http.actions import ActionParameter
from sfgen_local_org.http.apex import ApexRequest, ApexResponse
from sfgen_local_org.http.call import Answer
from sfgen_local_org.ids import make_id
from sfgen_local_org.org import Org
from sfgen_local_org.server import LocalOrg
from sfgen_runtime import RetryPolicy, Salesforce
from sfgen_runtime.http import Request, Response
from sfgen_runtime.login import choice, device, ways, web
from sfgen_runtime.login.callback import CallbackServer
from sfgen_runtime.results import SaveResult
from sfgen_runtime.transport import new_http_session

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / folder) for folder in ("login", "faults")]

from fake_sf import FakeSf  # noqa: E402  # found through the line above
from memory_keyring import MemoryKeyring  # noqa: E402

if TYPE_CHECKING:
    import pytest
    from sfgen_runtime.login import DeviceCode

# Where an example's fault passes, nobody has to wait for the next try.
AT_ONCE = RetryPolicy(sleep=lambda seconds: None)

_COLLEAGUES = count(1_000)

# What the endpoint that takes its time waits for.
_LET_GO = threading.Event()

_LOGINS = ("sfgen_runtime.login", "sfgen_runtime.legacy", "sfgen_runtime.session")
# What users' tests import to make, fill and control a local org.
_LOCAL = {
    "ActionParameter": ActionParameter,
    "ApexRequest": ApexRequest,
    "JobFaults": JobFaults,
    "LocalOrg": LocalOrg,
    "Org": Org,
    "describes": demo.describes,
    "signal": signal,
}
_OBJECTS = ("Account", "Case", "Contact", "FeedTrackedChange", "Opportunity", "Task", "User")
# In the typed layer `sf` is the client of a generated package.
_TYPED = ("sfgen_runtime.model", "sfgen_runtime.bulk.query", "sfgen_runtime.bulk.results")


def register_code(server: LocalOrg) -> None:
    """Give the org the Apex classes that examples call."""

    @server.apex("/Greeting", "POST")
    def greet(request: ApexRequest) -> str:
        return f"Hello {request.json()['name']}"

    @server.apex("/Slow", "POST")
    @server.apex("/Slow")
    def wait(request: ApexRequest) -> str:
        _LET_GO.wait(10)
        return "at last"

    @server.apex("/Refusal")
    def refuse(request: ApexRequest) -> ApexResponse:
        return ApexResponse({"reason": "closed"}, status=400)

    @server.apex("/Receipt/*")
    def receipt(request: ApexRequest) -> ApexResponse:
        return ApexResponse(b"%PDF-1.7 ...", media_type="application/pdf")


def names_for(
    example: str, server: LocalOrg, folder: Path, monkeypatch: pytest.MonkeyPatch, stack: ExitStack
) -> dict[str, Any]:
    """Return what an example takes for granted; what has to be undone after it goes on the stack."""
    import acme_org

    _LET_GO.clear()
    stack.callback(_LET_GO.set)
    monkeypatch.chdir(folder)
    write_files(folder)
    app = {"consumer_key": server.consumer_key, "consumer_secret": server.consumer_secret}
    sf = Salesforce(**app, instance_url=server.url, retries=AT_ONCE)
    acme = acme_org.Salesforce(**app, instance_url=server.url, retries=AT_ONCE)
    account = created(server, "Account", {"Name": "Solar Works"})
    offer = {"Name": "offer.pdf", "ParentId": account.id, "Body": "JVBERi0xLjcgLi4u"}
    names = {
        **{name: getattr(sfgen_runtime, name) for name in sfgen_runtime.__all__},
        "BaseModel": BaseModel,
        "Request": Request,
        "Response": Response,
        **{name: getattr(acme_org, name) for name in _OBJECTS},
        "server": server,
        "untyped": sf,
        "acme": acme,
        "sf": acme if example.startswith(_TYPED) else sf,
        "account": account,
        "account_id": account.id,
        "user_id": a_colleague(server),
        "contact": created(server, "Contact", {"LastName": "Smith"}),
        "attachment": created(server, "Attachment", offer),
    }
    if example.startswith("sfgen_local_org"):
        names |= {**vars(collections.abc), **vars(typing), **_LOCAL, "org": server.org}
    for package in _packages_of(example):
        names = {**{name: getattr(package, name) for name in package.__all__}, **names}
    if example.startswith(_LOGINS):
        names |= let_people_log_in(server, folder, monkeypatch, stack)
    if (setting := SETTINGS.get(example)) is not None:
        names |= setting(server, sf) or {}
    return names


def created(server: LocalOrg, sobject: str, record: dict[str, str]) -> SaveResult:
    """Create a record without a call, and return what a client's `create` does."""
    return SaveResult(id=server.org.create(sobject, record), success=True, errors=[])


def make_twins(sf: Salesforce) -> None:
    """Give two contacts one email address."""
    for name in ("Jo", "Al"):
        sf.Contact.create({"LastName": name, "Email": "office@acme.example"})


def a_colleague(server: LocalOrg) -> str:
    """Add a user whose password may be changed without locking the clients out; return the id."""
    user_id = make_id("005", next(_COLLEAGUES))
    server.org.seed([("User", {"Id": user_id, "LastName": "Colleague"})])
    return user_id


def _packages_of(example: str) -> list[ModuleType]:
    """Return the packages below the runtime's own that an example stands in: their names need no import there."""
    parts = example.split(".")[:2]
    package = sys.modules[".".join(parts)] if len(parts) == 2 and ".".join(parts) in sys.modules else None
    return [package] if package is not None and hasattr(package, "__all__") else []


def write_files(folder: Path) -> None:
    (folder / "offer.pdf").write_bytes(b"%PDF-1.7 ...")
    (folder / "contacts.csv").write_text("LastName,FirstName\nSmith,Jo\nJones,Al\n", encoding="utf-8")
    (folder / "semicolons.csv").write_text("LastName;FirstName\nSmith;Jo\n", encoding="utf-8")
    with zipfile.ZipFile(folder / "package.zip", "w") as archive:
        archive.writestr("package.xml", "<Package/>")


def let_people_log_in(
    server: LocalOrg, folder: Path, monkeypatch: pytest.MonkeyPatch, stack: ExitStack
) -> dict[str, Any]:
    """Put the local org in the place of every domain, with a person who agrees to whatever they are asked."""
    shown: list[DeviceCode] = []

    def agree(seconds: float) -> None:
        form = {"user_code": shown[-1].user_code, "decision": "allow"}
        requests.post(shown[-1].verification_uri, data=form, timeout=10)

    def browse(url: str) -> None:
        threading.Thread(target=requests.get, args=(url,), kwargs={"timeout": 10}, daemon=True).start()

    monkeypatch.setattr(choice, "origin_of_domain", lambda domain: server.url)
    monkeypatch.setattr(web, "CallbackServer", lambda port, path, state: CallbackServer(0, path, state))
    monkeypatch.setattr(web, "open_in_browser", browse)
    monkeypatch.setattr(device, "tell_code", shown.append)
    monkeypatch.setattr(ways, "time", SimpleNamespace(sleep=agree))
    stack.callback(keyring.set_keyring, keyring.get_keyring())
    keyring.set_keyring(MemoryKeyring())
    programs = folder / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    cli = FakeSf(programs)
    cli.answer("org display", {"instanceUrl": server.url, "accessToken": server.session_id})
    return {
        "new_http_session": new_http_session,
        "kept": server.refresh_token,
        "remember": lambda token: None,
    }


# ---- what an example is about, where an org in good health and order doesn't do it ----------------------------------

Setting = Callable[["LocalOrg", Salesforce], dict[str, Any] | None]


def _refused(path: str, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Setting:
    def setting(server: LocalOrg, sf: Salesforce) -> None:
        server.fail(path, status, code=code, message=message, headers=headers)

    return setting


def answer_with(server: LocalOrg, path: str, answer: Answer) -> None:
    """Answer as an org with rules or metadata of its own does: no call of `fail` says so much."""
    server.fail(path, answer.status)
    server._faults._rules[-1].answer = answer


def _duplicate_rule(server: LocalOrg, sf: Salesforce) -> None:
    found = sf.query("SELECT Id FROM Account WHERE Name = 'Solar Works'")["records"][0]
    matches = {"matchResults": [{"matchRecords": [{"record": {"Id": found["Id"]}}]}]}
    body = [{"errorCode": "DUPLICATES_DETECTED", "message": "Use one of these records?", "duplicateResult": matches}]
    answer_with(server, "*/sobjects/Account", Answer(400, body))


def _value_type(server: LocalOrg, sf: Salesforce) -> None:
    result = b"<result><valueTypeFields><name>fullName</name><soapType>string</soapType></valueTypeFields></result>"
    body = (
        b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><describeValueTypeResponse '
        b'xmlns="http://soap.sforce.com/2006/04/metadata">'
        + result
        + b"</describeValueTypeResponse></e:Body></e:Envelope>"
    )
    answer_with(server, "*/Soap/m/*", Answer(200, content=body, media_type="text/xml"))


_READ, _WRITE = "*/query", "*/sobjects/Contact*"
_CODES = "sfgen_runtime.error_codes"
_STATUSES = "sfgen_runtime.errors"
SETTINGS: dict[str, Setting] = {
    f"{_STATUSES}.OutcomeUnknown": lambda server, sf: server.cut("*/sobjects/Account", method="POST"),
    f"{_STATUSES}.OutcomeUnknownConnection": lambda server, sf: server.cut(_WRITE, method="POST"),
    f"{_STATUSES}.OutcomeUnknownGateway": lambda server, sf: answer_with(
        server, _WRITE, Answer(502, content=b"<title>Bad gateway</title>", media_type="text/html")
    ),
    f"{_STATUSES}.OutcomeUnknownAnswer": lambda server, sf: answer_with(server, _WRITE, Answer(201, content=b"{")),
    f"{_CODES}.DuplicatesDetected": _duplicate_rule,
    "sfgen_runtime.metadata.api.MetadataType.describe": _value_type,
    f"{_CODES}.UnableToLockRow": _refused(
        _WRITE, 400, "UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record"
    ),
    f"{_CODES}.QueryTimeout": _refused(_READ, 400, "QUERY_TIMEOUT", "Your query request was running for too long."),
    f"{_CODES}.ValidationRuleFailed": _refused(
        _WRITE, 400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", "A mobile number has digits"
    ),
    f"{_CODES}.TriggerFailed": _refused(
        _WRITE, 400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "ContactTrigger: execution of BeforeUpdate"
    ),
    f"{_CODES}.InsufficientAccess": _refused(
        _WRITE, 403, "INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id"
    ),
    f"{_CODES}.RequestLimitExceeded": _refused(_READ, 403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
    f"{_CODES}.StorageLimitExceeded": _refused(_WRITE, 403, "STORAGE_LIMIT_EXCEEDED", "storage limit exceeded"),
    f"{_CODES}.ApiDisabled": _refused(
        "*/sobjects", 403, "API_DISABLED_FOR_ORG", "API is not enabled for this Organization or Partner"
    ),
    f"{_STATUSES}.SalesforceRefusedRequest": _refused(
        _WRITE, 403, "INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id"
    ),
    f"{_STATUSES}.SalesforceGeneralError": _refused(_WRITE, 500, "UNKNOWN_EXCEPTION", "An unexpected error occurred"),
    f"{_STATUSES}.ServerUnavailable": _refused(_READ, 503, "SERVER_UNAVAILABLE", "The server is unavailable"),
    f"{_STATUSES}.TooManyRequests": _refused(
        _READ, 429, "REQUEST_LIMIT_EXCEEDED", "Too many requests", {"Retry-After": "30"}
    ),
    "sfgen_runtime.bulk.errors.BulkInterrupted": _refused("*/batches", 503, "SERVER_UNAVAILABLE", "Back soon"),
    "sfgen_runtime.bulk.errors.BulkTimeout": lambda server, sf: server.delay_job(2),
    "sfgen_runtime.bulk.errors.BulkJobFailed": lambda server, sf: server.fail_job(after_rows=1),
    "sfgen_runtime.bulk.rows.RowUnprocessed": lambda server, sf: server.fail_job(after_rows=1),
    f"{_STATUSES}.SalesforceMoreThanOneRecord": lambda server, sf: make_twins(sf),
}
