"""Links to the dates of a series, for who has no account."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Moment

revision = "0040"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "series_links",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("series", sa.String(length=24), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.Column("revoked_by", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series_links")),
        sa.UniqueConstraint("token", name=op.f("uq_series_links_token")),
    )
    in_use = sa.text("revoked_at IS NULL")
    op.create_index(
        "uq_series_links_in_use",
        "series_links",
        ["series"],
        unique=True,
        sqlite_where=in_use,
        postgresql_where=in_use,
    )
