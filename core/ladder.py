"""Ladders: who is asked in turn to turn a term that will be missed, and what the clock does in between."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.clocktime import Quiet, local_date, local_moment
from core.workdays import WorkingCalendar


class DelayUnit(StrEnum):
    """The unit of a delay on a ladder."""

    WORKING_DAYS = "werkdagen"
    HOURS = "uren"


@dataclass(frozen=True, slots=True)
class Delay:
    """So many working days or hours; of a rung's moment, negative is before the date it is about."""

    count: int
    unit: DelayUnit = DelayUnit.WORKING_DAYS


class RungMode(StrEnum):
    """Whether a rung is asked to act, or only informed."""

    ACT = "act"
    INFORM = "inform"


ROUTE = "route"
"""Stands in a ladder for the steps of the region's route."""


@dataclass(frozen=True, slots=True)
class LadderRung:
    """One step of a ladder.

    `who` is a role (`jeugdbeschermer`, `teammanager`, `instelling`, `projectleider`, `beheerder`), a kind of
    desk (`loket:zorgmakelaar`), one desk (`desk:ret-nhn`), a person (`persoon:tm-1`) or `route`. `at` is the
    latest moment it begins, counted from the date of the term (hours: from the moment the term began); None
    means only when the rung before it fails. Who is informed hears it when the next that acts is asked.
    `top` ends climbing by itself; what comes after it informs. `recheck` asks again and again whether it is
    solved; `form` wants an application first (D28, D39).
    """

    code: str
    who: str
    mode: RungMode = RungMode.ACT
    at: Delay | None = None
    accept_within: Delay = Delay(2)
    solve_within: Delay = Delay(5)
    top: bool = False
    recheck: Delay | None = None
    form: bool = False


Ladder = tuple[LadderRung, ...]


class LadderFlaw(StrEnum):
    """Why a ladder cannot be used."""

    NOBODY_ACTS = "nobody_acts"
    NO_FIRST_MOMENT = "no_first_moment"
    ACTS_ABOVE_TOP = "acts_above_top"
    TWO_TOPS = "two_tops"
    GOES_BACK = "goes_back"
    MIXED_UNITS = "mixed_units"


def flaw_of(ladder: Ladder) -> LadderFlaw | None:
    """Return why a ladder cannot end or cannot begin, or None when it can be used."""
    acting = [rung for rung in ladder if rung.mode is RungMode.ACT]
    tops = [place for place, rung in enumerate(ladder) if rung.top]
    if not acting:
        return LadderFlaw.NOBODY_ACTS
    if ladder[0].at is None:
        return LadderFlaw.NO_FIRST_MOMENT
    if len(tops) > 1:
        return LadderFlaw.TWO_TOPS
    if tops and any(rung.mode is RungMode.ACT for rung in ladder[tops[0] + 1 :]):
        return LadderFlaw.ACTS_ABOVE_TOP
    moments = [rung.at for rung in ladder if rung.at is not None]
    if len({moment.unit for moment in moments}) > 1:
        return LadderFlaw.MIXED_UNITS
    counts = [moment.count for moment in moments]
    return LadderFlaw.GOES_BACK if counts != sorted(counts) else None


def top_of(ladder: Ladder) -> int:
    """Return the rung at which climbing by itself ends: the marked one, else the last that acts."""
    marked = [place for place, rung in enumerate(ladder) if rung.top]
    acting = [place for place, rung in enumerate(ladder) if rung.mode is RungMode.ACT]
    return (marked or acting)[-1]


@dataclass(frozen=True, slots=True)
class Pace:
    """What turns delays into moments: the working days, the zone, and the local time at which days begin.

    That is before the day's digests are sent, so that one morning tells one story.
    """

    calendar: WorkingCalendar
    zone: ZoneInfo
    begins_at: time = time(6, 0)
    quiet: Quiet = field(default_factory=Quiet)

    def after(self, now: datetime, delay: Delay) -> datetime:
        """Return the moment `delay` after `now`: the beginning of a working day, or so many hours later."""
        if delay.unit is DelayUnit.HOURS:
            return self._hours_after(now, delay.count)
        return local_moment(
            self.calendar.add(local_date(now, self.zone), max(delay.count, 1)), self.begins_at, self.zone
        )

    def moment(self, at: Delay, about_on: date, began_at: datetime) -> datetime:
        """Return the moment of a rung: in working days from its date, in hours from the beginning."""
        if at.unit is DelayUnit.HOURS:
            return self._hours_after(began_at, at.count)
        return local_moment(self.day(at, about_on), self.begins_at, self.zone)

    def _hours_after(self, now: datetime, hours: int) -> datetime:
        """Return the moment so many hours later; hours in which nothing is delivered do not count."""
        left, moment = timedelta(hours=hours), self.quiet.over(now, self.zone)
        while (closes := self.quiet.begins_after(moment, self.zone)) < moment + left:
            left -= closes - moment
            moment = self.quiet.over(closes, self.zone)
        return moment + left

    def day(self, at: Delay, about_on: date) -> date:
        """Return the working day so many working days before (negative) or after a date."""
        if at.count > 0:
            return self.calendar.add(about_on, at.count)
        return self.calendar.back(about_on, -at.count)


