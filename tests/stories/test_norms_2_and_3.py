"""A course that comes late, and help that does not count yet."""

from datetime import date

from core.facts import FactKind
from services.cases import record_fact
from tests.factories import a_row, actor
from tests.stories.world import World

ITEMS = ("doelen staan vast", "benodigde hulp", "besproken met gezin", "kind gesproken")
MET_1 = {"gekoppeld": "2026-01-06", "eerste_contact": "2026-01-07", "teammanager": "tm-1"}


def april(day: int) -> date:
    return date(2026, 4, day)


async def test_a_course_set_late_nags_ever_less_and_stops_when_it_is_set(world: World) -> None:
    # The measure began on 16 February: the course is due on Monday 30 March.
    row = a_row(in_kennis_gesteld="2026-02-16", uitspraak="2026-02-16", hulp_gestart="2026-03-01")
    world.import_rows(row | MET_1 | {"gekoppeld": "2026-02-17", "eerste_contact": "2026-02-18"})
    said = await world.morning(date(2026, 3, 30))
    assert sorted(said) == ["jb-1", "tm-1"]
    assert "uiterlijk ma 30 mrt (vandaag)" in said["jb-1"][0]
    # After the date both hear it 1, 2, 3 and 5 working days later (not Good Friday or Easter Monday).
    both = ["jb-1", "tm-1"]
    heard = await world.mornings(date(2026, 3, 31), april(1), april(2), april(7), april(8), april(9))
    assert heard == {
        date(2026, 3, 31): both,
        april(1): both,
        april(2): both,
        april(7): [],
        april(8): both,
        april(9): [],
    }
    # Then once a week, on the first working day, folded into one line.
    heard_weekly = await world.mornings(april(10), april(13), april(14))
    assert heard_weekly == {april(10): [], april(13): both, april(14): []}
    assert "1 termijn is al langer over de datum" in world.last("jb-1")
    # The course can only be dated when the whole checklist is there.
    await world.say("jb-1", "/zaak GIA-2026-001")
    asked = await world.press("jb-1", "Koers vastleggen")
    for item in ITEMS[:3]:
        assert "Vink af wat er is" in asked
        asked = await world.press("jb-1", item)
    assert "Op welke dag" not in asked
    assert "Op welke dag is de koers vastgesteld?" in await world.press("jb-1", ITEMS[3])
    answer = await world.press("jb-1", "Vandaag")
    # Late stays late; the nagging stops.
    assert "Norm 2: 🟢 te laat gehaald" in answer
    assert world.status("2") == "late"
    assert await world.mornings(april(20), april(28)) == {april(20): [], april(28): []}


async def test_an_intake_or_help_that_does_not_fit_is_no_start(world: World) -> None:
    world.import_rows(
        a_row(in_kennis_gesteld="2026-01-05", uitspraak="2026-01-05", koers="2026-02-10", **MET_1)
    )
    jb = actor(world.house, "jb-1")
    # The intake was in time, the help is due on Sunday 5 April; the intake does not count.
    now = world.clock.now()
    record_fact(world.house, "GIA-2026-001", FactKind.HELP_INTAKE, date(2026, 2, 20), actor=jb, now=now)
    assert (world.status("3"), world.status("2")) == ("open", "met")
    said = await world.morning(date(2026, 4, 2))
    assert sorted(said) == ["jb-1", "tm-1"]
    # Help that does not fit the course is recorded, and does not count either.
    assert "intake is nog geen start" in await world.press("jb-1", "Hulp gestart")
    await world.press("jb-1", "Past niet bij de koers")
    answer = await world.press("jb-1", "Vandaag")
    assert "telt daarom nog niet" in answer
    assert "Norm 3: 🟠 loopt" in answer
    # Help that fits meets the norm, and it becomes quiet.
    await world.say("jb-1", "/zaak GIA-2026-001")
    await world.press("jb-1", "Hulp gestart")
    await world.press("jb-1", "Past bij de koers")
    assert "Norm 3: 🟢 gehaald" in await world.press("jb-1", "Vandaag")
    assert await world.mornings(april(3), april(7)) == {april(3): [], april(7): []}
