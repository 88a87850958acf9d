"""One process at a time plans or polls: leases as rows, by the database's own clock."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from core.errors import TermijnwachtError
from services.house import House
from storage.queries.office import database_now, lease_stands, take_lease
from storage.store import Transaction

LEASE_SECONDS = 60


class LeaseName(StrEnum):
    """What only one process may do at a time."""

    POLL = "poll"
    PLAN = "plan"
    SEND = "send"


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease that was held when it was taken; `epoch` proves later that it still is."""

    name: LeaseName
    epoch: int


class LeaseLost(TermijnwachtError):
    """Another process has taken over; nothing was written."""


def acquire(house: House, name: LeaseName) -> Lease | None:
    """Take or renew a lease; None when another process holds it.

    On SQLite one process serves, behind an operating-system lock: the lease is given at once.
    """
    if house.store.is_sqlite:
        return Lease(name, 0)
    with house.store.write() as tx:
        epoch = take_lease(tx, name, house.worker, now=_now(tx), seconds=LEASE_SECONDS)
    return None if epoch is None else Lease(name, epoch)


def require_lease(tx: Transaction, lease: Lease | None) -> None:
    """Raise `LeaseLost` when the lease has changed hands; None asks nothing (a single process)."""
    if lease is None or tx.dialect.name == "sqlite":
        return
    if not lease_stands(tx, lease.name, lease.epoch, _now(tx)):
        raise LeaseLost(lease.name)


def _now(tx: Transaction) -> datetime:
    return database_now(tx).astimezone(UTC)
