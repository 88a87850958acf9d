"""A case from a file to a worker who has met the family."""

from datetime import date

from tests.factories import MONDAY, a_row
from tests.stories.world import World

TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (date(2026, 3, day) for day in (3, 4, 5, 6))
NEXT_MONDAY, NEXT_TUESDAY = date(2026, 3, 9), date(2026, 3, 10)


async def test_a_case_from_import_to_norm_1_met(any_world: World) -> None:
    world = any_world
    # A new case comes in on Monday; nobody is coupled. It must be somebody's by Monday 9 March.
    report = world.import_rows(a_row(jeugdbeschermer="", teammanager="tm-1"))
    assert (report.created, report.messages) == (1, 1)
    # Every working morning the manager hears it, and nobody else.
    said = await world.morning(MONDAY)
    assert list(said) == ["tm-1"]
    assert "GIA-2026-001" in said["tm-1"][0]
    assert "nog niemand gekoppeld" in said["tm-1"][0]
    assert await world.mornings(TUESDAY, WEDNESDAY) == {TUESDAY: ["tm-1"], WEDNESDAY: ["tm-1"]}
    # On Wednesday she couples a colleague of her team, with three presses.
    assert "wie koppel je?" in await world.press("tm-1", "Jeugdbeschermer koppelen")
    await world.press("tm-1", "jb-2")
    answer = await world.press("tm-1", "Vandaag")
    assert "jeugdbeschermer gekoppeld op wo 4 mrt vastgelegd" in answer
    assert "Jeugdbeschermer: jb-2" in answer
    # The colleague gets one message, and knows what is still to do.
    before = len(world.said_to("jb-2"))
    await world.until(world.clock.now())
    (assigned,) = world.said_to("jb-2")[before:]
    assert "GIA-2026-001 is nu jouw zaak" in assigned.text
    # A coupling alone is not enough: on Thursday the colleague is reminded of the first contact.
    said = await world.morning(THURSDAY)
    assert list(said) == ["jb-2"]
    assert "nog nodig: eerste contact" in said["jb-2"][0]
    await world.press("jb-2", "Eerste contact vastleggen")
    answer = await world.press("jb-2", "Vandaag")
    assert "eerste contact op do 5 mrt vastgelegd" in answer
    assert "Norm 1: 🟢 gehaald" in answer
    # From then on it is quiet.
    days = (FRIDAY, NEXT_MONDAY, NEXT_TUESDAY)
    assert await world.mornings(*days) == {day: [] for day in days}
    assert world.status("1") == "met"
