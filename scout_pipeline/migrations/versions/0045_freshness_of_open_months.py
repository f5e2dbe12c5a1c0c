"""Runs sql/migrations/0045_freshness_of_open_months."""

from scout_pipeline.migrations.script import run

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    run("0045_freshness_of_open_months", "up")


def downgrade() -> None:
    run("0045_freshness_of_open_months", "down")
