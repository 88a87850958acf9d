"""Somebody who comes with a token: what it stands for, and whether a form may be sent with it."""

from dataclasses import dataclass
from datetime import datetime

from services.actions import ActionView, look_up
from services.house import House
from web.forms import FORM_TOKEN, Fields
from web.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Coming:
    """Somebody who comes with a token at a moment; `visitor` is who is signed in."""

    house: House
    token: str
    now: datetime
    visitor: Visitor | None

    def look(self) -> ActionView:
        """Return what the token stands for now."""
        visitor_id = self.visitor.person.id if self.visitor else None
        return look_up(self.house, self.token, now=self.now, visitor_id=visitor_id)

    def owner(self, view: ActionView) -> Visitor | None:
        """Return who is signed in when that is the owner of the token, else nobody."""
        return self.visitor if self.visitor and self.visitor.person.id == view.person.id else None

    def may_send(self, view: ActionView, fields: Fields) -> bool:
        """Tell whether a form may act: with a token of a session only from a page of that session."""
        visitor = self.owner(view)
        return not view.signed_in or bool(visitor and visitor.sent(fields.one(FORM_TOKEN)))
