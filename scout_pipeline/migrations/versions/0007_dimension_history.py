"""Runs sql/migrations/0007_dimension_history."""

from scout_pipeline.migrations.script import run

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    run("0007_dimension_history", "up")


def downgrade() -> None:
    run("0007_dimension_history", "down")
