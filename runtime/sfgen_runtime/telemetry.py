"""OpenTelemetry spans of calls, for who has ``sfgen[telemetry]`` installed; nothing here is imported otherwise.

A span is a call with all its tries: named by method and object, of kind CLIENT, with the attributes of OpenTelemetry's
HTTP conventions. It has no query, no id, no value and no token.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from .errors import SalesforceError
from .retries import UNSET, RetryPolicy, Unset
from .transport import Transport

try:
    from opentelemetry import trace
    from opentelemetry.trace import SpanKind, StatusCode
except ImportError as error:
    raise ImportError("OpenTelemetry is not installed; run: pip install 'sfgen[telemetry]'") from error

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentelemetry.trace import Span, Tracer, TracerProvider

    from .client import SalesforceClient
    from .events import CallEvent
    from .http import Request, Response

__all__ = ["traced"]

C = TypeVar("C", bound="SalesforceClient")


def traced(client: C, tracer_provider: TracerProvider | None = None) -> C:
    """Return a client of the same session whose calls are spans, of the global tracer provider if none is given.

    Example:
        >>> from sfgen_runtime.telemetry import traced
        >>> traced(sf).limits()["DailyApiRequests"]["Max"]
        15000
    """
    tracer = trace.get_tracer("sfgen", tracer_provider=tracer_provider)
    return client.with_transport(lambda transport: TracedTransport.over(transport, tracer))


class TracedTransport(Transport):
    """A transport that makes a span of each call."""

    _tracer: Tracer

    @classmethod
    def over(cls, transport: Transport, tracer: Tracer) -> TracedTransport:
        """Return a transport that does what another one does, and shares its session, connections and budget."""
        twin = cls.__new__(cls)
        twin.__dict__.update(transport.__dict__)
        twin._tracer = tracer
        twin.on_event = _also_in_span(transport.on_event)
        return twin

    def send(self, request: Request, retries: RetryPolicy | Unset | None = UNSET) -> Response:
        """Send a request within a span; see `Transport.send`."""
        origin = urlsplit(self.session.origin)
        attributes: dict[str, str | int] = {
            "http.request.method": request.method,
            "server.address": origin.hostname or "",
            "sfgen.resource": request.resource,
        }
        if origin.port is not None:
            attributes["server.port"] = origin.port
        with self._tracer.start_as_current_span(
            # Of a path its first part: names of spans are few.
            f"{request.method} {request.resource.strip('/').partition('/')[0]}".strip(),
            kind=SpanKind.CLIENT,
            attributes=attributes,
            # An exception's message quotes the org, and so the record.
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                response = super().send(request, retries)
            except SalesforceError as error:
                _note_failure(span, error)
                raise
            span.set_attribute("http.response.status_code", response.status)
            return response


def _note_failure(span: Span, error: SalesforceError) -> None:
    kind = error.error_code or type(error).__name__
    span.set_status(StatusCode.ERROR, kind)
    span.set_attribute("error.type", kind)
    if error.status:
        span.set_attribute("http.response.status_code", error.status)
    if error.tries > 1:
        span.set_attribute("http.request.resend_count", error.tries - 1)
    if error.request_id:
        span.set_attribute("sfgen.request_id", error.request_id)


def _also_in_span(on_event: Callable[[CallEvent], object] | None) -> Callable[[CallEvent], object]:
    def note(event: CallEvent) -> None:
        if event.kind in ("repeating", "session_renewed"):
            trace.get_current_span().add_event(
                event.kind, {"status": event.status, "reason": event.reason, "wait": event.wait}
            )
        if on_event is not None:
            on_event(event)

    return note
