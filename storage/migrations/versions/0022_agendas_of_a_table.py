"""Agendas: by which escalation a case came on the agenda of a table."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("agenda_cases") as batch:
        batch.add_column(sa.Column("escalation_id", sa.Integer(), nullable=True))
        batch.create_foreign_key("fk_agenda_cases_escalation_id", "escalations", ["escalation_id"], ["id"])
        batch.create_index("ix_agenda_cases_case_id", ["case_id"])
