"""What the house keeps of itself: the audit trail, leases, and when its jobs ran."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql

from storage.store import Transaction
from storage.tables import audit, leases, passes


def leave_audit(
    tx: Transaction,
    *,
    actor: str,
    verb: str,
    subject: str,
    now: datetime,
    details: Mapping[str, object] | None = None,
) -> None:
    """Keep who did what, when; ids and codes only."""
    tx.execute(
        insert(audit).values(at=now, actor=actor, verb=verb, subject=subject, details=dict(details or {}))
    )


def note_pass(tx: Transaction, job: str, now: datetime, detail: str) -> None:
    """Note that a job ran."""
    changed = tx.execute(update(passes).where(passes.c.job == job).values(ran_at=now, detail=detail[:200]))
    if changed.rowcount == 0:
        tx.execute(insert(passes).values(job=job, ran_at=now, detail=detail[:200]))


def last_passes(tx: Transaction) -> dict[str, tuple[datetime, str]]:
    """Return for each job when it last ran, and what it said."""
    return {row.job: (row.ran_at, row.detail) for row in tx.execute(select(passes))}


def database_now(tx: Transaction) -> datetime:
    """Return the database's own UTC moment (PostgreSQL only)."""
    moment: datetime = tx.execute(select(func.clock_timestamp())).scalar_one()
    return moment


def take_lease(tx: Transaction, name: str, holder: str, *, now: datetime, seconds: int) -> int | None:
    """Take or renew a lease (PostgreSQL only); return its epoch, or None while another holder has it.

    The epoch goes up whenever the lease changes hands.
    """
    expires_at = now + timedelta(seconds=seconds)
    new = insert_postgresql(leases).values(name=name, holder=holder, epoch=1, expires_at=expires_at)
    tx.execute(new.on_conflict_do_nothing())
    row = tx.execute(select(leases).where(leases.c.name == name).with_for_update()).one()
    if row.holder != holder and row.expires_at > now:
        return None
    epoch: int = row.epoch + (row.holder != holder)
    tx.execute(
        update(leases).where(leases.c.name == name).values(holder=holder, epoch=epoch, expires_at=expires_at)
    )
    return epoch


def lease_stands(tx: Transaction, name: str, epoch: int, now: datetime) -> bool:
    """Tell whether a lease of that epoch still stands, and keep it from changing hands meanwhile."""
    row = tx.execute(select(leases).where(leases.c.name == name).with_for_update()).first()
    return row is not None and row.epoch == epoch and row.expires_at > now
