"""The page of all running cases of a reader, what asks most first."""

from datetime import datetime

from services.actions import ActionView
from services.case_lists import asks_attention, cases_by_urgency
from services.house import House
from web.pages import OK, Page, page

MOST = 500


def list_page(house: House, view: ActionView, now: datetime) -> Page:
    """Return the list; each case opens under the same address, so that looking needs no further tokens."""
    items = cases_by_urgency(house, actor=view.actor, now=now)
    asking = [item for item in items if any(asks_attention(term) for term in item.terms)]
    rest = [item for item in items if item not in asking]
    values = {"view": view, "asking": asking[:MOST], "rest": rest[: MOST - len(asking[:MOST])]}
    return page(OK, "case_list", **values, total=len(items), today=house.today(now))
