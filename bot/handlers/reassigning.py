"""/overdragen: the whole caseload of one jeugdbeschermer to one or more others, in one go."""

from datetime import date

from bot import asking
from bot.asking import SKIP, Draft, Flow, Option, Step, options_of, past_days
from bot.desk import Visit, in_thread
from core.errors import NotAllowed, Problem, ProblemCode
from core.facts import CouplingKind
from core.people import Person, Role
from core.rights import Nearness, Verb, may
from services.case_lists import CaseFilter, list_cases
from services.people import list_people
from services.reassignment import reassign_person
from templates import chat_text, listed, phrase

KIND = "reassign"
MOST = 6
_KINDS = (CouplingKind.PLANNED, CouplingKind.UNPLANNED)
_YES = "ja"


async def begin(visit: Visit) -> None:
    """Ask whose cases go to others."""
    if not may(visit.actor, Verb.REASSIGN, Nearness.TEAM):
        details = {"verb": Verb.REASSIGN, "actor": visit.actor.name}
        raise NotAllowed(Problem(ProblemCode.NOT_ALLOWED, details))
    await asking.begin(visit, FLOW, {})


async def _protectors(visit: Visit) -> list[Person]:
    people, _ = await in_thread(list_people, visit.house, actor=visit.actor, now=visit.now)
    return [person for person in people if Role.PROTECTOR in person.roles]


async def _next_step(visit: Visit, draft: Draft) -> Step | None:
    if "from" not in draft:
        names = [person.name for person in await _protectors(visit)]
        options = options_of((name, name) for name in names)
        return Step("from", chat_text("reassigning.whose"), options, width=2)
    chosen = _chosen(draft)
    if not _is_done(draft):
        return await _to_step(visit, draft, chosen)
    if "kind" not in draft:
        kinds = options_of((kind, phrase(f"coupling.{kind}")) for kind in _KINDS)
        return Step("kind", chat_text("reassigning.kind"), kinds)
    if "on" not in draft:
        return Step("on", chat_text("reassigning.on"), days=past_days(visit.today))
    if "sure" not in draft:
        return await _confirmation(visit, draft, chosen)
    return None


def _chosen(draft: Draft) -> list[str]:
    return [value for name, value in draft.items() if name.startswith("to") and value != SKIP]


def _is_done(draft: Draft) -> bool:
    return any(value == SKIP for name, value in draft.items() if name.startswith("to"))


async def _to_step(visit: Visit, draft: Draft, chosen: list[str]) -> Step:
    """Ask who takes over; after the first one "klaar" is enough."""
    leaving = next((one for one in await _protectors(visit) if one.name == draft["from"]), None)
    able = [
        person.name
        for person in await _protectors(visit)
        if person.revoked_at is None
        and person.name not in (draft["from"], *chosen)
        and (leaving is None or person.organisation == leaving.organisation)
    ]
    options = [Option(name, name) for name in able] if len(chosen) < MOST else []
    ready = [Option(SKIP, phrase("button.ready"))] if chosen else []
    text = chat_text("reassigning.to_whom", name=draft["from"], chosen=listed(chosen))
    return Step(f"to{len(chosen) + 1}", text, (*ready, *options), width=2)


async def _confirmation(visit: Visit, draft: Draft, chosen: list[str]) -> Step:
    only = CaseFilter(protector=draft["from"])
    cases = await in_thread(list_cases, visit.house, actor=visit.actor, now=visit.now, only=only)
    text = chat_text(
        "reassigning.sure",
        name=draft["from"],
        chosen=listed(chosen),
        count=len(cases),
        on=date.fromisoformat(draft["on"]),
        kind=draft["kind"],
        today=visit.today,
    )
    return Step("sure", text, options_of([(_YES, phrase("button.reassign"))]))


async def _finish(visit: Visit, draft: Draft) -> None:
    done = await in_thread(
        reassign_person,
        visit.house,
        draft["from"],
        _chosen(draft),
        date.fromisoformat(draft["on"]),
        CouplingKind(draft["kind"]),
        actor=visit.actor,
        now=visit.now,
    )
    await visit.show(chat_text("reassigning.done", name=draft["from"], done=done))


FLOW = Flow(KIND, _next_step, _finish)
