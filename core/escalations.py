"""An escalation as it is kept: whose turn it is, since when, and everything that happened in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from core.ladder import RUNNING, Ladder, LadderRung, Stage, StepKind


@dataclass(frozen=True, slots=True)
class Escalation:
    """One escalation of one term. Moments are UTC, `watched_on` is the date of the term when it was armed.

    `rung` is a place in the frozen `ladder`, -1 while it is announced. `holder_id` is whose turn it is,
    `previous_id` who had it before. `next_at` is when the clock acts if nobody does, None when it has ended.
    `held` says that the protector held it once. `version` goes up with every change.
    """

    id: int
    case_id: int
    norm: str
    watched_on: date
    ladder: Ladder
    stage: Stage
    rung: int
    holder_id: int | None
    previous_id: int | None
    held: bool
    forecast: bool
    began_at: datetime
    since_at: datetime
    next_at: datetime | None
    version: int

    @property
    def is_running(self) -> bool:
        """Tell whether it still asks something of somebody."""
        return self.stage in RUNNING

    @property
    def present_rung(self) -> LadderRung | None:
        """Return the rung whose turn it is, None while it is announced."""
        return self.ladder[self.rung] if self.rung >= 0 else None


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """One thing that happened: which rung, to whom, by whom, and why (a configured code and guarded text)."""

    at: datetime
    kind: StepKind
    rung: int
    person: str | None
    by: str
    reason: str | None = None
    note: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Blocker:
    """What keeps help from starting at a place for a while (D33); `through_on` None is an open end."""

    id: int
    kind: str
    place: str
    help_kind: str | None
    region: str | None
    from_on: date
    through_on: date | None
    set_by: str

    def blocks(self, on: date, *, help_kind: str | None, region: str | None) -> bool:
        """Tell whether it stands in the way of this kind of help in this region on a day."""
        in_time = self.from_on <= on <= (self.through_on or date.max)
        same_help = self.help_kind is None or help_kind is None or self.help_kind == help_kind
        return in_time and same_help and (self.region is None or self.region == region)
