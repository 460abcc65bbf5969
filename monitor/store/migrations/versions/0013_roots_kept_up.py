"""When a story's root message is brought up to date, stories that are followed or irrelevant"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _of_a_story(table: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        table,
        sa.Column("story_id", ID, nullable=False),
        sa.Column("destination", sa.String(length=128), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["story_id"], ["stories.id"], name=op.f(f"fk_{table}_story_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("story_id", "destination", name=op.f(f"pk_{table}")),
    )


def upgrade() -> None:
    op.add_column("threads", sa.Column("refresh_at", sa.DateTime(), nullable=True))
    op.add_column("threads", sa.Column("refreshes", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_threads_refresh_at", "threads", ["refresh_at"])
    op.add_column("mutes", sa.Column("digests", sa.Boolean(), nullable=False, server_default=sa.false()))
    _of_a_story("follows", sa.Column("created_at", sa.DateTime(), nullable=False))
    _of_a_story("irrelevant", sa.Column("created_at", sa.DateTime(), nullable=False))