class Stage(StrEnum):
    """Where an escalation is.

    announced: the protector sees it before it leaves. offered: somebody is asked to take it. accepted: it has
    been taken. asked: who took it is asked whether it is solved. bounced: handed back to who had it before.
    solved: its term is met. withdrawn: its term moved, ended or was explained before anybody took it.
    """

    ANNOUNCED = "announced"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    ASKED = "asked"
    BOUNCED = "bounced"
    SOLVED = "solved"
    WITHDRAWN = "withdrawn"


RUNNING = (Stage.ANNOUNCED, Stage.OFFERED, Stage.ACCEPTED, Stage.ASKED, Stage.BOUNCED)


class StepKind(StrEnum):
    """What happened in an escalation; its history is a row of these."""

    ANNOUNCED = "announced"
    HELD = "held"
    OFFERED = "offered"
    INFORMED = "informed"
    FALLBACK = "fallback"
    ACCEPTED = "accepted"
    HANDED_BACK = "handed_back"
    LAPSED = "lapsed"
    ASKED = "asked"
    MORE_TIME = "more_time"
    JUMPED = "jumped"
    APPLIED = "applied"
    SUBMITTED = "submitted"
    OUTCOME = "outcome"
    SOLVED = "solved"
    WITHDRAWN = "withdrawn"


ANNOUNCED_AHEAD = Delay(1)
"""How long before an escalation leaves the protector sees it."""
HELD_FOR = Delay(2)
"""How long "not yet, because" holds it, once for each escalation."""
BEFORE_THE_FIRST = -1
"""The rung of an escalation that has not left yet."""


@dataclass(frozen=True, slots=True)
class Climb:
    """Where an escalation goes next: the rungs that are informed on the way, and the one that is asked.

    `offer` is None at the top, where climbing by itself ends.
    """

    inform: tuple[int, ...]
    offer: int | None


def climb(ladder: Ladder, rung: int) -> Climb:
    """Return where an escalation goes from a rung when that one did not turn it.

    At the top nobody further is asked; the rungs above it are informed.
    """
    at_top = rung >= top_of(ladder)
    inform: list[int] = []
    for place in range(rung + 1, len(ladder)):
        if ladder[place].mode is RungMode.ACT:
            return Climb(tuple(inform), None if at_top else place)
        inform.append(place)
    return Climb(tuple(inform), None)


def first_moment(ladder: Ladder, about_on: date, began_at: datetime, pace: Pace) -> datetime:
    """Return the moment at which the first rung of a ladder begins. The ladder has passed `flaw_of`."""
    at = ladder[0].at
    if at is None:
        message = "a ladder without a first moment"
        raise ValueError(message)
    return pace.moment(at, about_on, began_at)


def in_hours(ladder: Ladder) -> bool:
    """Tell whether a ladder climbs in hours, and so begins when its term does."""
    at = ladder[0].at if ladder else None
    return at is not None and at.unit is DelayUnit.HOURS


def announced_on(ladder: Ladder, about_on: date, pace: Pace) -> date | None:
    """Return the local day on which the protector sees that a term will climb; None for a ladder in hours."""
    at = ladder[0].at if ladder else None
    if at is None or in_hours(ladder):
        return None
    return pace.calendar.back(pace.day(at, about_on) - timedelta(days=1), ANNOUNCED_AHEAD.count - 1)


def next_forced(ladder: Ladder, rung: int, about_on: date, began_at: datetime, pace: Pace) -> datetime | None:
    """Return the moment at which the next rung that acts begins whatever the present one does, or None."""
    if rung >= top_of(ladder):
        return None
    moments = (
        pace.moment(later.at, about_on, began_at)
        for later in ladder[rung + 1 :]
        if later.at is not None and later.mode is RungMode.ACT
    )
    return next(moments, None)


def sooner(moment: datetime, forced: datetime | None, now: datetime) -> datetime:
    """Return the earlier of a step's own end and a forced climb that still lies ahead."""
    return moment if forced is None or forced <= now else min(moment, forced)


def rerouted(ladder: Ladder, rung: int, fresh: Ladder) -> Ladder:
    """Return a ladder under way with what still lies ahead replaced by that of `fresh`, its new route.

    What has been done stays. From the last rung that both have in common `fresh` goes on, so that the steps
    of another region's route come next.
    """
    done = ladder[: rung + 1]
    common = [place for place, step in enumerate(fresh) for old in done if step.code == old.code]
    ahead = fresh[max(common, default=-1) + 1 :]
    if any(step.mode is RungMode.ACT for step in ahead):
        done = tuple(replace(step, top=False) for step in done)
    return (*done, *ahead)


def expanded(ladder: Ladder, steps: Iterable[LadderRung]) -> Ladder:
    """Return the ladder with `route` replaced by the steps of a region's route; without steps it is left out.

    The last step that acts becomes the top when no other rung is.
    """
    steps = tuple(steps)
    found: list[LadderRung] = []
    for rung in ladder:
        if rung.who != ROUTE:
            found.append(rung)
            continue
        found.extend(replace(step, at=rung.at or step.at) if step is steps[0] else step for step in steps)
    return tuple(found)
