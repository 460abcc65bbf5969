"""What follows what, what may be one story, and what people decided of it"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LINKS = (  # table, its two references, whether the second is part of the key, what else it holds
    ("follow_ups", "story_id", "earlier_id", "stories", False, ("score", "evidence")),
    ("story_merges", "story_id", "into_id", "stories", False, ()),
    ("story_suggestions", "story_id", "other_id", "stories", True, ("score", "evidence", "at")),
    ("story_labels", "article_id", "other_id", "articles", True, ("same", "action", "at")),
)


def _more(name: str) -> sa.Column[Any]:
    kinds: dict[str, sa.types.TypeEngine[Any]] = {
        "score": sa.Float(),
        "evidence": sa.JSON(),
        "at": sa.DateTime(),
        "same": sa.Boolean(),
        "action": sa.String(length=16),
    }
    return sa.Column(name, kinds[name], nullable=False)


def upgrade() -> None:
    op.add_column("stories", sa.Column("last_fact_at", sa.DateTime(), nullable=True))
    op.add_column("reports", sa.Column("news", sa.JSON(), nullable=True))
    for table, one, other, target, both, more in LINKS:
        op.create_table(
            table,
            sa.Column(one, ID, nullable=False),
            sa.Column(other, ID, nullable=False),
            *map(_more, more),
            *(
                sa.ForeignKeyConstraint(
                    [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE"
                )
                for column in (one, other)
            ),
            sa.PrimaryKeyConstraint(*((one, other) if both else (one,)), name=op.f(f"pk_{table}")),
        )
        op.create_index(op.f(f"ix_{table}_{other}"), table, [other], unique=False)
