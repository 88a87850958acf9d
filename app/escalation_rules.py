"""What a configuration says of escalating, as the rules of the house: desks, routes, kinds and choices."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app.config_escalation import ChoiceTable, DateKindTable, DeskTable, RouteTable, WeeklyTableTable
from app.config_ladders import rung_of
from app.norm_rules import given
from core.dates import APPLICATION_FORM, BLOCKER_KINDS, HELP_KINDS, ITEM_KINDS, REASONS, Choice, ItemKind
from core.desks import Desk, DeskBook, Route, RouteStep, WeeklyTable
from core.facts import FactKind
from core.rules import EscalationRules

if TYPE_CHECKING:
    from app.config_models import Config

_KINDS = {kind.code: kind for kind in ITEM_KINDS}


def escalation_of(config: "Config") -> EscalationRules:
    """Return the rules of escalating that a configuration makes."""
    form = config.escalation.form
    return EscalationRules(
        desks=DeskBook(map(desk_of, config.desks), map(route_of, config.routes)),
        reasons=_choices(REASONS, config.reasons),
        help_kinds=_choices(HELP_KINDS, config.help_kinds),
        blocker_kinds=_choices(BLOCKER_KINDS, config.blocker_kinds),
        item_kinds=item_kinds_of(config.date_kinds),
        form=APPLICATION_FORM if form is None else _picked(form),
    )


def desk_of(row: DeskTable) -> Desk:
    """Return the desk that a row describes."""
    table = _table(row.table) if row.table else None
    return Desk(**given(row, "table"), table=table)


def _table(row: WeeklyTableTable) -> WeeklyTable:
    return WeeklyTable(**dict(row))


def route_of(row: RouteTable) -> Route:
    """Return the route that a row describes."""
    return Route(
        steps=tuple(RouteStep(rung_of(step), step.hint or "") for step in row.steps), **given(row, "steps")
    )


def item_kinds_of(rows: Iterable[DateKindTable]) -> dict[str, ItemKind]:
    """Return the kinds of dates and requests by code: the built-in ones as changed, then further ones."""
    return _KINDS | {row.code: _item_kind(row) for row in rows}


def _item_kind(row: DateKindTable) -> ItemKind:
    parts = given(row, "outcomes", "reasons", "organisations")
    parts |= {
        key: _picked(rows) for key in ("outcomes", "reasons") if (rows := getattr(row, key)) is not None
    }
    if row.organisations is not None:
        parts["organisations"] = frozenset(row.organisations)
    present = _KINDS.get(row.code)
    if present is not None:
        return replace(present, **parts)
    if row.is_request:
        parts.setdefault("asks", (FactKind.REQUEST_SENT,))
    return ItemKind(**parts)


def _choices(built_in: Sequence[Choice], rows: Sequence[ChoiceTable]) -> dict[str, Choice]:
    return {choice.code: choice for choice in (*built_in, *_picked(rows))}


def _picked(rows: Iterable[ChoiceTable]) -> tuple[Choice, ...]:
    return tuple(Choice(row.code, row.label) for row in rows)
