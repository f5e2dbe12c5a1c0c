"""Runs sql/migrations/0044_growing_findings."""

from scout_pipeline.migrations.script import run

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    run("0044_growing_findings", "up")


def downgrade() -> None:
    run("0044_growing_findings", "down")
