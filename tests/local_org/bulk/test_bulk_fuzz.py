"""Whatever is asked of the bulk and Apex endpoints, they answer or refuse; none of them crashes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sfgen_local_org.bulk.desk import BulkDesk
from sfgen_local_org.bulk.spool import Spool
from sfgen_local_org.demo import describes
from sfgen_local_org.http.app import CustomCode, build_router
from sfgen_local_org.http.call import Answer, Call
from sfgen_local_org.http.faults import Faults
from sfgen_local_org.http.site import Credentials, Sessions, Site
from sfgen_local_org.org import Org

if TYPE_CHECKING:
    from sfgen_local_org.http.router import Router

DATA, ASYNC = "/services/data/v62.0/jobs", "/services/async/62.0/job"
WORDS = ["insert", "update", "upsert", "delete", "hardDelete", "query", "queryAll", "Contact", "Account", "CSV", "JSON"]
WORDS += ["XML", "LF", "CRLF", "COMMA", "Closed", "Aborted", "UploadComplete", "Id", "Portal_User_Id__c", "Email"]
KEYS = ["operation", "object", "contentType", "lineEnding", "columnDelimiter", "externalIdFieldName", "query", "state"]
SCALAR = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.sampled_from(WORDS)
)
VALUE = st.recursive(SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3))
BODY = st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), VALUE, max_size=8)
NAMES = st.sampled_from(
    ["LastName", "FirstName", "Id", "Email", "Account.Name", "AccountId", "Portal_User_Id__c", "Birthdate"]
)
FUZZ = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def router() -> Router:
    org = Org(describes().values())
    code = CustomCode()
    code.apex.add("/echo/*", "POST", lambda request: [dict(request.args), request.json()])
    return build_router(
        Site("http://127.0.0.1:1", org, Credentials.make("u"), Sessions(org.id)), Faults(), BulkDesk(), code
    )


def send(router: Router, method: str, path: str, body: Any = None, **more: Any) -> Answer:
    raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    answer = router(Call(method, path, more.pop("query", {}), more.pop("headers", {}), raw, **more))
    assert answer.status < 500, answer.body
    return answer


def spool(data: bytes) -> Spool:
    made = Spool()
    made.write(data)
    return made


@FUZZ
@given(st.sampled_from([f"{DATA}/ingest", f"{DATA}/query", ASYNC]), BODY)
def test_jobs(router: Router, path: str, body: dict[str, Any]) -> None:
    headers = {"content-type": "application/json"}
    made = send(router, "POST", path, body, headers=headers)
    if not made.failed:
        for method in ("GET", "PATCH", "POST", "DELETE"):
            send(router, method, f"{path}/{made.body['id']}", body, headers=headers)


@FUZZ
@given(
    st.sampled_from(["insert", "update", "upsert", "delete", "hardDelete"]),
    st.lists(NAMES | st.text(max_size=6), max_size=4).map(",".join),
    st.text(max_size=200) | st.lists(st.lists(SCALAR.map(str), max_size=4).map(",".join), max_size=6).map("\n".join),
)
def test_uploads(router: Router, operation: str, header: str, rows: str) -> None:
    body = {"operation": operation, "object": "Contact", "externalIdFieldName": "Portal_User_Id__c"}
    job = send(router, "POST", f"{DATA}/ingest", body).body["id"]
    data = f"{header}\n{rows}".encode(errors="surrogatepass")
    send(router, "PUT", f"{DATA}/ingest/{job}/batches", upload=spool(data))
    send(router, "PATCH", f"{DATA}/ingest/{job}", {"state": "UploadComplete"})
    info = send(router, "GET", f"{DATA}/ingest/{job}").body
    assert info["state"] in ("JobComplete", "Failed")
    assert "UnknownError" not in info.get("errorMessage", "")
    counts = []
    for which in ("successfulResults", "failedResults", "unprocessedrecords"):
        answer = send(router, "GET", f"{DATA}/ingest/{job}/{which}")
        content = b"".join(answer.stream) if answer.stream is not None else answer.encoded()
        assert answer.headers.get("Content-Length", str(len(content))) == str(len(content))
        counts.append(content)
    assert info["numberRecordsFailed"] <= info["numberRecordsProcessed"]


@FUZZ
@given(
    st.sampled_from(["CSV", "JSON", "XML"]),
    st.sampled_from(["insert", "update", "upsert", "delete", "query"]),
    st.binary(max_size=100)
    | st.lists(BODY | st.dictionaries(NAMES, VALUE), max_size=3).map(lambda it: json.dumps(it).encode()),
)
def test_batches(router: Router, kind: str, operation: str, data: bytes) -> None:
    body = {
        "operation": operation,
        "object": "Contact",
        "contentType": kind,
        "externalIdFieldName": "Portal_User_Id__c",
    }
    headers = {"content-type": "application/json"}
    job = send(router, "POST", ASYNC, body, headers=headers).body["id"]
    send(router, "POST", f"{ASYNC}/{job}/batch", upload=spool(data))
    listed = send(router, "GET", f"{ASYNC}/{job}/batch")
    info = send(router, "GET", f"{ASYNC}/{job}", headers=headers).body
    assert info["numberBatchesInProgress"] == info["numberBatchesQueued"] == 0
    assert b"UnknownError" not in listed.encoded()


@FUZZ
@given(st.dictionaries(st.sampled_from(["locator", "maxRecords", "queryLocator"]), st.text(max_size=20)))
def test_pages(router: Router, query: dict[str, str]) -> None:
    job = send(router, "POST", f"{DATA}/query", {"operation": "query", "query": "SELECT Id FROM User"}).body["id"]
    for path in (f"query/{job}/results", f"query/{job}/resultPages", "query", "ingest"):
        send(router, "GET", f"{DATA}/{path}", query=query)


@FUZZ
@given(st.text(alphabet="abc/%*{}.é ", max_size=20), VALUE)
def test_apex(router: Router, rest: str, body: Any) -> None:
    path = "/services/apexrest/" + rest.encode().decode("latin-1")
    send(router, "POST", path, body)
    assert send(router, "POST", "/services/apexrest/echo/" + rest.replace("%", "%25"), body).status in (200, 400, 404)
