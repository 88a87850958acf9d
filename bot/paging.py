"""Turning the pages of a list in the chat."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from core.ports import Button
from templates import phrase

_Item = TypeVar("_Item")


def pages_of(total: int, size: int) -> int:
    """Return how many pages there are, at least one."""
    return max(1, -(-total // size))


def page_of(items: Sequence[_Item], page: int, size: int) -> Sequence[_Item]:
    """Return what is on a page, counted from 1."""
    return items[(page - 1) * size : page * size]


def turning(page: int, size: int, total: int, data: Callable[[int], str]) -> list[list[Button]]:
    """Return the row of buttons that turns to the page before and after, no row where there are none.

    `data` gives the callback data that shows a page.
    """
    leaf = []
    if page > 1:
        leaf.append(Button(phrase("button.previous"), data(page - 1)))
    if page * size < total:
        leaf.append(Button(phrase("button.more"), data(page + 1)))
    return [leaf] if leaf else []
