"""Runs sql/migrations/0042_growing_findings."""

from scout_pipeline.migrations.script import run

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    run("0042_growing_findings", "up")


def downgrade() -> None:
    run("0042_growing_findings", "down")
