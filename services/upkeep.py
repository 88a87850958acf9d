"""The house looks after itself: old rows go, and a watchdog sees what should have gone out and did not."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.errors import Refused
from services.house import House
from services.inbox import KEEP_ACTIONS, KEEP_QUESTIONS, KEEP_UPDATES, KEEP_UPLOADS
from services.signin import forget_old_sign_ins
from storage.queries.actions import delete_expired_actions
from storage.queries.escalations import any_climb_before, next_climb
from storage.queries.governance_items import any_item_due, next_item_day
from storage.queries.groups import forget_group_codes
from storage.queries.guard import anything_due, next_notice_day
from storage.queries.inbox import delete_old_questions, delete_old_updates, delete_old_uploads
from storage.queries.office import last_passes, note_pass
from storage.queries.outbox import next_send_moment, overdue_messages

PATIENCE = timedelta(minutes=30)
_AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Health:
    """What the watchdog saw. `late_messages` should have gone out half an hour ago or earlier."""

    unplanned_terms: bool
    late_messages: int

    @property
    def well(self) -> bool:
        """Tell whether everything went out that should have."""
        return not self.unplanned_terms and self.late_messages == 0


def tidy(house: House, now: datetime) -> None:
    """Delete expired actions, handled updates, undecided files, old questions and sessions that are over."""
    with house.store.write() as tx:
        delete_expired_actions(tx, now - KEEP_ACTIONS)
        delete_old_updates(tx, now - KEEP_UPDATES)
        delete_old_uploads(tx, now - KEEP_UPLOADS)
        delete_old_questions(tx, now - KEEP_QUESTIONS)
        forget_old_sign_ins(tx, now)
        forget_group_codes(tx, now - KEEP_UPDATES)
        note_pass(tx, "tidy", now, "")


def watch(house: House, now: datetime) -> Health:
    """Compare what should have gone out with what did, and note it."""
    with house.store.write() as tx:
        health = Health(
            unplanned_terms=anything_due(tx, house.today(now - PATIENCE))
            or any_climb_before(tx, now - PATIENCE)
            or any_item_due(tx, house.today(now - PATIENCE)),
            late_messages=overdue_messages(tx, now - PATIENCE) if house.rules.notices.live else 0,
        )
        detail = f"well={health.well} late={health.late_messages} unplanned={health.unplanned_terms}"
        note_pass(tx, "watchdog", now, detail)
    return health


def note_heartbeat(house: House, now: datetime, *, arrived: bool) -> None:
    """Note whether word that all is well arrived outside."""
    with house.store.write() as tx:
        note_pass(tx, "heartbeat", now, f"arrived={arrived}")


def last_heartbeat(house: House) -> tuple[datetime, bool] | None:
    """Return when word was last sent that all is well (UTC), and whether it arrived."""
    found = passes(house).get("heartbeat")
    return (found[0], found[1] == "arrived=True") if found else None


def note_ran_ahead(house: House, at: datetime) -> None:
    """Note that a pass was made as of a moment that had not come yet; the furthest one counts."""
    with house.store.write() as tx:
        last = last_passes(tx).get(_AHEAD)
        note_pass(tx, _AHEAD, max(at, last[0]) if last else at, "")


def ran_ahead_to(house: House, now: datetime) -> datetime | None:
    """Return the UTC moment up to which passes have been made ahead of `now`, None when there is none."""
    found = passes(house).get(_AHEAD)
    return found[0] if found and found[0] > now else None


def passes(house: House) -> dict[str, tuple[datetime, str]]:
    """Return for each job when it last ran (UTC) and what it said."""
    with house.store.read() as tx:
        return last_passes(tx)


def next_moments(house: House, after: datetime) -> tuple[datetime | None, date | None]:
    """Return the next moment a message or an escalation waits for, and the next local day of the guard."""
    with house.store.read() as tx:
        moments = [moment for moment in (next_send_moment(tx, after), next_climb(tx)) if moment]
        days = [day for day in (next_notice_day(tx), next_item_day(tx)) if day]
        return min(moments, default=None), min(days, default=None)


def note_bot_name(house: House, name: str, now: datetime) -> None:
    """Keep the bot's user name, from which invitation links are made."""
    with house.store.write() as tx:
        note_pass(tx, "bot", now, f"username={name}")


def bot_name(house: House) -> str | None:
    """Return the bot's user name, None while it was never reached."""
    found = passes(house).get("bot")
    return found[1].removeprefix("username=") if found else None


def database_answers(house: House) -> bool:
    """Tell whether the database can be read."""
    try:
        passes(house)
    except Refused:
        return False
    return True
