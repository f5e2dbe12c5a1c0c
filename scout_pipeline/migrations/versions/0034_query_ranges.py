"""Runs sql/migrations/0034_query_ranges."""

from scout_pipeline.migrations.script import run

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    run("0034_query_ranges", "up")


def downgrade() -> None:
    run("0034_query_ranges", "down")
