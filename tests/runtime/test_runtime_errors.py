"""Which error an answer means, what it says, and what it never says."""

from __future__ import annotations

import copy
import json
import pickle
import socket
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
import requests
import sfgen_runtime
from hypothesis import given
from hypothesis import strategies as st
from scripted_org import TOKEN, Answer, Org
from sfgen_runtime import (
    DuplicatesDetected,
    EntityIsDeleted,
    ErrorDetail,
    InsufficientAccess,
    InvalidType,
    OutcomeUnknown,
    RequestLimitExceeded,
    RequiredFieldMissing,
    SalesforceAuthenticationFailed,
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
    TriggerFailed,
    UnableToLockRow,
)
from sfgen_runtime.apex.actions import InvokeAction
from sfgen_runtime.apex.bodies import Answers, JsonBody
from sfgen_runtime.bulk.jobs import JobInfo, get_job
from sfgen_runtime.error_codes import error_of
from sfgen_runtime.errors import outcome_unknown
from sfgen_runtime.http import Request


def body(code: str, message: str = "said so", **more: Any) -> bytes:
    return json.dumps([{"errorCode": code, "message": message, **more}]).encode()


@pytest.mark.parametrize(
    ("status", "content", "kind", "parent"),
    [
        (400, body("REQUIRED_FIELD_MISSING"), RequiredFieldMissing, SalesforceMalformedRequest),
        (400, body("DUPLICATES_DETECTED"), DuplicatesDetected, SalesforceMalformedRequest),
        (400, body("UNABLE_TO_LOCK_ROW"), UnableToLockRow, SalesforceMalformedRequest),
        (500, body("UNABLE_TO_LOCK_ROW"), UnableToLockRow, SalesforceMalformedRequest),
        (403, body("REQUEST_LIMIT_EXCEEDED"), RequestLimitExceeded, SalesforceRefusedRequest),
        (404, body("ENTITY_IS_DELETED"), EntityIsDeleted, SalesforceResourceNotFound),
        (403, body("INVALID_SESSION_ID"), SalesforceExpiredSession, SalesforceError),
        (503, b"<html>busy</html>", ServerUnavailable, SalesforceGeneralError),
        (300, b'["/services/data/v62.0/sobjects/A/1"]', SalesforceMoreThanOneRecord, SalesforceError),
        (400, body("SOMETHING_NEW"), SalesforceMalformedRequest, SalesforceError),
        (401, b"<html>", SalesforceExpiredSession, SalesforceError),
        (404, b"", SalesforceResourceNotFound, SalesforceError),
        (415, b"", SalesforceGeneralError, SalesforceError),
    ],
)
def test_the_code_decides_then_the_status(
    status: int, content: bytes, kind: type[SalesforceError], parent: type[SalesforceError]
) -> None:
    error = error_of("https://acme.my.salesforce.com/x", status, "Contact", content)
    assert isinstance(error, kind)
    assert isinstance(error, parent)
    assert (type(error).__name__, error.status) == (kind.__name__, status)


@pytest.mark.parametrize(
    ("status", "code", "kinds"),
    [
        (500, "APEX_ERROR", (TriggerFailed, SalesforceGeneralError)),
        (400, "INSUFFICIENT_ACCESS_OR_READONLY", (InsufficientAccess, SalesforceMalformedRequest)),
        (400, "ENTITY_IS_DELETED", (EntityIsDeleted, SalesforceMalformedRequest)),
        (404, "INVALID_TYPE", (InvalidType, SalesforceResourceNotFound)),
        (403, "INVALID_SESSION_ID", (SalesforceExpiredSession, SalesforceRefusedRequest)),
    ],
)
def test_a_code_under_another_status_is_caught_by_both(
    status: int, code: str, kinds: tuple[type[Exception], ...]
) -> None:
    error = error_of("https://acme.my.salesforce.com/x", status, "Contact", body(code))
    assert all(isinstance(error, kind) for kind in kinds)
    for twin in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert type(twin) is type(error)
        assert str(twin) == str(error)
    # What a row of a composite answer says has no status.
    assert type(error_of("", 200, "Contact", body(code))) is kinds[0]


