"""When norms or holidays in the configuration have changed, every running case is derived again."""

import hashlib
from dataclasses import fields
from datetime import datetime

from core.cases import Case
from core.norms import Norm
from core.rules import Rules
from services.derivation import rederive
from services.house import House
from services.scene import set_scene
from storage.queries.cases import cases_page
from storage.queries.office import last_passes, leave_audit, note_pass

CHUNK = 500
_NOTE = "rules"


def apply_changed_rules(house: House, now: datetime) -> int:
    """Derive every running case again when the rules are not those of the last time; return how many.

    Each chunk of cases is one unit of work; the new rules are noted last, so a crash begins anew. Notices of
    dates that have moved are taken back, and those of the new dates follow.
    """
    fingerprint = fingerprint_of(house.rules)
    with house.store.read() as tx:
        noted = last_passes(tx).get(_NOTE)
    if noted and noted[1] == fingerprint:
        return 0
    derived = _derive_all(house, now) if noted else 0
    with house.store.write() as tx:
        note_pass(tx, _NOTE, now, fingerprint)
        if derived:
            details = {"cases": derived}
            leave_audit(
                tx, actor="termijnwacht", verb="apply_rules", subject="norms", now=now, details=details
            )
    return derived


def fingerprint_of(rules: Rules) -> str:
    """Return a text that differs whenever other rules would count other dates."""
    norms = [rules.norms.newest_first(code) for code in rules.norms.codes]
    told = repr((_in_order(norms), rules.calendar.added, rules.notices.guarded_from))
    return hashlib.sha256(told.encode()).hexdigest()


def _in_order(norms: list[tuple[Norm, ...]]) -> list[list[tuple[str, object]]]:
    """Return the columns of each norm, sets sorted: another process must read the same."""
    return [
        [
            (
                field.name,
                sorted(value) if isinstance(value := getattr(norm, field.name), frozenset) else value,
            )
            for field in fields(norm)
        ]
        for versions in norms
        for norm in versions
    ]


def _derive_all(house: House, now: datetime) -> int:
    done = 0
    after: str | None = None
    while page := _derive_page(house, after, now):
        done, after = done + len(page), page[-1].code
    return done


def _derive_page(house: House, after: str | None, now: datetime) -> list[Case]:
    with house.store.write() as tx:
        scene = set_scene(tx, house, now)
        page = cases_page(tx, running_on=scene.today, after_code=after, limit=CHUNK)
        for case in page:
            rederive(scene, case)
    return page
