"""How the house is doing in figures, for operators: no person, no case."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.outbox import MessageKind, MessageState
from services.house import House
from storage.queries.figures import count_messages, count_open_terms, waiting_since
from storage.queries.office import last_passes

JOBS = ("guard", "deliver", "watchdog", "tidy", "heartbeat")
DUE = ("before_start", "passed", "today", "later")


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts at one moment.

    `messages` has every state and kind, `open_terms` every norm and `DUE`; `oldest_waiting` is in seconds, 0
    when nothing waits; `passes` holds when each job that ever ran did so last (UTC).
    """

    messages: Mapping[tuple[MessageState, MessageKind], int]
    oldest_waiting: float
    passes: Mapping[str, datetime]
    open_terms: Mapping[tuple[str, str], int]


def count_figures(house: House, now: datetime) -> Figures:
    """Count; reads every message and open term once."""
    rules = house.rules
    with house.store.read() as tx:
        messages = count_messages(tx)
        since = waiting_since(tx, now)
        passes = last_passes(tx)
        terms = count_open_terms(tx, house.today(now), rules.notices.guarded_from)
    kinds = [(state, kind) for state in MessageState for kind in MessageKind]
    norms = [(norm, due) for norm in rules.norms.codes for due in DUE]
    return Figures(
        messages={key: messages.get(key, 0) for key in kinds},
        oldest_waiting=(now - since).total_seconds() if since else 0.0,
        passes={job: passes[job][0] for job in JOBS if job in passes},
        open_terms={key: terms.get(key, 0) for key in norms},
    )
