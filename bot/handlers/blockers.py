"""/belemmeringen: what keeps help from starting at a place for a while; add one, or end one."""

from datetime import date

from bot import asking
from bot.asking import Draft, Flow, Step, coming_days, options_of, past_days
from bot.callbacks import Own, Pressed, pack
from bot.desk import Visit, in_thread
from core.ports import Button
from core.rights import Nearness, Verb, may
from services.blockers import lift_blocker, present_blockers, register_blocker
from templates import chat_text, phrase

ADD, LIFT = "blocker_add", "blocker_lift"
MOST_SHOWN = 10


async def overview(visit: Visit) -> None:
    """Show what stands in the way now or soon."""
    found = await in_thread(present_blockers, visit.house, actor=visit.actor, now=visit.now)
    rules = visit.house.rules
    labels = {code: kind.label for code, kind in rules.escalation.blocker_kinds.items()}
    shown = found[:MOST_SHOWN]
    text = chat_text(
        "blockers.list",
        items=shown,
        labels=labels,
        regions=rules.regions,
        more=len(found) - len(shown),
        today=visit.today,
    )
    rows = []
    if may(visit.actor, Verb.REGISTER_BLOCKER, Nearness.OWN):
        rows = [
            [Button(phrase("button.lift_blocker", number=number), pack(Own.START, "bl", one.id))]
            for number, one in enumerate(shown, 1)
        ]
        rows.insert(0, [Button(phrase("button.add_blocker"), pack(Own.START, "ba"))])
    await visit.say(text, rows)


async def start_add(visit: Visit, _pressed: Pressed) -> None:
    """Ask what kind of blocker it is."""
    await asking.begin(visit, ADD_FLOW, {})


async def _next_add(visit: Visit, draft: Draft) -> Step | None:
    rules = visit.house.rules
    if "kind" not in draft:
        kinds = options_of((one.code, one.label) for one in rules.escalation.blocker_kinds.values())
        return Step("kind", chat_text("blockers.kind"), kinds)
    if "region" not in draft:
        regions = options_of(rules.regions.items())
        return Step("region", chat_text("blockers.region"), regions, optional=True, width=2)
    if "help" not in draft:
        kinds = options_of((one.code, one.label) for one in rules.escalation.help_kinds.values())
        return Step("help", chat_text("blockers.help"), kinds, optional=True, width=2)
    if "from" not in draft:
        return Step("from", chat_text("blockers.from_on"), days=past_days(visit.today))
    if "through" not in draft:
        days = coming_days(visit.today)
        return Step("through", chat_text("blockers.through"), days=days, optional=True)
    return _place_step(visit, draft)


def _place_step(visit: Visit, draft: Draft) -> Step | None:
    """Ask the place: typed where the chat may carry text, else a municipality."""
    rules = visit.house.rules
    if "place" in draft:
        return None
    if rules.privacy.free_text_in_chat:
        return Step("place", chat_text("blockers.place"), types_text=True)
    places = [
        place
        for place in sorted(rules.municipalities.values(), key=lambda place: place.name)
        if not draft["region"] or place.region == draft["region"]
    ]
    text = chat_text("blockers.municipality", address=rules.public_url)
    return Step("place", text, options_of((place.name, place.name) for place in places), width=2)


async def _finish_add(visit: Visit, draft: Draft) -> None:
    through = draft["through"]
    made = await in_thread(
        register_blocker,
        visit.house,
        draft["kind"],
        draft["place"],
        date.fromisoformat(draft["from"]),
        date.fromisoformat(through) if through else None,
        help_kind=draft["help"] or None,
        region=draft["region"] or None,
        actor=visit.actor,
        now=visit.now,
    )
    label = visit.house.rules.escalation.blocker_kinds[made.kind].label
    await visit.show(chat_text("blockers.added", item=made, label=label, today=visit.today))


ADD_FLOW = Flow(ADD, _next_add, _finish_add)


async def start_lift(visit: Visit, pressed: Pressed) -> None:
    """Ask until when a blocker holds."""
    await asking.begin(visit, LIFT_FLOW, {"id": pressed.arg(1)})


async def _next_lift(visit: Visit, draft: Draft) -> Step | None:
    if "on" in draft:
        return None
    return Step("on", chat_text("blockers.until"), days=past_days(visit.today))


async def _finish_lift(visit: Visit, draft: Draft) -> None:
    on = date.fromisoformat(draft["on"])
    await in_thread(lift_blocker, visit.house, int(draft["id"]), on, actor=visit.actor, now=visit.now)
    await visit.show(chat_text("blockers.lifted", on=on, today=visit.today))


LIFT_FLOW = Flow(LIFT, _next_lift, _finish_lift)
