"""Dates that were wrong, and measures that follow each other."""

from datetime import date

from tests.factories import MONDAY, a_row
from tests.stories.world import World

TUESDAY, WEDNESDAY = date(2026, 3, 3), date(2026, 3, 4)
MET_1 = {"gekoppeld": "2026-03-02", "eerste_contact": "2026-03-02"}


def due(world: World) -> list[date]:
    """Return the due dates of the three norms."""
    return [term.term.due_on for term in world.case().terms if term.key in ("1", "2", "3")]


async def test_a_corrected_ruling_date_moves_the_terms_and_what_was_said(world: World) -> None:
    # The file says notified on 27 February: the first contact is due on Friday 6 March.
    row = a_row(in_kennis_gesteld="2026-02-27", uitspraak="2026-02-27", gekoppeld="2026-03-02")
    world.import_rows(row)
    said = await world.morning(TUESDAY)
    assert "uiterlijk vr 6 mrt (nog 3 werkdagen)" in said["jb-1"][0]
    sent = world.said_to("jb-1")[-1]
    # The next file corrects it: it was 2 March, so the contact is due on Monday 9 March.
    report = world.import_rows(row | {"in_kennis_gesteld": "2026-03-02", "uitspraak": "2026-03-02"})
    assert report.changed == 1
    assert due(world) == [date(2026, 3, 9), date(2026, 4, 13), date(2026, 6, 2)]
    # What was said yesterday is shown anew, without the old date.
    await world.until(world.clock.now())
    assert sent.edited
    assert "6 mrt" not in sent.text
    # The reminders follow the new date: three working days before the ninth is Wednesday.
    said = await world.morning(WEDNESDAY)
    assert "uiterlijk ma 9 mrt (nog 3 werkdagen)" in said["jb-1"][0]


async def test_a_provisional_measure_that_becomes_a_full_one_keeps_the_clocks(world: World) -> None:
    world.import_rows(a_row(maatregel="vots", einde="2026-05-16", **MET_1))
    clocks = due(world)
    # Six weeks later the court orders the full measure: protection went on, and so do the clocks.
    await world.morning(date(2026, 4, 7))
    world.import_rows(a_row(maatregel="ots", uitspraak="2026-04-06", start="2026-04-06", einde="2027-04-06"))
    assert world.case().case.measure == "ots"
    assert due(world) == clocks
    # The old file once more changes nothing.
    report = world.import_rows(a_row(maatregel="vots", einde="2026-05-16", **MET_1))
    assert (report.changed, report.unchanged) == (0, 1)


async def test_a_correction_that_is_called_one_moves_the_clocks(world: World) -> None:
    world.import_rows(a_row(maatregel="vots", **MET_1))
    world.import_rows(a_row(maatregel="ots", uitspraak="2026-03-01", wijziging="correctie"))
    assert due(world) == [date(2026, 3, 9), date(2026, 4, 12), date(2026, 6, 1)]
    assert date(2026, 3, 2) == MONDAY
