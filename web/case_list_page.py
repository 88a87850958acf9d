"""The page of all running cases of a reader, what asks most first."""

from datetime import datetime

from core.people import Actor
from services.case_lists import CaseSummary, asks_attention, cases_by_urgency
from services.house import House
from web.pages import OK, Page, page
from web.visitor import Visitor

ON_A_PAGE = 50
_MOST_DIGITS = 6


def page_number(text: str | None) -> int:
    """Read which page of a list is asked for; what is no number asks for the first."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else 1


def list_page(house: House, actor: Actor, now: datetime, number: int, visitor: Visitor | None) -> Page:
    """Return one page of the list: what asks attention now, then all the rest.

    Without a visitor each case opens under the same address, so that looking needs no further tokens.
    """
    items = cases_by_urgency(house, actor=actor, now=now)
    asking = [item for item in items if _asks(item)]
    rest = [item for item in items if not _asks(item)]
    pages = max(1, -(-len(items) // ON_A_PAGE))
    number = min(max(number, 1), pages)
    first = (number - 1) * ON_A_PAGE
    shown = [*asking, *rest][first : first + ON_A_PAGE]
    cut = max(0, min(len(asking) - first, ON_A_PAGE))
    return page(
        OK,
        "case_list",
        visitor=visitor,
        reader=actor.name,
        today=house.today(now),
        sections=(("asking", len(asking), shown[:cut]), ("rest", len(rest), shown[cut:])),
        total=len(items),
        number=number,
        pages=pages,
    )


def _asks(item: CaseSummary) -> bool:
    return any(asks_attention(term) for term in item.terms)
