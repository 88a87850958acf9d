"""Choices as buttons, leafed through by page."""

from collections.abc import Callable, Sequence

from bot.paging import page_of, turning
from core.dates import Choice
from core.ports import Button

PAGE = 10


def choice_rows(choices: Sequence[Choice], page: int, data: Callable[[str], str]) -> list[list[Button]]:
    """Return a page of choices as buttons, by their place."""
    shown = page_of(list(enumerate(choices)), page, PAGE)
    rows = [[Button(choice.label, data(str(place)))] for place, choice in shown]
    return [*rows, *turning(page, PAGE, len(choices), lambda other: data(f"p{other}"))]


def chosen(choices: Sequence[Choice], answer: str) -> Choice | None:
    """Return the choice at a place, None for what is no place."""
    return choices[int(answer)] if answer.isdigit() and int(answer) < len(choices) else None
