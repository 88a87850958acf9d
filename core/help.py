"""Help as a chain: what was asked, where it stands, whether it has started and fits (D9, D13-D16, D23)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from core.facts import NEED, FactKind, Fit, Ledger, Told, kind_of_item


@dataclass(frozen=True, slots=True)
class Need:
    """One need for help. `help_kind` is a configured code that no chat or mail repeats.

    `asked_of` says who was asked, `expected_on` when help is expected to start. Every `*_on` is a local date.
    """

    item: str
    asked_on: date | None = None
    help_kind: str | None = None
    asked_of: str | None = None
    contracted: str | None = None
    funded_on: date | None = None
    intake_on: date | None = None
    expected_on: date | None = None
    started_on: date | None = None
    fit: str | None = None
    stopped_on: date | None = None

    @property
    def number(self) -> int:
        """Return the number by which people know it."""
        return int(self.item.partition(".")[2])

    @property
    def fits(self) -> bool:
        """Tell whether help has started and fits the course or is an agreed alternative."""
        return self.started_on is not None and self.fit not in (None, Fit.DOES_NOT_FIT)

    @property
    def dropped(self) -> bool:
        """Tell whether the need ended before help that fits started."""
        return self.stopped_on is not None and not self.fits


def needs_of(items: Mapping[str, Ledger]) -> tuple[Need, ...]:
    """Return the needs of a case in the order of their numbers."""
    found = [_need(item, ledger) for item, ledger in items.items() if kind_of_item(item) == NEED]
    return tuple(sorted(found, key=lambda need: need.number))


def _need(item: str, ledger: Ledger) -> Need:
    asked = ledger.get(FactKind.HELP_ASKED, _NOTHING)
    started = ledger.get(FactKind.HELP_STARTED, _NOTHING)
    return Need(
        item=item,
        asked_on=asked.on,
        help_kind=asked.value,
        asked_of=asked.detail,
        contracted=ledger.get(FactKind.HELP_CONTRACTED, _NOTHING).value,
        funded_on=ledger.get(FactKind.HELP_FUNDED, _NOTHING).on,
        intake_on=ledger.get(FactKind.HELP_INTAKE, _NOTHING).on,
        expected_on=ledger.get(FactKind.HELP_WAITING, _NOTHING).on,
        started_on=started.on,
        fit=started.value,
        stopped_on=ledger.get(FactKind.HELP_STOPPED, _NOTHING).on,
    )


_NOTHING = Told(None)


def tell_help(needs: Iterable[Need]) -> dict[FactKind, Told]:
    """Return what the ledger of the case says of help, from its needs.

    Help has started on the first day on which some need has help that fits and every need asked by then that
    was not dropped has too (D9: only what started and fits counts). Help that does not fit is told as such.
    """
    needs = [need for need in needs if not need.dropped]
    told = {kind: Told(max(dates)) for kind, dates in _dates(needs).items() if dates}
    started = _started(needs)
    if started is not None:
        told[FactKind.HELP_STARTED] = started
    return told


def _dates(needs: Iterable[Need]) -> dict[FactKind, list[date]]:
    dates: dict[FactKind, list[date]] = {
        FactKind.HELP_ASKED: [],
        FactKind.HELP_INTAKE: [],
        FactKind.HELP_WAITING: [],
    }
    for need in needs:
        if need.asked_on:
            dates[FactKind.HELP_ASKED].append(need.asked_on)
        if need.intake_on:
            dates[FactKind.HELP_INTAKE].append(need.intake_on)
        if need.expected_on and not need.fits:
            dates[FactKind.HELP_WAITING].append(need.expected_on)
    return dates


def _started(needs: list[Need]) -> Told | None:
    fitting = sorted((need for need in needs if need.fits), key=_start)
    for need in fitting:
        by_then = _start(need)
        asked = [other for other in needs if (other.asked_on or other.started_on or by_then) <= by_then]
        if all(other.fits and _start(other) <= by_then for other in asked):
            return Told(by_then, need.fit)
    unfit = [need.started_on for need in needs if need.started_on and not need.fits]
    return Told(max(unfit), Fit.DOES_NOT_FIT) if unfit else None


def _start(need: Need) -> date:
    return need.started_on or date.max
