"""Shingles are hashed faster and kept in one tree; those from before would never be met again"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _anew(sqlite_with_rowid=False)


def _anew(**kwargs: bool) -> None:
    op.drop_index(op.f("ix_shingles_article_id"), table_name="shingles")
    op.drop_table("shingles")
    op.create_table(
        "shingles",
        sa.Column("hash", sa.BigInteger(), nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("family_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_shingles_article_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["family_id"], ["families.id"], name=op.f("fk_shingles_family_id")),
        sa.PrimaryKeyConstraint("hash", "article_id", name=op.f("pk_shingles")),
        **kwargs,
    )
    op.create_index(op.f("ix_shingles_article_id"), "shingles", ["article_id"], unique=False)
