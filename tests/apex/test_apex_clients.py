"""Generated clients against Apex endpoints of the local org: parameters, bodies, answers and errors over the wire."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from sfgen_local_org import demo
from sfgen_local_org.http.apex import ApexRequest, ApexResponse
from sfgen_local_org.server import LocalOrg
from sfgen_runtime import (
    OutcomeUnknown,
    Salesforce,
    SalesforceGeneralError,
    SalesforceMalformedRequest,
    SalesforceResourceNotFound,
)
from sfgen_runtime.apex import Answers, ApexCall, error_body, nothing

NOW = datetime(2024, 2, 29, 10, 20, 30, tzinfo=UTC)
KEPT = {"kind": "login", "at": "2024-02-29T10:20:30.000+0000", "target": {"type": "record", "recordId": "0" * 18}}


class Asked:
    """What the endpoints were asked, and what they answer next."""

    def __init__(self) -> None:
        self.requests: list[ApexRequest] = []
        self.answer: Any = None

    def __call__(self, request: ApexRequest) -> Any:
        self.requests.append(request)
        return self.answer


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def sf(apex_package: Path, asked: Asked) -> Iterator[Any]:
    with LocalOrg([demo.describes()["User"]]) as server:
        for path in ("/UserActivity/v1/{userId}", "/UserActivity/v1/{userId}/report", "/acme/orders"):
            for method in ("GET", "POST", "DELETE"):
                server.apex(path, method)(asked)
        for method in ("GET", "PUT"):
            server.apex("/acme/orders/{number}", method)(asked)
        client = import_module("apex_org").Salesforce(instance_url=server.url, session_id=server.session_id)
        yield client


def models(name: str) -> Any:
    return import_module(f"apex_org.apex.{name}_models")


def test_clients_load_when_they_are_used(sf: Any) -> None:
    loaded = {name for name in sys.modules if name.startswith("apex_org.apex.")}
    for name in loaded:
        del sys.modules[name]
    client = sf.apex
    assert not any(name.startswith("apex_org.apex.") for name in sys.modules)
    assert client.orders is client.orders
    assert "apex_org.apex.orders" in sys.modules
    assert "apex_org.apex.user_activity" not in sys.modules
    with pytest.raises(AttributeError, match="known are orders, user_activity"):
        _ = client.order


def test_a_body_goes_out_and_a_model_comes_back(sf: Any, asked: Asked) -> None:
    m = models("user_activity")
    asked.answer = ApexResponse({"activity": KEPT, "counted": True, "totals": {"login": 2}, "new": 1}, status=201)
    activity = m.Activity(
        kind="page view", at=NOW, class_="x", page_title="Home", target=m.PageTarget(type="page", url="/home")
    )
    kept = sf.apex.user_activity.post("005 / é", activity)
    assert isinstance(kept, m.PostResponse)
    assert isinstance(kept.activity.target, m.RecordTarget)
    assert kept.activity.at == NOW
    assert kept.totals == {"login": 2}
    (request,) = asked.requests
    assert request.args == {"userId": "005 / é"}
    assert request.json() == {
        "kind": "page view",
        "at": "2024-02-29T10:20:30Z",
        "class": "x",
        "page-title": "Home",
        "target": {"type": "page", "url": "/home"},
    }


def test_parameters_of_every_place(sf: Any, asked: Asked) -> None:
    asked.answer = [KEPT]
    found = sf.apex.user_activity.list_activity(
        "005", since=NOW, kind="page view", page_size=5, tags=["a", "b"], X_Trace="t1"
    )
    assert [activity.kind for activity in found] == ["login"]
    (request,) = asked.requests
    assert dict(request.params) == {
        "since": "2024-02-29T10:20:30+00:00",
        "kind": "page view",
        "page-size": "5",
        "tags": "a,b",
    }
    assert request.headers["x-trace"] == "t1"
    sf.apex.user_activity.list_activity("005")
    assert dict(asked.requests[1].params) == {}
    asked.answer = None
    assert sf.apex.user_activity.delete("005", before=date(2024, 2, 29)) is None
    assert dict(asked.requests[2].params) == {"before": "2024-02-29"}


def test_text_and_plain_values(sf: Any, asked: Asked) -> None:
    asked.answer = ApexResponse("a,b\n1,é\n".encode(), media_type="text/csv")
    assert sf.apex.user_activity.get_report("005") == "a,b\n1,é\n"
    asked.answer = True
    assert sf.apex.orders.put(7, "ja, é") is True
    assert asked.requests[1].body == "ja, é".encode()
    assert asked.requests[1].headers["content-type"] == "text/plain"


def test_one_of_several_answers_by_status(sf: Any, asked: Asked) -> None:
    m = models("orders")
    order = m.PostRequest(lines=[m.OrderLine(product="p", quantity=2, parts=[m.OrderLine(product="q", quantity=1)])])
    asked.answer = {"number": 1, "status": "new", "total": 10.25, "payment": {"kind": "invoice", "days": 30}}
    made = sf.apex.orders.post(order)
    assert isinstance(made, m.Order)
    assert made.total == Decimal("10.25")
    assert isinstance(made.payment, m.Invoice)
    asked.answer = ApexResponse({"ticket": "T1"}, status=202)
    assert sf.apex.orders.post(order) == m.Ticket(ticket="T1")
    assert asked.requests[0].json() == {
        "lines": [{"product": "p", "quantity": 2, "parts": [{"product": "q", "quantity": 1}]}]
    }


def test_errors_are_those_of_every_call_with_a_body_to_read(sf: Any, asked: Asked) -> None:
    m = models("user_activity")
    asked.answer = ApexResponse({"reason": "too old", "fields": ["at"]}, status=400)
    activity = m.Activity(kind="login", at=NOW, target=m.PageTarget(type="page", url="/"))
    with pytest.raises(SalesforceMalformedRequest) as caught:
        sf.apex.user_activity.post("005", activity)
    assert error_body(caught.value, m.ActivityProblem) == m.ActivityProblem(reason="too old", fields=["at"])
    assert error_body(caught.value, m.PostResponse) is None
    with pytest.raises(SalesforceResourceNotFound):
        sf.apex.user_activity.client.apexecute("nothing/here")


def test_what_the_document_forbids_never_reaches_the_org(sf: Any, asked: Asked) -> None:
    m = models("orders")
    with pytest.raises(ValueError, match="lines"):
        sf.apex.orders.post({"lines": []})
    with pytest.raises(ValueError, match="quantity"):
        m.OrderLine(product="p", quantity=0)
    with pytest.raises(ValueError, match="offset|timezone"):
        sf.apex.user_activity.list_activity("005", since=datetime(2024, 2, 29))
    for bad in ("..", "", None, ["x"]):
        with pytest.raises((ValueError, TypeError)):
            sf.apex.user_activity.list_activity(bad)
    assert asked.requests == []


def test_an_answer_against_the_document_says_where_and_not_what(sf: Any, asked: Asked) -> None:
    asked.answer = {"number": "secret-value", "status": "new"}
    with pytest.raises(
        SalesforceGeneralError, match=r"number: Input should be a valid integer.*generate again"
    ) as caught:
        sf.apex.orders.get(1)
    assert "secret-value" not in caught.value.cause


def test_a_web_page_is_no_answer_without_a_body() -> None:
    with LocalOrg([demo.describes()["User"]]) as server:
        server.apex("/page", "POST")(lambda request: ApexResponse(b"<p>Log in</p>", media_type="text/html"))
        server.apex("/done", "POST")(lambda request: ApexResponse(b""))
        client = Salesforce(instance_url=server.url, session_id=server.session_id)
        client.execute(ApexCall("POST", "/services/apexrest/done", body=b"{}", parse=Answers({"204": nothing})))
        with pytest.raises(OutcomeUnknown, match="a web page came"):
            client.execute(ApexCall("POST", "/services/apexrest/page", body=b"{}", parse=Answers({"204": nothing})))