def test_an_error_tells_everything() -> None:
    content = body("REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]", fields=["LastName"])
    error = error_of("https://acme.my.salesforce.com/x", 400, "Contact", content, method="POST")
    assert error.error_code == "REQUIRED_FIELD_MISSING"
    assert error.errors == [
        ErrorDetail("REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]", ("LastName",))
    ]
    assert error.content == json.loads(content)
    assert (error.url, error.method, error.resource_name) == ("https://acme.my.salesforce.com/x", "POST", "Contact")
    for told in ("POST", "Contact", "400", "REQUIRED_FIELD_MISSING", "LastName", "Give the named fields a value."):
        assert told in str(error)


def test_constructors_are_those_of_simple_salesforce() -> None:
    error = SalesforceMalformedRequest("https://x", 400, "Contact", [{"errorCode": "E", "message": "m"}])
    assert (error.url, error.status, error.resource_name) == ("https://x", 400, "Contact")
    assert "E: m" in str(error)
    assert SalesforceError("https://x", 418, "Tea", b"teapot").content == b"teapot"
    failed = SalesforceAuthenticationFailed("INVALID_LOGIN", "locked out")
    assert (failed.code, failed.auth_message, failed.error_code) == ("INVALID_LOGIN", "locked out", "INVALID_LOGIN")
    assert "locked out" in str(failed)
    assert SalesforceAuthenticationFailed(None, None).auth_message == ""
    assert str(SalesforceOperationError("job 750 failed")) == "job 750 failed"


@given(st.binary(max_size=200))
def test_any_body_makes_an_error(content: bytes) -> None:
    error = error_of("https://acme.my.salesforce.com/x", 500, "Contact", content)
    assert "500" in str(error)
    assert isinstance(repr(error), str)
    assert all(isinstance(detail, ErrorDetail) for detail in error.errors)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["errorCode", "message", "fields"]), inner),
    )
)
def test_any_json_makes_an_error(content: object) -> None:
    assert "400" in str(error_of("https://acme.my.salesforce.com/x", 400, "", json.dumps(content).encode()))


def test_html_and_long_bodies_are_told_in_a_line() -> None:
    page = b"<html><head><style>p {}</style><title>Down for\nmaintenance</title></head><body>" + b"x" * 10_000
    assert "Down for maintenance" in str(error_of("https://x.example", 503, "", page))
    assert len(str(error_of("https://x.example", 503, "", b"y" * 10_000))) < 700


@pytest.mark.parametrize(
    "error",
    [
        error_of("https://x.example/a", 400, "Contact", body("INVALID_FIELD"), method="GET", cause="why"),
        SalesforceAuthenticationFailed("c", "m"),
        SalesforceTimeout("https://x.example", 0, "query", "", cause="too slow"),
        SalesforceBulkV2LoadError("job"),
    ],
)
def test_errors_cross_processes(error: SalesforceError) -> None:
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(twin) is type(error)
        assert str(twin) == str(error)
        assert twin.__dict__ == error.__dict__


def test_requests_cross_processes() -> None:
    for request in (Request("GET", "limits"), Request("POST", "x", {"a": 1}, {"X-A": "b"}, b"{}")):
        assert pickle.loads(pickle.dumps(request)) == request == copy.copy(request)
    unknown = outcome_unknown(ServerUnavailable("https://x.example", 503, "", ""), Request("POST", "sobjects/Contact"))
    assert str(pickle.loads(pickle.dumps(unknown))) == str(unknown)


def test_every_exception_is_exported_and_says_what_it_is() -> None:
    def tree(kind: type[SalesforceError]) -> set[type[SalesforceError]]:
        return {kind}.union(*(tree(sub) for sub in kind.__subclasses__()))

    for kind in tree(SalesforceError):
        # The kinds of OutcomeUnknown and what several classes share are nobody's to name.
        if kind.__module__ in ("sfgen_runtime.errors", "sfgen_runtime.error_codes") and kind.__name__[0] != "_":
            assert kind.__name__ in sfgen_runtime.__all__ or issubclass(kind, OutcomeUnknown)
            assert kind.__doc__


# -- secrets ---------------------------------------------------------------------------------------------------------


def leaks(error: BaseException) -> bool:
    return "SECRET" in f"{error}{error!r}{error.args}{error.__dict__}"


@pytest.mark.parametrize("body", [f"<p>{TOKEN}</p>".encode(), b"\xff " + TOKEN.encode()])
def test_a_success_that_echoes_the_token_leaks_nothing(org: Org, body: bytes) -> None:
    org.respond = lambda asked: Answer(200, body)
    client = org.client()
    for call in (client.limits, lambda: client.query("SELECT Id FROM Account"), lambda: client.Contact.create({})):
        with pytest.raises(SalesforceGeneralError) as caught:
            call()
        assert not leaks(caught.value)
        assert caught.value.__context__ is None
        assert isinstance(caught.value.content, str)


