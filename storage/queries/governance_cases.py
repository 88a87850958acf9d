"""What submissions need to know of cases."""

from datetime import date

from sqlalchemy import func, or_, select

from storage.store import Transaction
from storage.tables import cases, terms


def incomplete_by_holder(tx: Transaction, organisation: str, today: date) -> dict[int, int]:
    """Return for each jeugdbeschermer the number of running cases in which a date is missing.

    Missing is what should have been reached before `today` and of which nothing is recorded.
    """
    running = or_(terms.c.ends_on.is_(None), terms.c.ends_on > today)
    query = (
        select(cases.c.protector_id, func.count(cases.c.id.distinct()))
        .join(terms, terms.c.case_id == cases.c.id)
        .where(
            cases.c.organisation == organisation,
            cases.c.protector_id.is_not(None),
            terms.c.met_on.is_(None),
            terms.c.due_on < today,
            running,
        )
        .group_by(cases.c.protector_id)
    )
    return {row[0]: row[1] for row in tx.execute(query.order_by(cases.c.protector_id))}
