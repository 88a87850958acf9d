"""The tables of governance: what people changed of agreements, what came in, and what has to be said when."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
)

from storage.columns import Day, Moment
from storage.tables import metadata

__all__ = ["metadata"]

meetings = Table(
    "meetings",
    metadata,
    Column("series", String(24), primary_key=True),
    Column("original_on", Day, primary_key=True),
    Column("moved_on", Day),
    Column("moved_at", Time),
    Column("place", String(200)),
    Column("cancelled", String(200)),
    Column("added", Boolean, nullable=False),
    Column("held", Boolean),
    Column("outcome", String(400)),
    Column("version", Integer, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("changed_by", String(80), nullable=False),
)

shifts = Table(
    "series_shifts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("series", String(24), nullable=False, index=True),
    Column("after_on", Day, nullable=False),
    Column("days", Integer, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("changed_by", String(80), nullable=False),
)

answers = Table(
    "meeting_answers",
    metadata,
    Column("series", String(24), primary_key=True),
    Column("original_on", Day, primary_key=True),
    Column("person_id", Integer, ForeignKey("people.id"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("answer", String(12), nullable=False),
    Column("who", String(64), nullable=False),
    Column("answered_at", Moment, nullable=False),
)

steps = Table(
    "chain_steps",
    metadata,
    Column("series", String(24), primary_key=True),
    Column("original_on", Day, primary_key=True),
    Column("step", String(24), primary_key=True),
    Column("done_on", Day, nullable=False),
    Column("done_by", String(80), nullable=False),
    Column("done_at", Moment, nullable=False),
)

agenda_cases = Table(
    "agenda_cases",
    metadata,
    Column("series", String(24), primary_key=True),
    Column("original_on", Day, primary_key=True),
    Column("case_id", Integer, ForeignKey("cases.id"), primary_key=True, index=True),
    Column("escalation_id", Integer, ForeignKey("escalations.id")),
    Column("outcome", String(400)),
    Column("added_by", String(80), nullable=False),
    Column("added_at", Moment, nullable=False),
)

receipts = Table(
    "submission_receipts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("series", String(24), nullable=False),
    Column("original_on", Day, nullable=False),
    Column("organisation", String(64), nullable=False),
    Column("value", String(200), nullable=False),
    Column("received_on", Day, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("recorded_by", String(80), nullable=False),
)
Index("ix_submission_receipts_of", receipts.c.series, receipts.c.original_on)

words = Table(
    "plan_words",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("plan", String(24), nullable=False),
    Column("action", String(24), nullable=False),
    Column("colour", String(8), nullable=False),
    Column("why", String(400), nullable=False),
    Column("on", Day, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", String(80), nullable=False),
)
Index("ix_plan_words_of", words.c.plan, words.c.action)

outcomes = Table(
    "deadline_outcomes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("holder", String(24), nullable=False),
    Column("code", String(24), nullable=False),
    Column("value", String(400), nullable=False),
    Column("on", Day, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", String(80), nullable=False),
)
Index("ix_deadline_outcomes_of", outcomes.c.holder, outcomes.c.code)

ladder = Table(
    "ladder_steps",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("oversight", String(24), nullable=False, index=True),
    Column("step", Integer, nullable=False),
    Column("since_on", Day, nullable=False),
    Column("agreed", String(400), nullable=False),
    Column("agreed_on", Day),
    Column("evidence", String(400), nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", String(80), nullable=False),
)

boxes = Table(
    "response_boxes",
    metadata,
    Column("oversight", String(24), primary_key=True),
    Column("code", String(24), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", String(80), nullable=False),
)

group_codes = Table(
    "group_codes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("code_hash", String(64), nullable=False, unique=True),
    Column("scope", String(8), nullable=False),
    Column("target", String(40), nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)

groups = Table(
    "group_links",
    metadata,
    Column("person_id", Integer, ForeignKey("people.id"), primary_key=True),
    Column("scope", String(8), nullable=False),
    Column("target", String(40), nullable=False),
    Column("title", String(128), nullable=False, server_default=""),
    Column("linked_by", String(80), nullable=False),
    Column("linked_at", Moment, nullable=False),
)

links = Table(
    "series_links",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("series", String(24), nullable=False),
    Column("token", String(40), nullable=False, unique=True),
    Column("made_at", Moment, nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("revoked_at", Moment),
    Column("revoked_by", String(80)),
)
_in_use = links.c.revoked_at.is_(None)
Index(
    "uq_series_links_in_use",
    links.c.series,
    unique=True,
    sqlite_where=_in_use,
    postgresql_where=_in_use,
)

items = Table(
    "governance_items",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(12), nullable=False),
    Column("code", String(24), nullable=False),
    Column("original_on", Day, nullable=False),
    Column("part", String(64), nullable=False),
    Column("told_through_on", Day),
    Column("next_notice_on", Day),
    UniqueConstraint("kind", "code", "original_on", "part", name="uq_governance_items_of"),
)
_speaks = items.c.next_notice_on.is_not(None)
Index(
    "ix_governance_items_next_notice_on",
    items.c.next_notice_on,
    sqlite_where=_speaks,
    postgresql_where=_speaks,
)
