"""Group chats: what a group is linked to, and how much of a meeting everybody in it may read."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.series import Series, Visibility


class GroupScope(StrEnum):
    """What a group is linked to: one series, or a region with what its series let everybody see."""

    SERIES = "series"
    REGION = "region"


class Hears(StrEnum):
    """What a group hears of a series: nothing, dates and title only, or all that its participants read."""

    NOTHING = "nothing"
    DATES = "dates"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class GroupLink:
    """A link of a group chat; `person_id` is the row in the outbox's directory that stands for the group."""

    person_id: int
    scope: GroupScope
    target: str
    title: str
    linked_by: str
    linked_at: datetime

    def hears(self, series: Series) -> Hears:
        """Return what the group hears of a series.

        Of its own series all: who leads it chose the group. Of a region's series what their visibility lets
        people outside them see. Of what institutions hand in nothing, since that says who is late.
        """
        if series.is_submission:
            return Hears.NOTHING
        if self.scope is GroupScope.SERIES:
            return Hears.ALL if self.target == series.code else Hears.NOTHING
        if self.target != series.region:
            return Hears.NOTHING
        return _OF_A_REGION[series.visibility]


_OF_A_REGION = {
    Visibility.PUBLIC: Hears.DATES,
    Visibility.LINK: Hears.ALL,
    Visibility.MEMBERS: Hears.NOTHING,
}
