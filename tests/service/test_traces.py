"""Spans at a collector of our own: what they say, and what they never do."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from monitor.errors import OperatorFault
from monitor.service.traces import tracing

SECRET = "hunter2"


@pytest.fixture
def collector() -> Iterator[tuple[str, list[bytes]]]:
    """A collector's address, and the bodies that reach it."""
    bodies: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1/traces", bodies
    server.shutdown()
    server.server_close()
    thread.join()


async def fine(_: Any) -> None:
    """Work that succeeds."""


async def broken(_: Any) -> None:
    """Work whose bug says more than may leave the house."""
    raise ValueError(f"https://a.test/?key={SECRET}")


async def test_a_span_names_its_stage_and_number_and_of_a_bug_the_kind_only(
    collector: tuple[str, list[bytes]],
) -> None:
    url, bodies = collector
    with tracing(url) as around:
        await around("poll", fine)(7)
        await around("deliver", fine)("the-secret-desk")
        with pytest.raises(ValueError, match=SECRET):
            await around("read", broken)(9)
    said = ExportTraceServiceRequest.FromString(b"".join(bodies))
    spans = {span.name: span for span in said.resource_spans[0].scope_spans[0].spans}
    told = {
        name: {pair.key: pair.value.int_value for pair in span.attributes} for name, span in spans.items()
    }
    assert told == {"poll": {"monitor.feed": 7}, "deliver": {}, "read": {"monitor.article": 9}}
    assert spans["read"].status.message == "ValueError"
    assert SECRET.encode() not in b"".join(bodies)
    assert b"secret-desk" not in b"".join(bodies)


async def test_without_a_collector_work_stays_as_it_is() -> None:
    with tracing("") as around:
        assert around("poll", fine) is fine


def test_traces_that_cannot_be_made_stop_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = builtins.__import__

    def without(name: str, *more: Any) -> Any:
        if name.startswith("opentelemetry"):
            raise ImportError(name)
        return whole(name, *more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(OperatorFault, match=r"newsroom-monitor\[traces\]"), tracing("http://127.0.0.1:1"):
        pass
