"""What people do about a matter: answer, say how it went, hand in, move, cancel. Every channel comes here.

A deed names its matter and the version that its doer saw: when somebody was first, it is refused and nothing
happens. Rights are asked each time.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from core.errors import ProblemCode, refuse
from core.oversight import LADDER, LadderStep
from core.people import Actor, Role
from core.planboard import Colour, DeadlineKind, Word
from core.series import Series
from core.submissions import LONGEST_VALUE, Receipt
from services.casefile import read_date
from services.governance.access import Deed, demand_deed
from services.governance.agendas import carry
from services.governance.filling import LONGEST_LINE, NOTHING, Filled, checked_line, read_time
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
    add_occurrence,
    cancel_meeting,
    move_meeting,
    reset_meeting,
    set_place,
)
from services.governance.reminding import Reminded, remind
from services.governance.sharing import make_link, take_link_back
from services.governance.table_deeds import add_case, record_outcome, take_off_case
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
from storage.queries.governance_items import Item, put_items, wake
from storage.queries.office import leave_audit


@dataclass(frozen=True, slots=True)
class Done:
    """A deed that was done: the matter as it is now (the new one if added), and who was reminded."""

    deed: Deed
    matter: Matter
    reminded: Reminded | None = None


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
        after = Matters(matters.scene).get(outcome if isinstance(outcome, Ref) else ref)
        return Done(deed, after or matter, outcome if isinstance(outcome, Reminded) else None)


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

    def line(self, *, most: int = LONGEST_LINE, needed: bool = True) -> str:
        """Return the text that was filled in. Refuses an empty one where it is needed, and personal data."""
        return checked_line(self.scene, self.filled.text, most=most, needed=needed)

    def day(self) -> date:
        """Return the day that was filled in, today for none."""
        return read_date(self.filled.on, "on") if self.filled.on else self.scene.today

    def past_day(self) -> date:
        """Return a day that has been."""
        on = self.day()
        if on > self.scene.today:
            raise refuse(
                ProblemCode.DATE_IN_FUTURE, column="on", value=on.isoformat(), today=self.scene.today
            )
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


def _answer(answer: str, *, asks_who: bool = False) -> Callable[[_Desk, Matter], None]:
    def take(desk: _Desk, matter: Matter) -> None:
        needed = asks_who or Role.CONTACT in desk.actor.roles
        who = desk.line(most=64, needed=needed)
        given = Answer(desk.person_id, answer, who, matter.version)
        put_answer(desk.scene.tx, matter.ref.code, matter.ref.original_on, given, desk.scene.now)

    return take


def _held(*, held: bool) -> Callable[[_Desk, Matter], None]:
    def say(desk: _Desk, matter: Matter) -> None:
        if isinstance(matter, MeetingMatter) and matter.occurrence.sorted_on > desk.scene.today:
            day = matter.occurrence.sorted_on
            raise refuse(ProblemCode.DATE_IN_FUTURE, value=day.isoformat(), today=desk.scene.today)
        desk.changes(matter, held=held, outcome=desk.line(needed=not held) or None)
        _after_the_table(desk, matter, held=held)
        if not held:
            wake(desk.scene.tx, matter.ref.code, desk.scene.today, anew=True)

    return say


def _after_the_table(desk: _Desk, matter: Matter, *, held: bool) -> None:
    """Let the guard ask the outcome of each case; of a meeting that was not held they go to the next one."""
    if not isinstance(matter, MeetingMatter) or not matter.open_cases:
        return
    scene, ref = desk.scene, matter.ref
    if held:
        put_items(scene.tx, [Item(ref.kind, ref.code, ref.original_on, ref.part, scene.today, scene.today)])
    else:
        carry(Matters(scene), matter.occurrence.series, by=desk.actor.name)


def _on_agenda(desk: _Desk, matter: Matter) -> None:
    add_case(desk.matters, _meeting_of(matter), desk.line(most=40), desk.actor)


def _off_agenda(desk: _Desk, matter: Matter) -> None:
    take_off_case(desk.matters, _meeting_of(matter), desk.filled.case)


def _case_outcome(desk: _Desk, matter: Matter) -> None:
    filled = desk.filled
    record_outcome(desk.matters, _meeting_of(matter), filled.case, filled.choice, desk.actor)


def _meeting_of(matter: Matter) -> MeetingMatter:
    if not isinstance(matter, MeetingMatter):
        raise refuse(ProblemCode.DEED_UNKNOWN)
    return matter


def _move(*, along: bool) -> Callable[[_Desk, Matter], None]:
    def move(desk: _Desk, matter: Matter) -> None:
        if not isinstance(matter, MeetingMatter):
            raise refuse(ProblemCode.DEED_UNKNOWN)
        if not desk.filled.on:
            raise refuse(ProblemCode.VALUE_MISSING, column="on")
        wished = read_date(desk.filled.on, "on")
        at = read_time(desk.filled.at)
        actor, confirmed = desk.actor, desk.filled.confirmed
        move_meeting(desk.matters, matter, wished, at, along=along, actor=actor, confirmed=confirmed)

    return move


def _place(desk: _Desk, matter: Matter) -> None:
    set_place(desk.matters, matter, desk.line(most=200), desk.actor)


def _cancel(desk: _Desk, matter: Matter) -> None:
    cancel_meeting(desk.matters, matter, desk.line(most=200), desk.actor)


def _reset(desk: _Desk, matter: Matter) -> None:
    reset_meeting(desk.matters, matter, desk.actor)


def _add(desk: _Desk, matter: Matter) -> Ref:
    if not isinstance(matter, MeetingMatter):
        raise refuse(ProblemCode.DEED_UNKNOWN)
    if not desk.filled.on:
        raise refuse(ProblemCode.VALUE_MISSING, column="on")
    series, on, at = matter.occurrence.series, read_date(desk.filled.on, "on"), read_time(desk.filled.at)
    actor, confirmed = desk.actor, desk.filled.confirmed
    return add_occurrence(desk.matters, series, on, at, actor=actor, confirmed=confirmed)


def _step(desk: _Desk, matter: Matter) -> None:
    ref, scene = matter.ref, desk.scene
    put_step(scene.tx, ref.code, ref.original_on, ref.part, on=scene.today, by=desk.actor.name, now=scene.now)


def _receive(desk: _Desk, matter: Matter) -> None:
    value, received_on = desk.line(most=LONGEST_VALUE), desk.past_day()
    receipt = Receipt(matter.ref.part, value, received_on, desk.scene.now, desk.actor.name)
    add_receipt(desk.scene.tx, matter.ref.code, matter.ref.original_on, receipt)


def _colour(desk: _Desk, matter: Matter) -> None:
    if desk.filled.choice not in list(Colour):
        raise refuse(ProblemCode.COLOUR_UNKNOWN, column="choice", value=desk.filled.choice or None)
    scene = desk.scene
    word = Word(Colour(desk.filled.choice), desk.line(), scene.now, scene.today, desk.actor.name)
    add_word(scene.tx, matter.ref.code, matter.ref.part, word)
    item = Item(
        matter.ref.kind, matter.ref.code, matter.ref.original_on, matter.ref.part, scene.today, scene.today
    )
    put_items(scene.tx, [item])


def _record(desk: _Desk, matter: Matter) -> None:
    outcome = Outcome(desk.line(), desk.past_day(), desk.scene.now, desk.actor.name)
    add_outcome(desk.scene.tx, matter.ref.code, matter.ref.part, outcome)


def _ladder(desk: _Desk, matter: Matter) -> None:
    number = int(desk.filled.choice) if desk.filled.choice.isdigit() else 0
    if not 1 <= number <= len(LADDER):
        raise refuse(ProblemCode.VALUE_MISSING, column="choice", expected="1-5")
    scene = desk.scene
    agreed_on = read_date(desk.filled.until, "until") if desk.filled.until else None
    evidence = checked_line(scene, desk.filled.evidence, most=LONGEST_LINE, needed=False, column="evidence")
    since_on, agreed = desk.past_day(), desk.line()
    if agreed_on is not None and agreed_on < since_on:
        value = agreed_on.isoformat()
        raise refuse(ProblemCode.PERIOD_BACKWARDS, column="until", value=value, from_on=since_on)
    step = LadderStep(number, since_on, agreed, agreed_on, evidence, scene.now, desk.actor.name)
    add_ladder_step(scene.tx, matter.ref.code, step)


def _box(desk: _Desk, matter: Matter) -> None:
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


def _remind(desk: _Desk, matter: Matter) -> Reminded:
    return remind(desk.matters, [matter], desk.actor)


def _share(desk: _Desk, matter: Matter) -> None:
    make_link(desk.scene, _series(matter), desk.actor)


def _unshare(desk: _Desk, matter: Matter) -> None:
    take_link_back(desk.scene, _series(matter), desk.actor)


def _series(matter: Matter) -> Series:
    series = series_of(matter)
    if series is None:
        raise refuse(ProblemCode.DEED_UNKNOWN)
    return series


_HOW: Mapping[Deed, Callable[[_Desk, Matter], Reminded | Ref | None]] = {
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
    Deed.ADD: _add,
    Deed.STEP: _step,
    Deed.RECEIVE: _receive,
    Deed.COLOUR: _colour,
    Deed.RECORD: _record,
    Deed.LADDER: _ladder,
    Deed.BOX: _box,
    Deed.AGENDA_ADD: _on_agenda,
    Deed.AGENDA_REMOVE: _off_agenda,
    Deed.CASE_OUTCOME: _case_outcome,
    Deed.REMIND: _remind,
    Deed.SHARE: _share,
    Deed.UNSHARE: _unshare,
}
