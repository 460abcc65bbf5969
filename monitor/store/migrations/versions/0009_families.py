"""Families of copies as rows of their own, which of them are one source, and whom reports credit"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# So far a family went by the id of an article, in `shingles` only; its number stays.
KNOWN = """
    UPDATE reports SET family_id = COALESCE(
        (SELECT MIN(group_id) FROM shingles WHERE shingles.article_id = reports.article_id),
        (SELECT MIN(group_id) FROM shingles WHERE shingles.article_id = reports.copy_of),
        copy_of,
        article_id
    )
"""


def upgrade() -> None:
    op.create_table(
        "families",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("retells_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["retells_id"], ["families.id"], name=op.f("fk_families_retells_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_families")),
    )
    op.add_column("reports", sa.Column("family_id", ID, nullable=True))
    op.add_column("reports", sa.Column("credits", sa.JSON(), nullable=True))
    op.execute(KNOWN)
    op.execute("UPDATE reports SET credits = '[]'")
    op.execute("INSERT INTO families (id) SELECT family_id FROM reports UNION SELECT group_id FROM shingles")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "SELECT setval(pg_get_serial_sequence('families', 'id'), COALESCE(MAX(id), 0) + 1, false) "
            "FROM families"
        )
    with op.batch_alter_table("reports") as table:
        table.alter_column("family_id", existing_type=ID, nullable=False)
        table.alter_column("credits", existing_type=sa.JSON(), nullable=False)
        table.create_foreign_key(op.f("fk_reports_family_id"), "families", ["family_id"], ["id"])
    with op.batch_alter_table("shingles") as table:
        table.alter_column("group_id", new_column_name="family_id", existing_type=ID, existing_nullable=False)
    with op.batch_alter_table("shingles") as table:
        table.create_foreign_key(op.f("fk_shingles_family_id"), "families", ["family_id"], ["id"])
