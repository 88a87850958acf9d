"""Choices as buttons, leafed through by page."""

from collections.abc import Callable, Sequence

from core.dates import Choice
from core.ports import Button
from templates import phrase

PAGE = 10


def choice_rows(choices: Sequence[Choice], page: int, data: Callable[[str], str]) -> list[list[Button]]:
    """Return a page of choices as buttons, by their place."""
    first = (page - 1) * PAGE
    shown = list(enumerate(choices))[first : first + PAGE]
    rows = [[Button(choice.label, data(str(place)))] for place, choice in shown]
    leaf = []
    if page > 1:
        leaf.append(Button(phrase("button.previous"), data(f"p{page - 1}")))
    if first + PAGE < len(choices):
        leaf.append(Button(phrase("button.more"), data(f"p{page + 1}")))
    return [*rows, leaf] if leaf else rows


def chosen(choices: Sequence[Choice], answer: str) -> Choice | None:
    """Return the choice at a place, None for what is no place."""
    return choices[int(answer)] if answer.isdigit() and int(answer) < len(choices) else None
