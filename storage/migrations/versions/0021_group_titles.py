"""Groups: what a linked group chat is called, so that its project leader knows it again."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("group_links", sa.Column("title", sa.String(length=128), nullable=False, server_default=""))
