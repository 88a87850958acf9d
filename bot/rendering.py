"""Turns what the outbox wants to say into Telegram text and buttons."""

from collections.abc import Sequence

from bot.callbacks import Act, Agree, Look, pack
from core.outbox import MessageKind
from core.ports import Button, Content
from services.actions import ActionVerb, Offered
from services.delivery import AssignedView, Prepared, View
from services.digests import DigestView
from templates import phrase, render


def telegram_content(prepared: Prepared) -> Content:
    """Return the text and buttons of an outbox message, from its view."""
    return render_view(prepared.message.kind, prepared.view, repeated=prepared.message.repeated)


def render_view(kind: MessageKind, view: View, *, repeated: bool) -> Content:
    """Return the text and buttons of a view."""
    values: dict[str, object] = {"view": view, "repeated": repeated}
    return Content(render(f"telegram/{kind}.html", **values), buttons=_buttons(view))


def _buttons(view: View) -> tuple[tuple[Button, ...], ...]:
    if isinstance(view, DigestView):
        return _digest_buttons(view)
    if isinstance(view, AssignedView):
        rows = [(begin_button(offer),) for offer in view.offers]
        code = view.case.case.code
        return (*rows, (Button(phrase("button.open_case"), pack(Look.CASE, code)),))
    return ()


def _digest_buttons(view: DigestView) -> tuple[tuple[Button, ...], ...]:
    rows: list[tuple[Button, ...]] = []
    for number, line in enumerate(view.lines, 1):
        row = [begin_button(line.offers[0], number)] if line.offers else []
        row.append(_open_button(line.codes[0], number if not line.offers else None))
        rows.append(tuple(row))
    if len(view.lines) == 1:
        line = view.lines[0]
        code, norm = line.codes[0], line.term.norm.code
        rows.append(
            (
                Button(phrase("button.why", norm=norm), pack(Look.WHY, code, norm)),
                Button(phrase("button.later"), pack(Act.LATER, code, norm)),
            )
        )
    if view.governance:
        rows.append((Button(phrase("button.agenda"), pack(Agree.AGENDA, 1)),))
    if view.lines or view.older or view.backlog:
        rows.append((Button(phrase("button.all_today"), pack(Look.TODAY, 1)),))
    return tuple(rows)


def _open_button(code: str, number: int | None) -> Button:
    label = phrase("button.open", code=code)
    return Button(label if number is None else numbered(number, label), pack(Look.CASE, code))


def begin_button(offer: Offered, number: int | None = None) -> Button:
    """Return the button that begins an action."""
    label = action_label(offer)
    return Button(label if number is None else numbered(number, label), pack(Act.BEGIN, offer.token))


def action_label(offer: Offered) -> str:
    """Return the words of an action's button."""
    if offer.verb is ActionVerb.COUPLE:
        return phrase("button.couple" if offer.norm else "button.couple_other")
    return phrase(f"button.record_{offer.kind}")


def numbered(number: int, label: str) -> str:
    """Return a label with the number of its line."""
    return phrase("button.line", number=number, label=label)


def in_rows(buttons: Sequence[Button], width: int) -> list[list[Button]]:
    """Return buttons in rows of `width`."""
    return [list(buttons[start : start + width]) for start in range(0, len(buttons), width)]
