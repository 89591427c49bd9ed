"""The first form that was kept.

New databases are made of the models and stamped, so none is ever made by migrations alone.
"""

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing comes before it."""
