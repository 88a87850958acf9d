"""Items of a case, explanations, escalations with their history, and blockers."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Day, Moment

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("facts", sa.Column("item", sa.String(length=32), nullable=True))
    op.add_column("facts", sa.Column("detail", sa.String(length=64), nullable=True))
    op.add_column("facts", sa.Column("note", sa.Text(), nullable=True))
    op.add_column("terms", sa.Column("explained_on", Day(), nullable=True))
    op.add_column("terms", sa.Column("explanations", sa.Integer(), server_default="0", nullable=False))
    op.add_column("terms", sa.Column("expected_on", Day(), nullable=True))
    op.add_column("terms", sa.Column("party", sa.String(length=64), nullable=True))
    op.add_column("terms", sa.Column("escalate_on", Day(), nullable=True))
    op.create_table(
        "escalations",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("norm", sa.String(length=32), nullable=False),
        sa.Column("watched_on", Day(), nullable=False),
        sa.Column("ladder", sa.JSON(), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=True),
        sa.Column("previous_id", sa.Integer(), nullable=True),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("forecast", sa.Boolean(), nullable=False),
        sa.Column("began_at", Moment(), nullable=False),
        sa.Column("since_at", Moment(), nullable=False),
        sa.Column("next_at", Moment(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_escalations_case_id")),
        sa.ForeignKeyConstraint(["holder_id"], ["people.id"], name=op.f("fk_escalations_holder_id")),
        sa.ForeignKeyConstraint(["previous_id"], ["people.id"], name=op.f("fk_escalations_previous_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalations")),
    )
    op.create_index(op.f("ix_escalations_case_id"), "escalations", ["case_id"])
    op.create_index(op.f("ix_escalations_holder_id"), "escalations", ["holder_id"])
    running = sa.text("next_at IS NOT NULL")
    op.create_index(
        "ix_escalations_next_at", "escalations", ["next_at"], sqlite_where=running, postgresql_where=running
    )
    op.create_index(
        "uq_escalations_running",
        "escalations",
        ["case_id", "norm"],
        unique=True,
        sqlite_where=running,
        postgresql_where=running,
    )
    op.create_table(
        "escalation_steps",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("escalation_id", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=True),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["escalation_id"], ["escalations.id"], name=op.f("fk_escalation_steps_escalation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation_steps")),
    )
    op.create_index(op.f("ix_escalation_steps_escalation_id"), "escalation_steps", ["escalation_id"])
    op.create_table(
        "blockers",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("help_kind", sa.String(length=32), nullable=True),
        sa.Column("region", sa.String(length=64), nullable=True),
        sa.Column("from_on", Day(), nullable=False),
        sa.Column("through_on", Day(), nullable=True),
        sa.Column("set_by", sa.String(length=80), nullable=False),
        sa.Column("set_at", Moment(), nullable=False),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blockers")),
    )
