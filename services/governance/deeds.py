"""What people do about a matter: answer, say how it went, hand in, move, cancel. Every channel comes here.

A deed names its matter and the version that its doer saw: when somebody was first, it is refused and nothing
happens. Rights are asked each time.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from core.errors import ProblemCode, refuse
from core.oversight import LADDER, LadderStep, count_characters
from core.people import Actor
from core.planboard import Colour, DeadlineKind, Word
from core.privacy import MarkerKind, find_markers
from core.series import Series
from core.submissions import LONGEST_VALUE, Receipt
from services.casefile import read_date
from services.governance.access import Deed, demand_deed
from services.governance.matters import (
    DeadlineMatter,
    Matter,
    Matters,
    MeetingMatter,
    Ref,
    StepMatter,
    series_of,
)
from services.governance.planning import (
    cancel_meeting,
    move_meeting,
    reset_meeting,
    set_place,
)
from services.governance.reminding import Reminded, remind
from services.governance.sharing import make_link, take_link_back
from services.house import House
from services.scene import Scene, set_scene
from storage.queries.governance import (
    Answer,
    Outcome,
    add_ladder_step,
    add_outcome,
    add_receipt,
    add_word,
    change_meeting,
    put_answer,
    put_box,
    put_step,
)
from storage.queries.governance_items import Item, put_items
from storage.queries.office import leave_audit

_LONGEST_LINE = 400


@dataclass(frozen=True, slots=True)
class Filled:
    """What was filled in, as it came. `confirmed` says yes to an odd date."""

    text: str = ""
    on: str = ""
    at: str = ""
    choice: str = ""
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """A deed that was done: the matter as it is now, how many were told, and who was reminded."""

    deed: Deed
    matter: Matter
    told: int = 0
    reminded: Reminded | None = None


NOTHING = Filled()


def do(
    house: House,
    deed: Deed,
    ref: Ref,
    *,
    version: int | None,
    actor: Actor,
    now: datetime,
    filled: Filled = NOTHING,
) -> Done:
    """Do something about a matter; all of it or nothing.

    `version` is what the doer saw, None for who looks at it right now. Refuses what is not there, what has
    changed since, what the actor may not, and what was filled in wrongly; an odd date is refused with
    `DATE_CONCERNS` until it is confirmed.
    """
    with house.store.write() as tx:
        matters = Matters(set_scene(tx, house, now))
        matter = matters.get(ref)
        if matter is None:
            raise refuse(ProblemCode.MATTER_UNKNOWN)
        demand_deed(matters.scene, matter, deed, actor)
        if version is not None and matter.version != version:
            by = matter.occurrence.changed_by if isinstance(matter, (MeetingMatter, StepMatter)) else None
            raise refuse(ProblemCode.MATTER_CHANGED, by=by)
        desk = _Desk(matters, actor, filled)
        outcome = _HOW[deed](desk, matter)
        details = {"deed": deed.value, "version": matter.version}
        subject = ref.subject(matter.version)[:120]
        leave_audit(tx, actor=actor.name, verb="governance", subject=subject, now=now, details=details)
        after = Matters(matters.scene).get(ref)
        if isinstance(outcome, Reminded):
            return Done(deed, after or matter, reminded=outcome)
        return Done(deed, after or matter, outcome)


@dataclass(frozen=True, slots=True)
class _Desk:
    matters: Matters
    actor: Actor
    filled: Filled
    scene: Scene = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "scene", self.matters.scene)

    @property
    def person_id(self) -> int:
        if self.actor.person_id is None:
            raise refuse(ProblemCode.DEED_UNKNOWN)
        return self.actor.person_id

    def line(self, *, most: int = _LONGEST_LINE, needed: bool = True) -> str:
        """Return the text that was filled in. Refuses an empty one where it is needed, and personal data."""
        return checked_line(self.scene, self.filled.text, most=most, needed=needed)

    def day(self) -> date:
        """Return the day that was filled in, today for none."""
        return read_date(self.filled.on) if self.filled.on else self.scene.today

    def past_day(self) -> date:
        """Return a day that has been."""
        on = self.day()
        if on > self.scene.today:
            raise refuse(ProblemCode.DATE_IN_FUTURE, value=on.isoformat(), today=self.scene.today)
        return on

    def changes(self, matter: Matter, **columns: object) -> None:
        change_meeting(
            self.scene.tx,
            matter.ref.code,
            matter.ref.original_on,
            by=self.actor.name,
            now=self.scene.now,
            **columns,
        )


def checked_line(scene: Scene, text: str, *, most: int, needed: bool = True) -> str:
    """Return a line of free text. Refuses an empty one where it is needed, a long one, and personal data."""
    line = text.replace("\r\n", "\n").strip()
    if needed and not line:
        raise refuse(ProblemCode.VALUE_MISSING, column="text")
    if count_characters(line) > most:
        raise refuse(ProblemCode.TEXT_TOO_LONG, column="text", used=count_characters(line), most=most)
    kinds = {MarkerKind.BSN: ProblemCode.TEXT_HAS_BSN, MarkerKind.BIRTH_DATE: ProblemCode.TEXT_HAS_BIRTH_DATE}
    for marker in find_markers(line, case_code=scene.rules.privacy.case_code, today=scene.today):
        if marker.kind in kinds:
            raise refuse(kinds[marker.kind], column="text")
    return line


def _answer(answer: str, *, asks_who: bool = False) -> Callable[[_Desk, Matter], int]:
    def take(desk: _Desk, matter: Matter) -> int:
        who = desk.line(most=64) if asks_who else desk.line(most=64, needed=False)
        given = Answer(desk.person_id, answer, who, matter.version)
        put_answer(desk.scene.tx, matter.ref.code, matter.ref.original_on, given, desk.scene.now)
        return 0

    return take


def _held(*, held: bool) -> Callable[[_Desk, Matter], int]:
    def say(desk: _Desk, matter: Matter) -> int:
        if isinstance(matter, MeetingMatter) and matter.occurrence.sorted_on > desk.scene.today:
            day = matter.occurrence.sorted_on
            raise refuse(ProblemCode.DATE_IN_FUTURE, value=day.isoformat(), today=desk.scene.today)
        desk.changes(matter, held=held, outcome=desk.line(needed=not held) or None)
        return 0

    return say


def _move(*, along: bool) -> Callable[[_Desk, Matter], int]:
    def move(desk: _Desk, matter: Matter) -> int:
        if not isinstance(matter, MeetingMatter):
            raise refuse(ProblemCode.DEED_UNKNOWN)
        if not desk.filled.on:
            raise refuse(ProblemCode.VALUE_MISSING, column="on")
        wished = read_date(desk.filled.on)
        at = read_time(desk.filled.at)
        actor, confirmed = desk.actor, desk.filled.confirmed
        return move_meeting(desk.matters, matter, wished, at, along=along, actor=actor, confirmed=confirmed)

    return move


def read_time(text: str) -> time | None:
    """Read a wall time such as `10:30` or `10.30`; None for nothing. Refuses anything else."""
    if not text.strip():
        return None
    try:
        hour, minute = text.strip().replace(".", ":").split(":")
        return time(int(hour), int(minute))
    except ValueError:
        raise refuse(ProblemCode.TIME_FORM, column="at", value=text) from None


def _place(desk: _Desk, matter: Matter) -> int:
    return set_place(desk.matters, matter, desk.line(most=200), desk.actor)


def _cancel(desk: _Desk, matter: Matter) -> int:
    return cancel_meeting(desk.matters, matter, desk.line(most=200), desk.actor)


def _reset(desk: _Desk, matter: Matter) -> int:
    return reset_meeting(desk.matters, matter, desk.actor)


def _step(desk: _Desk, matter: Matter) -> int:
    ref, scene = matter.ref, desk.scene
    put_step(scene.tx, ref.code, ref.original_on, ref.part, on=scene.today, by=desk.actor.name, now=scene.now)
    return 0


def _receive(desk: _Desk, matter: Matter) -> int:
    value, received_on = desk.line(most=LONGEST_VALUE), desk.past_day()
    receipt = Receipt(matter.ref.part, value, received_on, desk.scene.now, desk.actor.name)
    add_receipt(desk.scene.tx, matter.ref.code, matter.ref.original_on, receipt)
    return 0


def _colour(desk: _Desk, matter: Matter) -> int:
    if desk.filled.choice not in list(Colour):
        raise refuse(ProblemCode.COLOUR_UNKNOWN, column="choice", value=desk.filled.choice or None)
    scene = desk.scene
    word = Word(Colour(desk.filled.choice), desk.line(), scene.now, scene.today, desk.actor.name)
    add_word(scene.tx, matter.ref.code, matter.ref.part, word)
    item = Item(
        matter.ref.kind, matter.ref.code, matter.ref.original_on, matter.ref.part, scene.today, scene.today
    )
    put_items(scene.tx, [item])
    return 0


def _record(desk: _Desk, matter: Matter) -> int:
    outcome = Outcome(desk.line(), desk.past_day(), desk.scene.now, desk.actor.name)
    add_outcome(desk.scene.tx, matter.ref.code, matter.ref.part, outcome)
    return 0


def _ladder(desk: _Desk, matter: Matter) -> int:
    number = int(desk.filled.choice) if desk.filled.choice.isdigit() else 0
    if not 1 <= number <= len(LADDER):
        raise refuse(ProblemCode.VALUE_MISSING, column="choice", expected="1-5")
    scene = desk.scene
    text = desk.line()
    step = LadderStep(number, desk.past_day(), text, None, "", scene.now, desk.actor.name)
    add_ladder_step(scene.tx, matter.ref.code, step)
    return 0


def _box(desk: _Desk, matter: Matter) -> int:
    deadline = matter.deadline if isinstance(matter, DeadlineMatter) else None
    if deadline is None or deadline.kind is not DeadlineKind.RESPONSE:
        raise refuse(ProblemCode.DEED_UNKNOWN)
    choice = desk.filled.choice
    number = int(choice) if choice.isdigit() else 0
    if not 1 <= number <= deadline.boxes:
        raise refuse(ProblemCode.VALUE_MISSING, column="choice", expected=f"1-{deadline.boxes}")
    text = desk.line(most=deadline.box_length, needed=False)
    code, part = matter.ref.code, matter.ref.part
    put_box(desk.scene.tx, code, part, number, text=text, by=desk.actor.name, now=desk.scene.now)
    return 0


def _remind(desk: _Desk, matter: Matter) -> Reminded:
    return remind(desk.matters, [matter], desk.actor)


def _share(desk: _Desk, matter: Matter) -> int:
    make_link(desk.scene, _series(matter), desk.actor)
    return 0


def _unshare(desk: _Desk, matter: Matter) -> int:
    take_link_back(desk.scene, _series(matter), desk.actor)
    return 0


def _series(matter: Matter) -> Series:
    series = series_of(matter)
    if series is None:
        raise refuse(ProblemCode.DEED_UNKNOWN)
    return series


_HOW: Mapping[Deed, Callable[[_Desk, Matter], int | Reminded]] = {
    Deed.PRESENT: _answer("present"),
    Deed.ABSENT: _answer("absent"),
    Deed.SUBSTITUTE: _answer("substitute", asks_who=True),
    Deed.HELD: _held(held=True),
    Deed.NOT_HELD: _held(held=False),
    Deed.MOVE: _move(along=False),
    Deed.MOVE_ALL: _move(along=True),
    Deed.PLACE: _place,
    Deed.CANCEL: _cancel,
    Deed.RESET: _reset,
    Deed.STEP: _step,
    Deed.RECEIVE: _receive,
    Deed.COLOUR: _colour,
    Deed.RECORD: _record,
    Deed.LADDER: _ladder,
    Deed.BOX: _box,
    Deed.REMIND: _remind,
    Deed.SHARE: _share,
    Deed.UNSHARE: _unshare,
}