def test_an_answer_of_another_shape_that_echoes_the_token_leaks_nothing(org: Org) -> None:
    org.respond = lambda asked: Answer(200, {"id": 7, "asked with": TOKEN})
    client = org.client(retries=None)
    of_document: Answers[str] = Answers({"200": JsonBody(lambda: str)})
    calls: tuple[Callable[[], object], ...] = (
        lambda: client.bulk2.Contact.insert(records=[{"LastName": "Smith"}]),
        lambda: client.execute(get_job("query", "750000000000001AAA", parse=JobInfo.read)),
        lambda: client.execute(InvokeAction("apex", "Greeting", [{}])),
        lambda: of_document(client.send(Request("GET", "/services/apexrest/Greeting"))),
    )
    for call in calls:
        with pytest.raises(SalesforceError) as caught:
            call()
        assert not leaks(caught.value)
        assert "***" in str(caught.value.content)


@pytest.mark.parametrize("status", [302, 400, 401, 500])
def test_a_server_that_echoes_the_token_leaks_nothing(org: Org, status: int) -> None:
    org.respond = lambda asked: Answer(status, [{"errorCode": "E", "message": f"bad {TOKEN}"}], {"Location": "/x"})
    with pytest.raises(SalesforceError) as caught:
        org.client().restful(f"sobjects/{TOKEN}")
    assert not leaks(caught.value)
    assert "***" in str(caught.value)


@pytest.mark.parametrize("status", [200, 302, 404])
def test_a_token_is_not_shown_percent_encoded(org: Org, status: int) -> None:
    token = "00D!SECRET+/=.~"
    url = quote_plus(token) + quote(token, safe="")
    org.respond = lambda asked: Answer(status, f"<p>{url}</p>".encode() if status != 200 else b"{", {"Location": url})
    client = sfgen_runtime.Salesforce(session_id=token, instance_url=org.url)
    gone = sfgen_runtime.Salesforce(session_id=token, instance_url="http://127.0.0.1:1", retries=None)
    for asked in (client, gone):
        with pytest.raises(SalesforceError) as caught:
            asked.restful("nope", params={"foo": asked.session_id})
        assert not leaks(caught.value)
        with pytest.raises(SalesforceError) as caught:
            asked.restful(f"nope/{quote(asked.session_id)}")
        assert not leaks(caught.value)


def test_secrets_in_a_url_are_not_shown(org: Org) -> None:
    org.respond = lambda asked: Answer(400, {"error": "unsupported_token_type"})
    with pytest.raises(SalesforceMalformedRequest) as caught:
        org.client().oauth2("revoke", {"token": "SECRET"}, method="POST")
    assert not leaks(caught.value)
    assert org.asked[0].query["token"] == ["SECRET"]


def test_nothing_shows_the_token(org: Org) -> None:
    client = org.client()
    for thing in (client, client.headers, client.Contact, client._transport, client._org):
        assert "SECRET" not in repr(thing)
    assert client.headers["Authorization"] == f"Bearer {TOKEN}"


def test_a_token_with_a_line_break_is_refused_without_showing_it() -> None:
    with pytest.raises(ValueError, match=r"session id") as caught:
        sfgen_runtime.Salesforce(session_id="SEC\nRET", instance_url="https://acme.my.salesforce.com")
    assert "SEC" not in str(caught.value)
    # A line break at the end is how files are read.
    client = sfgen_runtime.Salesforce(session_id="SECRET\n", instance_url="https://acme.my.salesforce.com")
    assert client.session_id == "SECRET"


# -- no answer -------------------------------------------------------------------------------------------------------


def test_no_connection_is_one_clear_error() -> None:
    client = sfgen_runtime.Salesforce(session_id=TOKEN, instance_url="http://127.0.0.1:1", retries=None)
    with pytest.raises(SalesforceConnectionError, match=r"GET http://127.0.0.1:1/.*refused") as caught:
        client.query("SELECT Id FROM Account")
    assert isinstance(caught.value, requests.ConnectionError)
    assert caught.value.was_sent is False
    assert (caught.value.status, caught.value.errors, caught.value.error_code) == (0, [], None)
    assert not leaks(caught.value)


