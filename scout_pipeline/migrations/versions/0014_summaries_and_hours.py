"""Runs sql/migrations/0014_summaries_and_hours."""

from scout_pipeline.migrations.script import run

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    run("0014_summaries_and_hours", "up")


def downgrade() -> None:
    run("0014_summaries_and_hours", "down")
