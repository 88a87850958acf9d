"""What each kind of message says by mail, with its links."""

import re
from collections.abc import Callable, Sequence

from core.outbox import MessageKind
from core.ports import Button, Content
from services.actions import ActionVerb, Offered
from services.digests import DigestView
from services.governance.changed import ChangedView
from services.governance.groups import GroupEndedView
from services.governance.reminded import ReminderView
from services.message_views import (
    AssignedView,
    EscalationsView,
    InvitationView,
    ReassignedView,
    SignInView,
    View,
)
from services.signin import GROUPS_PATH, OVERVIEW_PATH, SIGN_IN_PATH
from templates import phrase, render

_EMPTY_LINES = re.compile(r"\n{3,}")

Buttons = tuple[Button, ...]


def mail_content(
    kind: MessageKind,
    view: View,
    *,
    repeated: bool,
    public_url: str,
    bot_link: Callable[[str], str | None],
) -> Content:
    """Return the mail for a view, in plain text; each of its buttons stands as a line in the text.

    `public_url` is the root of the web pages. `bot_link` returns the deep link that starts the bot with a
    code, None while the bot's name is unknown. A `repeated` message says that it may be a repeat.
    """
    root = public_url.rstrip("/")
    rows = _rows(view, root, bot_link)
    shared = {root + path for path in (OVERVIEW_PATH, SIGN_IN_PATH, GROUPS_PATH)}
    personal = {button.url for row in rows for button in row} - shared
    values = {"view": view, "rows": rows, "repeated": repeated, "personal": bool(personal)}
    subject = render(f"mail/{kind}/subject.txt", **values)
    body = _EMPTY_LINES.sub("\n\n", render(f"mail/{kind}/body.txt", **values))
    return Content(body, " ".join(subject.split()), tuple(rows))


def _rows(  # noqa: PLR0911 - one answer for each kind of message
    view: View, root: str, bot_link: Callable[[str], str | None]
) -> list[Buttons]:
    """Return a row of links for each line of a digest or term of a case, and a last row for the whole."""
    if isinstance(view, DigestView):
        everything = (_button(view.everything, root),) if view.everything else ()
        agreed = [(_button(line.link, root),) if line.link else () for line in view.governance]
        return [*(_first_and_open(line.offers, root) for line in view.lines), *agreed, everything]
    if isinstance(view, ReminderView):
        return [(_button(line.link, root),) if line.link else () for line in view.lines]
    if isinstance(view, AssignedView):
        by_term = [_first([o for o in view.offers if o.norm == t.key], root) for t in view.case.terms]
        return [*by_term, _opening(view.offers, root)]
    if isinstance(view, EscalationsView):
        return _escalation_rows(view, root)
    if isinstance(view, InvitationView):
        link = bot_link(view.invitation.code)
        accept = (Button(phrase("mail.accept"), url=link),) if link else ()
        return [accept, (Button(phrase("mail.site"), url=root + SIGN_IN_PATH),)]
    if isinstance(view, GroupEndedView):
        return [(Button(phrase("button.groups"), url=root + GROUPS_PATH),)]
    if isinstance(view, SignInView):
        return [(Button(phrase("mail.sign_in"), url=view.link.address(root)),)]
    if isinstance(view, ReassignedView) and view.everything:
        return [(_button(view.everything, root),)]
    return [] if isinstance(view, ChangedView) else [_overview(root)]


def _escalation_rows(view: EscalationsView, root: str) -> list[Buttons]:
    """Return the answers of each line; a desk, which sees no case, is led to none."""
    sees_cases = any(line.view.may_escalate for line in view.lines)
    answers = [tuple(_button(offer, root) for offer in line.offers) for line in view.lines]
    return [*answers, _overview(root) if sees_cases else ()]


def _overview(root: str) -> Buttons:
    return (Button(phrase("mail.overview"), url=root + OVERVIEW_PATH),)


def _first_and_open(offers: Sequence[Offered], root: str) -> Buttons:
    """Return what can be recorded first, then explaining and holding an escalation, then looking."""
    beside = [offer for offer in offers[1:] if offer.verb in (ActionVerb.EXPLAIN, ActionVerb.ESCALATE)]
    return _first(offers, root) + tuple(_button(offer, root) for offer in beside) + _opening(offers, root)


def _first(offers: Sequence[Offered], root: str) -> Buttons:
    doing = [offer for offer in offers if offer.verb is not ActionVerb.OPEN]
    return tuple(_button(offer, root) for offer in doing[:1])


def _opening(offers: Sequence[Offered], root: str) -> Buttons:
    return tuple(_button(offer, root) for offer in offers if offer.verb is ActionVerb.OPEN)


def _button(offer: Offered, root: str) -> Button:
    return Button(_label(offer), url=f"{root}/a/{offer.token}")


def _label(offer: Offered) -> str:
    if offer.verb is ActionVerb.RECORD and offer.kind:
        return phrase(f"recording.{offer.kind}")
    if offer.answer is not None:
        return phrase(f"answer.{offer.answer}")
    return phrase(f"action.{offer.verb}")
