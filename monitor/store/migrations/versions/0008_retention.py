"""What retention needs: whether a feed still lists an entry, and ways to what hangs on a row"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INDEXES = (
    ("alerts", "article_id"),
    ("deliveries", "reply_to"),
    ("deliveries", "story_id"),
    ("reports", "copy_of"),
)


def upgrade() -> None:
    op.add_column("sightings", sa.Column("listed_at", sa.DateTime(), nullable=True))
    for table, column in INDEXES:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
