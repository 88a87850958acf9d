"""Every table."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
)

from storage.columns import Day, Moment, id_column, to
from storage.columns import metadata as metadata  # noqa: PLC0414 - whoever takes it needs the tables too

people = Table(
    "people",
    metadata,
    id_column(),
    Column("name", String(64), nullable=False, unique=True),
    Column("roles", String(200), nullable=False),
    Column("organisation", String(64)),
    Column("team", String(64)),
    Column("region", String(64)),
    Column("fte", Float),
    Column("weekdays", String(5), nullable=False),
    Column("mail", String(254)),
    Column("chat_id", BigInteger, unique=True),
    Column("chat_lost_at", Moment),
    Column("send_at", Time),
    Column("revoked_at", Moment),
    Column("created_at", Moment, nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    id_column(),
    to("people", name="person_id", index=True),
    Column("code_hash", String(64), nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)

absences = Table(
    "absences",
    metadata,
    id_column(),
    to("people", name="person_id", index=True),
    to("people", name="substitute_id"),
    Column("from_on", Day, nullable=False),
    Column("through_on", Day, nullable=False),
    Column("set_by", String(80), nullable=False),
    Column("set_at", Moment, nullable=False),
    Column("withdrawn_at", Moment),
)

cases = Table(
    "cases",
    metadata,
    id_column(),
    Column("code", String(40), nullable=False, unique=True),
    Column("organisation", String(64), nullable=False),
    Column("municipality", String(64), nullable=False),
    Column("measure", String(64), nullable=False),
    Column("family", String(64)),
    to("people", name="protector_id", nullable=True, index=True),
    to("people", name="manager_id", nullable=True, index=True),
    Column("created_at", Moment, nullable=False),
    Column("created_by", String(80), nullable=False),
)

case_changes = Table(
    "case_changes",
    metadata,
    id_column(),
    to("cases", name="case_id", index=True),
    Column("field", String(20), nullable=False),
    Column("old", String(64)),
    Column("new", String(64)),
    Column("source", String(120), nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", String(80), nullable=False),
)

facts = Table(
    "facts",
    metadata,
    id_column(),
    to("cases", name="case_id", index=True),
    Column("kind", String(32), nullable=False),
    Column("on", Day),
    Column("value", String(64)),
    Column("measure_no", Integer, nullable=False),
    Column("source", String(120), nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("recorded_by", String(80), nullable=False),
    Column("withdrawn_at", Moment),
    Column("withdrawn_by", String(80)),
    Column("item", String(32)),
    Column("detail", String(64)),
    Column("note", Text),
)

terms = Table(
    "terms",
    metadata,
    Column("case_id", Integer, ForeignKey("cases.id"), primary_key=True),
    Column("norm", String(32), primary_key=True),
    Column("start_on", Day, nullable=False),
    Column("start_from", String(32), nullable=False),
    Column("stand_in", Boolean, nullable=False),
    Column("due_on", Day, nullable=False),
    Column("strict_on", Day, nullable=False),
    Column("atw_due_on", Day, nullable=False),
    Column("needed_by_on", Day),
    Column("statutory_due_on", Day),
    Column("met_on", Day),
    Column("ends_on", Day),
    Column("missing", String(120), nullable=False),
    Column("told", Boolean, nullable=False),
    Column("coupled", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("told_through_on", Day),
    Column("next_notice_on", Day),
    Column("explained_on", Day),
    Column("explanations", Integer, nullable=False, server_default="0"),
    Column("expected_on", Day),
    Column("party", String(64)),
    Column("escalate_on", Day),
)
Index(
    "ix_terms_next_notice_on",
    terms.c.next_notice_on,
    sqlite_where=terms.c.next_notice_on.is_not(None),
    postgresql_where=terms.c.next_notice_on.is_not(None),
)

escalations = Table(
    "escalations",
    metadata,
    id_column(),
    to("cases", name="case_id", index=True),
    Column("norm", String(32), nullable=False),
    Column("watched_on", Day, nullable=False),
    Column("ladder", JSON, nullable=False),
    Column("stage", String(10), nullable=False),
    Column("rung", Integer, nullable=False),
    to("people", name="holder_id", nullable=True, index=True),
    to("people", name="previous_id", nullable=True),
    Column("held", Boolean, nullable=False),
    Column("forecast", Boolean, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("since_at", Moment, nullable=False),
    Column("next_at", Moment),
    Column("version", Integer, nullable=False),
)
_climbing = escalations.c.next_at.is_not(None)
Index("ix_escalations_next_at", escalations.c.next_at, sqlite_where=_climbing, postgresql_where=_climbing)
Index(
    "uq_escalations_running",
    escalations.c.case_id,
    escalations.c.norm,
    unique=True,
    sqlite_where=_climbing,
    postgresql_where=_climbing,
)

escalation_steps = Table(
    "escalation_steps",
    metadata,
    id_column(),
    to("escalations", name="escalation_id", index=True),
    Column("at", Moment, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("rung", Integer, nullable=False),
    Column("person", String(64)),
    Column("by", String(80), nullable=False),
    Column("reason", String(64)),
    Column("note", Text),
    Column("details", JSON, nullable=False),
)

blockers = Table(
    "blockers",
    metadata,
    id_column(),
    Column("kind", String(32), nullable=False),
    Column("place", String(64), nullable=False),
    Column("help_kind", String(32)),
    Column("region", String(64)),
    Column("from_on", Day, nullable=False),
    Column("through_on", Day),
    Column("set_by", String(80), nullable=False),
    Column("set_at", Moment, nullable=False),
    Column("withdrawn_at", Moment),
)

postponements = Table(
    "postponements",
    metadata,
    id_column(),
    to("cases", name="case_id", index=True),
    Column("norm", String(32), nullable=False),
    to("people", name="person_id"),
    Column("until_on", Day, nullable=False),
    Column("set_at", Moment, nullable=False),
    UniqueConstraint("case_id", "norm", "person_id"),
)

messages = Table(
    "messages",
    metadata,
    id_column(),
    to("people", name="person_id", index=True),
    Column("kind", String(16), nullable=False),
    Column("day_on", Day, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("state", String(10), nullable=False),
    Column("send_after", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("channel", String(10)),
    Column("claimed_by", String(80)),
    Column("lease_until", Moment),
    Column("attempts", Integer, nullable=False),
    Column("repeated", Boolean, nullable=False),
    Column("chat_id", BigInteger),
    Column("external_id", String(200)),
    Column("sent_at", Moment),
    Column("refresh_at", Moment),
)
_waiting = messages.c.state.in_(("pending", "sending"))
Index("ix_messages_waiting", messages.c.send_after, sqlite_where=_waiting, postgresql_where=_waiting)
_stale = messages.c.refresh_at.is_not(None)
Index("ix_messages_refresh_at", messages.c.refresh_at, sqlite_where=_stale, postgresql_where=_stale)
_digest = messages.c.kind == "digest"
Index(
    "uq_messages_digest",
    messages.c.person_id,
    messages.c.day_on,
    unique=True,
    sqlite_where=_digest,
    postgresql_where=_digest,
)

notices = Table(
    "notices",
    metadata,
    id_column(),
    Column("subject", String(120), nullable=False),
    Column("rung", String(20), nullable=False),
    to("people", name="person_id"),
    Column("occasion", String(60), nullable=False),
    Column("case_id", Integer, ForeignKey("cases.id"), index=True),
    Column("norm", String(32)),
    Column("due_on", Day),
    Column("occasion_on", Day, nullable=False),
    to("messages", name="message_id", index=True),
    Column("state", String(10), nullable=False),
    Column("deferred", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("subject", "rung", "person_id", "occasion", name="uq_notices_occasion"),
)

deliveries = Table(
    "deliveries",
    metadata,
    id_column(),
    to("messages", name="message_id", index=True),
    Column("channel", String(10), nullable=False),
    Column("at", Moment, nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("detail", String(200), nullable=False),
)

actions = Table(
    "actions",
    metadata,
    id_column(),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("verb", String(20), nullable=False),
    to("people", name="person_id"),
    Column("case_id", Integer, ForeignKey("cases.id"), index=True),
    Column("norm", String(32)),
    Column("version", Integer, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("used_at", Moment),
    Column("used_by", String(80)),
)

questions = Table(
    "questions",
    metadata,
    id_column(),
    to("people", name="person_id", index=True),
    Column("kind", String(20), nullable=False),
    Column("draft", JSON, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", BigInteger),
    Column("asked_at", Moment, nullable=False),
    Column("answered_at", Moment),
)

updates = Table(
    "updates",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("payload", Text),
    Column("received_at", Moment, nullable=False),
    Column("handled_at", Moment),
    Column("attempts", Integer, nullable=False),
)
_unhandled = updates.c.handled_at.is_(None)
Index("ix_updates_unhandled", updates.c.update_id, sqlite_where=_unhandled, postgresql_where=_unhandled)

strangers = Table(
    "strangers",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("greeted_at", Moment, nullable=False),
)

uploads = Table(
    "uploads",
    metadata,
    id_column(),
    to("people", name="person_id"),
    Column("filename", String(200), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("uploaded_at", Moment, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    id_column(),
    Column("at", Moment, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("verb", String(40), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("details", JSON, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("holder", String(80), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

passes = Table(
    "passes",
    metadata,
    Column("job", String(20), primary_key=True),
    Column("ran_at", Moment, nullable=False),
    Column("detail", String(200), nullable=False),
)

versions = Table(
    "versions",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("token", String(16), nullable=False),
)

sign_in_requests = Table(
    "sign_in_requests",
    metadata,
    id_column(),
    Column("address_hash", String(64), nullable=False, index=True),
    Column("asked_at", Moment, nullable=False, index=True),
)

sign_in_links = Table(
    "sign_in_links",
    metadata,
    id_column(),
    to("people", name="person_id", index=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("leads_to", String(120), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("used_at", Moment),
)

sessions = Table(
    "sessions",
    metadata,
    id_column(),
    to("people", name="person_id", index=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False, index=True),
)
