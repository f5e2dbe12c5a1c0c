"""Runs sql/migrations/0028_quality_queries."""

from scout_pipeline.migrations.script import run

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    run("0028_quality_queries", "up")


def downgrade() -> None:
    run("0028_quality_queries", "down")
