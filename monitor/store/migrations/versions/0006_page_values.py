"""What a page says of itself beside its text: section, lead image, last change"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("articles") as table:
        table.add_column(sa.Column("modified_at", sa.DateTime(), nullable=True))
        table.add_column(sa.Column("section", sa.String(length=80), nullable=True))
        table.add_column(sa.Column("image", sa.String(length=2048), nullable=True))
