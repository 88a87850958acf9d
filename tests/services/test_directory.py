"""The directory that is kept between units of work: never of another state than the database's."""

from datetime import timedelta

import pytest

from core.people import Absence
from services.directory import load_directory, read_directory
from services.house import House
from storage.queries.people import add_absence, change_person
from tests.factories import MONDAY, NOW, person


def test_it_is_kept_while_nobody_changes(house: House) -> None:
    assert read_directory(house, NOW) is read_directory(house, NOW)


def test_what_another_process_changed_is_seen(house: House) -> None:
    other = House(house.store, house.rules)
    who = person(house, "jb-1")
    with other.store.write() as tx:
        change_person(tx, who.id, team="zuid")
    assert person(house, "jb-1").team == "zuid"


def test_an_absence_is_seen(house: House) -> None:
    who, substitute = person(house, "jb-1"), person(house, "jb-2")
    away = Absence(0, who.id, substitute.id, MONDAY, MONDAY + timedelta(days=4))
    with house.store.write() as tx:
        add_absence(tx, away, set_by="jb-1", now=NOW)
    assert read_directory(house, NOW).present(who.id, MONDAY) == substitute


def test_what_a_unit_of_work_gave_up_is_forgotten(house: House) -> None:
    who = person(house, "jb-1")
    with pytest.raises(RuntimeError):
        _move_and_give_up(house, who.id)
    assert person(house, "jb-1").team == "noord"
    with house.store.write() as tx:
        change_person(tx, who.id, team="west")
    assert person(house, "jb-1").team == "west"


def test_absences_that_have_passed_are_left_out_the_next_day(house: House) -> None:
    who, substitute = person(house, "jb-1"), person(house, "jb-2")
    with house.store.write() as tx:
        add_absence(tx, Absence(0, who.id, substitute.id, MONDAY, MONDAY), set_by="jb-1", now=NOW)
    assert len(read_directory(house, NOW).absences_of(who.id)) == 1
    assert read_directory(house, NOW + timedelta(days=1)).absences_of(who.id) == []


def _move_and_give_up(house: House, person_id: int) -> None:
    with house.store.write() as tx:
        change_person(tx, person_id, team="zuid")
        seen = load_directory(tx, house, MONDAY).person(person_id)
        assert seen is not None
        assert seen.team == "zuid"
        raise RuntimeError
