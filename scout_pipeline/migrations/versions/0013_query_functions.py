"""Runs sql/migrations/0013_query_functions."""

from scout_pipeline.migrations.script import run

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    run("0013_query_functions", "up")


def downgrade() -> None:
    run("0013_query_functions", "down")
