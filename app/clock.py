"""The one place that asks the system what time it is."""

from datetime import UTC, datetime


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present UTC moment."""
        return datetime.now(UTC)  # noqa: TID251 - this is the clock port


class SetClock:
    """A clock that stands still until it is set: for `tick --at`, rehearsals and the demo."""

    def __init__(self, now: datetime) -> None:
        """Take an aware moment."""
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        """Return the moment it was set to, in UTC."""
        return self._now

    def set(self, now: datetime) -> None:
        """Set the clock to an aware moment."""
        self._now = now.astimezone(UTC)
