"""Which group chats hear of a series, and how much."""

from collections.abc import Iterable
from dataclasses import replace

from core.groups import GroupLink, Hears
from core.occurrences import Occurrence
from core.people import Person, Role
from core.series import Series
from services.scene import Scene
from storage.queries.groups import group_link_of, group_links


def groups_hearing(scene: Scene, series: Series) -> list[Person]:
    """Return the linked groups that hear of a series."""
    return [group for group, link in present_links(scene) if link.hears(series) is not Hears.NOTHING]


def present_links(scene: Scene) -> Iterable[tuple[Person, GroupLink]]:
    """Return each linked group that is there, with its link."""
    found = ((scene.directory.person(link.person_id), link) for link in group_links(scene.tx))
    return [(group, link) for group, link in found if group is not None and group.revoked_at is None]


def hears(scene: Scene, person: Person, series: Series) -> Hears:
    """Return what somebody hears of a series they are told of: a person all, a group what its link allows."""
    if Role.GROUP not in person.roles:
        return Hears.ALL
    link = group_link_of(scene.tx, person.id)
    return link.hears(series) if link and person.revoked_at is None else Hears.NOTHING


def as_heard(occurrence: Occurrence, heard: Hears) -> Occurrence:
    """Return a meeting as its reader may see it: of dates and title only, no place and no reason."""
    return occurrence if heard is Hears.ALL else replace(occurrence, place=None, why="", outcome=None)
