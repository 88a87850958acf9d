"""All jobs on one screen: a handful of interval jobs in memory that ask the clock port what time it is."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from core.ports import Clock
from jobs.deliver import Couriers, deliver_pass
from jobs.guard import plan_pass
from jobs.heartbeat import Heartbeat
from jobs.watchdog import watch_pass
from services.house import House
from services.leases import Lease, LeaseLost, LeaseName, acquire
from services.upkeep import tidy

_log = logging.getLogger(__name__)

JOBS = {"plan": 30, "deliver": 2, "watchdog": 300, "tidy": 3600}
"""Every how many seconds each job runs."""


class Work:
    """The jobs of one process; planning and delivering wait for each other within it."""

    def __init__(
        self, house: House, couriers: Couriers, clock: Clock, heartbeat: Heartbeat | None = None
    ) -> None:
        """Take the couriers that this process may send with, and who is told that all is well."""
        self._house, self._couriers, self._clock, self._heartbeat = house, couriers, clock, heartbeat
        self._turn = asyncio.Lock()
        self._planned = self._ended = False
        self._under_way: set[asyncio.Task[object]] = set()

    async def plan(self) -> None:
        """Plan when this process holds the lease for it."""
        await self._finishing(lambda: self._leased(LeaseName.PLAN, self._plan))

    async def _plan(self, lease: Lease) -> None:
        await plan_pass(self._house, self._clock, lease)
        self._planned = True

    async def deliver(self) -> None:
        """Deliver when this process holds the lease for it, not before the first planning after a start."""
        if self._planned or not self._house.store.is_sqlite:
            await self._finishing(lambda: self._leased(LeaseName.SEND, self._deliver))

    async def _deliver(self, lease: Lease) -> None:
        await deliver_pass(self._house, self._couriers, self._clock, lease, go_on=lambda: not self._ended)

    @asynccontextmanager
    async def paused(self) -> AsyncIterator[None]:
        """Keep the jobs from running meanwhile; waits for the one under way."""
        async with self._turn:
            yield

    async def finish(self) -> None:
        """Begin nothing any more, and wait until what is under way has ended."""
        self._ended = True
        if self._under_way:
            await asyncio.wait(self._under_way)

    async def watchdog(self) -> None:
        """Look whether what should have gone out did; only then say outside that all is well."""
        await self._finishing(lambda: watch_pass(self._house, self._clock, self._heartbeat))

    async def tidy(self) -> None:
        """Delete what has had its time."""
        await self._finishing(lambda: asyncio.to_thread(tidy, self._house, self._clock.now()))

    async def _finishing(self, job: Callable[[], Awaitable[object]]) -> None:
        """Do a job, unless the work has ended; `finish` waits for it."""
        task = asyncio.current_task()
        if self._ended or task is None:
            return
        self._under_way.add(task)
        try:
            await job()
        finally:
            self._under_way.discard(task)

    async def _leased(self, name: LeaseName, work: Callable[[Lease], Awaitable[None]]) -> None:
        async with self._turn:
            if self._ended:
                return
            lease = await asyncio.to_thread(acquire, self._house, name)
            if lease is None:
                return
            try:
                await work(lease)
            except LeaseLost:
                _log.warning("lease %s was taken over; nothing was written", name)


def build_scheduler(work: Work) -> AsyncIOScheduler:
    """Return the scheduler with every job, not started."""
    scheduler = AsyncIOScheduler(
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    jobs: dict[str, Callable[[], Any]] = {
        "plan": work.plan,
        "deliver": work.deliver,
        "watchdog": work.watchdog,
        "tidy": work.tidy,
    }
    for name, seconds in JOBS.items():
        first = {"next_run_time": datetime.now(UTC)} if name == "plan" else {}  # noqa: TID251 - the scheduler's clock
        scheduler.add_job(jobs[name], "interval", seconds=seconds, id=name, **first)
    scheduler.add_listener(_tell_trouble, EVENT_JOB_ERROR | EVENT_JOB_MISSED)
    return scheduler


def _tell_trouble(event: JobExecutionEvent) -> None:
    """Log a job that failed or was missed; it runs again at its next turn."""
    _log.error("job %s: %s", event.job_id, type(event.exception).__name__ if event.exception else "missed")
