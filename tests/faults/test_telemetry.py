"""Calls as OpenTelemetry spans: what they tell, and what they never do."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("opentelemetry.sdk")

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from sfgen_local_org import demo
from sfgen_local_org.server import LocalOrg
from sfgen_runtime import (
    CallEvent,
    RetryPolicy,
    Salesforce,
    SalesforceConnectionError,
    SalesforceResourceNotFound,
)
from sfgen_runtime.telemetry import traced

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def server() -> Iterator[LocalOrg]:
    described = demo.describes()
    with LocalOrg([described[name] for name in ("Account", "User", "Organization")]) as running:
        yield running


def test_spans(server: LocalOrg) -> None:
    exporter, events = InMemorySpanExporter(), list[CallEvent]()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    plain = Salesforce(
        session_id=server.session_id,
        instance_url=server.url,
        retries=RetryPolicy(sleep=lambda seconds: None),
        on_event=events.append,
    )
    sf = traced(plain, provider)
    server.fail("*/Account", 400, method="POST", code="UNABLE_TO_LOCK_ROW", times=1)
    sf.Account.create({"Name": "personal"})
    with pytest.raises(SalesforceResourceNotFound):
        sf.with_retries(None).Account.get("001000000000001AAA")
    plain.limits()

    made, missed = exporter.get_finished_spans()
    assert (made.name, made.kind) == ("POST Account", SpanKind.CLIENT)
    assert made.attributes is not None
    assert made.attributes["http.request.method"] == "POST"
    assert made.attributes["http.response.status_code"] == 201
    assert made.attributes["server.address"] == "127.0.0.1"
    assert [(event.name, dict(event.attributes or {})["reason"]) for event in made.events] == [
        ("repeating", "UNABLE_TO_LOCK_ROW")
    ]
    assert missed.status.status_code is StatusCode.ERROR
    assert missed.attributes is not None
    assert missed.attributes["error.type"] == "NOT_FOUND"
    told = made.to_json() + missed.to_json()
    for secret in (server.session_id, "personal", "001000000000001AAA"):
        assert secret not in told
    # The client's own observer still hears of all.
    assert [event.kind for event in events] == ["repeating", "answered", "failed", "answered"]


def test_where_an_org_is() -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    for url in ("http://[::1]:9", "http://127.0.0.1:9"):
        client = Salesforce(session_id="00D000000000001!x", instance_url=url, retries=None)
        with pytest.raises(SalesforceConnectionError):
            traced(client, provider).limits()
    told = [dict(span.attributes or {}) for span in exporter.get_finished_spans()]
    assert [(one["server.address"], one["server.port"]) for one in told] == [("::1", 9), ("127.0.0.1", 9)]


def test_nothing_of_it_is_imported_by_who_does_not_ask() -> None:
    code = "import sys, sfgen_runtime; print([name for name in sys.modules if name.startswith('opentelemetry')])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_who_lacks_it_is_told_what_to_install() -> None:
    code = "import sys; sys.modules['opentelemetry'] = None; import sfgen_runtime.telemetry"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "pip install 'sfgen[telemetry]'" in run.stderr
