"""The demo's clock: it runs like a clock, from any moment it is set to."""

from datetime import UTC, datetime, timedelta

from app.clock import SystemClock


class RunningClock:
    """The system's clock, moved by what it was last set to."""

    def __init__(self, now: datetime) -> None:
        """Take the aware moment it shows at first."""
        self._system = SystemClock()
        self._moved = timedelta(0)
        self.set(now)

    def now(self) -> datetime:
        """Return the present UTC moment of the demo."""
        return (self._system.now() + self._moved).astimezone(UTC)

    def set(self, now: datetime) -> None:
        """Let it run on from an aware moment."""
        self._moved = now.astimezone(UTC) - self._system.now()
