"""Runs sql/migrations/0047_freshness_of_open_months."""

from scout_pipeline.migrations.script import run

revision = "0047"
down_revision = "0046"


def upgrade() -> None:
    run("0047_freshness_of_open_months", "up")


def downgrade() -> None:
    run("0047_freshness_of_open_months", "down")
