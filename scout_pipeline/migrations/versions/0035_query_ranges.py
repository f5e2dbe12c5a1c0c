"""Runs sql/migrations/0035_query_ranges."""

from scout_pipeline.migrations.script import run

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    run("0035_query_ranges", "up")


def downgrade() -> None:
    run("0035_query_ranges", "down")