@pytest.mark.parametrize(
    "wire",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnothex\r\n{",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\njunk",
        b"SMTP ready\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 503 Busy\r\nContent-Length: 100\r\n\r\n<html>",
    ],
)
def test_an_answer_that_breaks_off_is_an_error_of_unknown_outcome(wire: bytes) -> None:
    def answer_once(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(wire)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=answer_once, args=(server,))
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        client = sfgen_runtime.Salesforce(session_id=TOKEN, instance_url=url, retries=None)
        with pytest.raises(SalesforceConnectionError, match=r"acted on the request is unknown") as caught:
            client.limits()
        thread.join()
    assert caught.value.was_sent
    assert not leaks(caught.value)


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b'{"id":'])
def test_a_success_that_makes_no_sense_is_an_error(org: Org, body: bytes) -> None:
    org.respond = lambda asked: Answer(200, body)
    client = org.client()
    for verb, *args in ((client.query, "x"), (client.Contact.get, "003"), (client.Contact.create, {})):
        with pytest.raises(SalesforceGeneralError, match=r"answered 200: .*JSON"):
            verb(*args)


def test_a_timeout_of_the_call_or_the_client_is_kept() -> None:
    # Accepts connections and never answers.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        client = sfgen_runtime.Salesforce(session_id=TOKEN, instance_url=url)
        with pytest.raises(SalesforceTimeout, match=r"timeout="):
            client.Contact.update("003xx0000000001", {"LastName": "x"}, timeout=0.05)
        client = sfgen_runtime.Salesforce(session_id=TOKEN, instance_url=url, timeout=(5, 0.05))
        with pytest.raises(requests.Timeout):
            client.limits()


# -- what a code's own class knows -----------------------------------------------------------------------------------


def refused(code: str, message: str, status: int = 400, **more: Any) -> Any:
    return error_of("https://acme.my.salesforce.com/x", status, "Contact", body(code, message, **more))


def test_required_fields_are_named_by_the_answer_or_its_message() -> None:
    message = "Required fields are missing: [LastName, Email]"
    assert refused("REQUIRED_FIELD_MISSING", message, fields=["LastName"]).fields == ("LastName",)
    assert refused("REQUIRED_FIELD_MISSING", message).fields == ("LastName", "Email")
    assert refused("REQUIRED_FIELD_MISSING", "no list").fields == ()


def test_a_query_error_has_its_position() -> None:
    place = "SELECT LastNme FROM Contact\n       ^\nERROR at Row:1:Column:8"
    message = f"\n{place}\nNo such column 'LastNme' on entity 'Contact'."
    error = refused("INVALID_FIELD", message)
    assert (error.position, error.field, error.object_name) == ((1, 8), "LastNme", "Contact")
    assert error.position.column == 8
    assert refused("MALFORMED_QUERY", "line 2:14 no viable alternative").position == (2, 14)
    assert refused("MALFORMED_QUERY", "unexpected token: FORM").position is None
    # More digits than Python reads.
    assert refused("MALFORMED_QUERY", f"Row:{'1' * 5000}:Column:1").position is None
    assert refused("INVALID_TYPE", "sObject type 'Contakt' is not supported.").object_name == "Contakt"


def test_a_picklist_and_a_length_say_what_was_wrong() -> None:
    error = refused(
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "Status: bad value for restricted picklist field: Opne",
        fields=["Status"],
    )
    assert (error.value, error.fields, error.allowed) == ("Opne", ("Status",), ())
    error.allowed = ("Open", "Closed")
    assert "Use one of: 'Open', 'Closed'." in str(error)
    assert refused("STRING_TOO_LONG", "First Name: data value too large: xx (max length=40)").max_length == 40
    assert refused("STRING_TOO_LONG", f"(max length={'4' * 5000})").max_length is None
    duplicate = "duplicate value found: ERP_Id__c duplicates value on record with id: 001000000000001"
    assert refused("DUPLICATE_VALUE", duplicate).record_id == "001000000000001"


