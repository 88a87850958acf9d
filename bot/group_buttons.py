"""The buttons that lead to the group chats of meetings."""

from enum import StrEnum

from bot.callbacks import Agree, pack
from core.groups import GroupScope
from core.ports import Button
from templates import phrase


class GroupStep(StrEnum):
    """What a button about groups asks for: the list, what to link, a code, whether to end, and ending."""

    LIST = "o"
    TARGETS = "n"
    MAKE = "m"
    ASK = "e"
    END = "x"


SCOPES = {GroupScope.SERIES: "s", GroupScope.REGION: "r"}
"""How a button names what a group is linked to."""


def groups_button() -> Button:
    """Return the button that shows the linked groups."""
    return Button(phrase("button.groups"), pack(Agree.GROUPS, GroupStep.LIST))


def link_group_button(scope: GroupScope, code: str) -> Button:
    """Return the button that makes a code for a group of this series or region."""
    return Button(phrase("button.link_group"), pack(Agree.GROUPS, GroupStep.MAKE, SCOPES[scope], code))
