"""OpenTelemetry traces of what the stages do, for operators who gather them; off unless an address is set."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any, TypeAlias

from monitor.errors import OperatorFault

Work: TypeAlias = Callable[[Any], Awaitable[None]]
Around: TypeAlias = Callable[[str, Work], Work]

KEYS = {"poll": "monitor.feed", "read": "monitor.article", "revisit": "monitor.article"}  # of numbers only


@contextmanager
def tracing(collector: str) -> Iterator[Around]:
    """Yield what puts a span around a stage's work; what is gathered last leaves when the block ends.

    A span names the stage and the number of its feed or article: no URL, no destination, no watched word,
    and of a bug its kind only, for traces leave the house.

    Raises: OperatorFault when traces are wanted and the packages for them are not installed.
    """
    if not collector:
        yield lambda stage, work: work
        return
    try:
        from opentelemetry import trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise OperatorFault(
            "service.traces is set, but OpenTelemetry is not installed. "
            "Install newsroom-monitor[traces], or empty service.traces"
        ) from None
    provider = TracerProvider(
        resource=Resource.create(
            {"service.name": "newsroom-monitor", "service.version": version("newsroom-monitor")}
        )
    )
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(collector)))
    tracer = provider.get_tracer("monitor")

    def around(stage: str, work: Work) -> Work:
        async def spanned(key: Any) -> None:
            attributes = {KEYS[stage]: key} if stage in KEYS else {}
            with tracer.start_as_current_span(
                stage, attributes=attributes, record_exception=False, set_status_on_exception=False
            ) as span:
                try:
                    await work(key)
                except BaseException as bug:
                    span.set_status(trace.Status(trace.StatusCode.ERROR, type(bug).__name__))
                    raise

        return spanned

    try:
        yield around
    finally:
        provider.shutdown()
