"""`/metrics`: figures for Prometheus, for who has the token."""

import hmac
from collections.abc import Iterator
from datetime import datetime, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector, CollectorRegistry

from core.errors import Refused
from core.ports import Clock
from services.figures import Figures, count_figures
from services.house import House
from web.pages import AWAY
from web.threads import aside

FRESH_FOR = timedelta(seconds=30)
"""For so long figures are given again: counting reads the whole outbox."""
_UNAUTHORIZED = 401


def metrics_routes(house: House, clock: Clock, token: str) -> APIRouter:
    """Return the route that gives figures to who sends `Authorization: Bearer` with the token."""
    routes = APIRouter()
    counter = _Counter(house, clock)

    @routes.get("/metrics")
    async def metrics(request: Request) -> Response:
        if not _has(request, token):
            return PlainTextResponse(
                "unauthorized\n", _UNAUTHORIZED, {"WWW-Authenticate": "Bearer", "Cache-Control": "no-store"}
            )
        try:
            figures = await aside(counter.figures)
        except Refused:
            return PlainTextResponse("the database cannot be read\n", AWAY)
        return Response(
            exposition(figures), headers={"Cache-Control": "no-store"}, media_type=CONTENT_TYPE_LATEST
        )

    return routes


def _has(request: Request, token: str) -> bool:
    given = request.headers.get("Authorization", "")
    return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


class _Counter:
    """Counts when what was counted last is no longer fresh."""

    def __init__(self, house: House, clock: Clock) -> None:
        self._house, self._clock = house, clock
        self._kept: tuple[datetime, Figures] | None = None

    def figures(self) -> Figures:
        now = self._clock.now()
        kept = self._kept
        if kept is None or not timedelta(0) <= now - kept[0] < FRESH_FOR:
            kept = self._kept = (now, count_figures(self._house, now))
        return kept[1]


def exposition(figures: Figures) -> bytes:
    """Return the figures in Prometheus' text form."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Once(figures))
    return generate_latest(registry)


class _Once(Collector):
    """Hands out figures that were counted before."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        figures = self._figures
        messages = _gauge("messages", "Messages in the outbox.", "state", "kind")
        for message_key, count in figures.messages.items():
            messages.add_metric(list(message_key), count)
        yield messages
        waiting = _gauge("oldest_waiting_message_seconds", "Age of the oldest message that could have gone.")
        waiting.add_metric([], figures.oldest_waiting)
        yield waiting
        passes = _gauge("job_last_pass_timestamp_seconds", "When each job last ran.", "job")
        for job, ran_at in figures.passes.items():
            passes.add_metric([job], ran_at.timestamp())
        yield passes
        terms = _gauge("open_terms", "Open terms by when they are due.", "norm", "due")
        for term_key, count in figures.open_terms.items():
            terms.add_metric(list(term_key), count)
        yield terms


def _gauge(name: str, told: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"termijnwacht_{name}", told, labels=labels)
