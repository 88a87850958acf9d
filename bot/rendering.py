"""Turns what the outbox wants to say into Telegram text and buttons."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.agreed_names import packed_plainly
from bot.callbacks import Act, Agree, Look, pack
from bot.fitting import fits, fitted
from bot.group_buttons import groups_button
from core.outbox import MessageKind
from core.ports import Button, Content
from services.actions import ActionVerb, Offered
from services.delivery import AssignedView, Prepared, View
from services.digests import DigestLine, DigestView
from services.governance.access import Deed
from services.governance.changed import ChangedView
from services.governance.groups import GroupEndedView
from services.governance.matters import MatterKind, Ref
from services.governance.reminded import ReminderView
from services.message_views import AlertView, EscalationsView, ReassignedView
from templates import known_phrases, phrase, render, term_name, upper_first

FIRST_ANEW = 0
"""The page of a list that is shown in a new message: its first, below a message that has to stay."""

ROOM = (2, 1, 0)
"""How much is said about each line of a digest, from all to the least."""


def telegram_content(prepared: Prepared) -> Content:
    """Return the text and buttons of an outbox message, from its view."""
    return render_view(prepared.message.kind, prepared.view, repeated=prepared.message.repeated)


def render_view(kind: MessageKind, view: View, *, repeated: bool) -> Content:
    """Return the text and buttons of a view, with less about each line where it would be too long."""
    for room in ROOM:
        text = render(f"telegram/{kind}.html", view=view, repeated=repeated, room=room)
        if fits(text):
            break
    return Content(fitted(text), buttons=_buttons(view))


def _buttons(view: View) -> tuple[tuple[Button, ...], ...]:
    if isinstance(view, DigestView):
        return () if view.to_group else _digest_buttons(view)
    if isinstance(view, AssignedView):
        rows = [(begin_button(offer),) for offer in view.offers]
        code = view.case.case.code
        return (*rows, (Button(phrase("button.open_case"), pack(Look.CASE, code)),))
    if isinstance(view, EscalationsView):
        return _escalation_buttons(view)
    if isinstance(view, ReminderView):
        return _reminder_buttons(view)
    button = _one_button(view)
    return ((button,),) if button else ()


def _one_button(view: View) -> Button | None:
    """Return the button that leads to what a message is about."""
    if isinstance(view, AlertView):
        return Button(phrase("button.open", code=view.code), pack(Look.CASE, view.code))
    if isinstance(view, GroupEndedView):
        return groups_button()
    if isinstance(view, ReassignedView):
        return Button(phrase("button.my_cases"), pack(Look.LIST, 1))
    if isinstance(view, ChangedView) and view.file:
        one = view.occurrence
        return file_button(Ref.of_meeting(one.series.code, one.original_on))
    return None


_ANSWERS: Mapping[MatterKind, tuple[Deed, ...]] = {
    MatterKind.MEETING: (Deed.PRESENT, Deed.ABSENT, Deed.SUBSTITUTE),
    MatterKind.ACTION: (Deed.COLOUR,),
}


def _reminder_buttons(view: ReminderView) -> tuple[tuple[Button, ...], ...]:
    """Return the answers of each line; who hands in can look at what is missing."""
    several = len(view.lines) > 1
    rows: list[tuple[Button, ...]] = []
    for number, line in enumerate(view.lines[:_MOST_ASKED], 1):
        parts = packed_plainly(line.ref)
        row = [
            Button(phrase(f"deed.{deed}"), pack(Agree.DEED, deed, line.version, *parts))
            for deed in _ANSWERS.get(line.ref.kind, ())
        ] or [Button(phrase("button.look"), pack(Agree.SHOW, *parts))]
        if several:
            row = [replace(one, label=numbered(number, one.label)) for one in row]
        rows += [tuple(pair) for pair in in_rows(row, 2)]
    return tuple(rows)


_MOST_ASKED = 10


def file_button(ref: Ref) -> Button:
    """Return the button that sends the calendar file of a meeting."""
    return Button(phrase("button.calendar_file"), pack(Agree.FILE, *packed_plainly(ref)))


def _escalation_buttons(view: EscalationsView) -> tuple[tuple[Button, ...], ...]:
    """Return a row for each answer; of several escalations each with the number of its line."""
    several = len(view.lines) > 1
    return tuple(
        (begin_button(offer, number if several else None),)
        for number, line in enumerate(view.lines, 1)
        for offer in line.offers
    )


def _digest_buttons(view: DigestView) -> tuple[tuple[Button, ...], ...]:
    rows: list[tuple[Button, ...]] = []
    for number, line in enumerate(view.lines, 1):
        row = [begin_button(line.offers[0], number)] if line.offers else []
        row.append(_open_button(line.codes[0], number if not line.offers else None))
        rows.append(tuple(row))
        rows += _further(line, number)
    if len(view.lines) == 1:
        line = view.lines[0]
        code, norm = line.codes[0], line.term.key
        rows.append(
            (
                Button(why_label(norm), pack(Look.WHY, code, norm)),
                Button(phrase("button.later"), pack(Act.LATER, code, norm)),
            )
        )
    if view.governance:
        rows.append((Button(phrase("button.agenda"), pack(Agree.AGENDA, FIRST_ANEW)),))
    if view.lines or view.older or view.backlog:
        rows.append((Button(phrase("button.all_today"), pack(Look.TODAY, 1)),))
    return tuple(rows)


def _further(line: DigestLine, number: int) -> list[tuple[Button, ...]]:
    """Return a second row for explaining, and for holding an escalation before it leaves."""
    beside = [offer for offer in line.offers[1:] if offer.verb in (ActionVerb.EXPLAIN, ActionVerb.ESCALATE)]
    return [tuple(begin_button(offer, number) for offer in beside)] if beside else []


def why_label(key: str, *, short: bool = False) -> str:
    """Return the words of the button that says why a term falls on its day."""
    name = term_name(key)
    return phrase("button.why_short", term=name) if short else phrase("button.why", term=upper_first(name))


def _open_button(code: str, number: int | None) -> Button:
    label = phrase("button.open", code=code)
    return Button(label if number is None else numbered(number, label), pack(Look.CASE, code))


def begin_button(offer: Offered, number: int | None = None, *, full: bool = False) -> Button:
    """Return the button that begins an action; a `full` label names the term where that is not clear."""
    label = action_label(offer)
    if full and offer.norm and ("." in offer.norm or offer.verb is ActionVerb.EXPLAIN):
        label = phrase("button.of_term", label=label, term=term_name(offer.norm))
    return Button(label if number is None else numbered(number, label), pack(Act.BEGIN, offer.token))


def action_label(offer: Offered) -> str:
    """Return the words of an action's button."""
    if offer.verb is ActionVerb.COUPLE:
        return phrase("button.couple" if offer.norm else "button.couple_other")
    if offer.verb is ActionVerb.EXPLAIN:
        return phrase("button.explain")
    if offer.answer is not None:
        return phrase(f"answer.{offer.answer}")
    short = f"record_{offer.kind}"
    return phrase(f"button.{short}" if short in known_phrases()["button"] else f"recording.{offer.kind}")


def numbered(number: int, label: str) -> str:
    """Return a label with the number of its line."""
    return phrase("button.line", number=number, label=label)


def in_rows(buttons: Sequence[Button], width: int) -> list[list[Button]]:
    """Return buttons in rows of `width`."""
    return [list(buttons[start : start + width]) for start in range(0, len(buttons), width)]