@pytest.mark.parametrize("key", ["duplicateResult", "duplicateResut"])
def test_duplicates_name_the_records(key: str) -> None:
    def match(*ids: str) -> dict[str, Any]:
        return {"matchRecords": [{"record": {"Id": record_id}} for record_id in ids]}

    result = {"allowSave": True, "matchResults": [match("003000000000001AAA", "003000000000002AAA"), match("00Q1")]}
    error = refused("DUPLICATES_DETECTED", "Use one of these records?", **{key: result})
    assert error.matches == ("003000000000001AAA", "003000000000002AAA", "00Q1")
    assert "003000000000002AAA" in str(error)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["matchResults", "matchRecords", "record", "Id", "duplicateResult"]), inner, max_size=4
            )
        ),
    )
)
def test_any_duplicate_result_is_read(result: object) -> None:
    assert isinstance(refused("DUPLICATES_DETECTED", "m", duplicateResult=result).matches, tuple)


@pytest.mark.parametrize(
    ("status", "code", "message", "told"),
    [
        (400, "INVALID_FIELD", "No such column 'Emial' on entity 'Contact'", "Check the field's API name"),
        (400, "INVALID_FIELD", "field 'Description' can not be filtered in a query call", "value or use"),
        (400, "INVALID_FIELD", "Foreign key external ID: x not found for field ERP_Id__c", "save the parent first"),
        (404, "NOT_FOUND", "Provided external ID field does not exist or is not accessible: X__c", "an external id"),
        (404, "NOT_FOUND", "The requested resource does not exist", "Check the path"),
        (400, "JSON_PARSER_ERROR", "Cannot deserialize instance of date", "a value of its type"),
        (400, "SOMETHING_NEW", "said so", "as it is it will be refused again"),
        (403, "SOMETHING_NEW", "said so", "permissions"),
        (500, "UNKNOWN_EXCEPTION", "ErrorId: 1-2 (3)", "Salesforce's support"),
        (500, "SOMETHING_NEW", "said so", "Try again later"),
    ],
)
def test_the_advice_fits_what_the_message_says(status: int, code: str, message: str, told: str) -> None:
    assert told in str(error_of("https://acme.my.salesforce.com/x", status, "Contact", body(code, message)))


@pytest.mark.parametrize("kind", sorted(sfgen_runtime.error_codes._BY_CODE))
def test_each_code_says_what_to_do(kind: str) -> None:
    says = "No such column" if kind == "INVALID_FIELD" else "what the org says"
    error = refused(kind, says)
    assert error.error_code == kind
    assert says in str(error)
    assert error.remedy
    assert str(error).count(error.remedy) == 1


def test_the_request_id_is_told(org: Org) -> None:
    org.respond = lambda asked: Answer(400, [{"errorCode": "E", "message": "m"}], {"X-Request-Id": "4f3c-77"})
    with pytest.raises(SalesforceMalformedRequest, match=r"\[request 4f3c-77\]") as caught:
        org.client().limits()
    assert caught.value.request_id == "4f3c-77"
    org.respond = lambda asked: Answer(400, [], {"X-Request-Id": "x" * 5000})
    with pytest.raises(SalesforceMalformedRequest) as caught:
        org.client().limits()
    assert caught.value.request_id is None


def test_what_a_terminal_would_obey_is_not_told() -> None:
    error = refused("E", "\x1b]0;owned\x07 \x9b31m red \u202egnp.exe", fields=["\x1b[2J"])
    assert not set("\x1b\x07\x9b\u202e") & set(str(error))
    page = error_of("https://x.example", 503, "", b"<title>\x1b[2J down</title>")
    assert "\x1b" not in str(page)
    assert len(str(refused("E", "x" * 100_000))) < 3_000


def test_a_client_that_knows_the_fields_names_the_nearest(org: Org) -> None:
    class Knowing(sfgen_runtime.Salesforce):
        def _known_fields(self, object_name: str) -> dict[str, tuple[str, ...]]:
            known: dict[str, tuple[str, ...]] = {"LastName": (), "FirstName": (), "Level__c": ("Low", "High")}
            return known if object_name == "Contact" else {}

    client = Knowing(session_id=TOKEN, instance_url=org.url)
    wrong = "No such column 'LastNme' on sobject of type Contact"
    org.respond = lambda asked: Answer(400, [{"errorCode": "INVALID_FIELD", "message": wrong}])
    with pytest.raises(sfgen_runtime.InvalidField, match=r"Did you mean LastName\?"):
        client.Contact.create({"LastNme": "Smith"})
    picklist = {"errorCode": "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "message": "m", "fields": ["Level__c"]}
    org.respond = lambda asked: Answer(400, [picklist])
    with pytest.raises(sfgen_runtime.RestrictedPicklistValue, match=r"'Low', 'High'"):
        client.Contact.create({"Level__c": "Hi"})
