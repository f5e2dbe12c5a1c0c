"""Runs sql/migrations/0036_quality_scan."""

from scout_pipeline.migrations.script import run

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    run("0036_quality_scan", "up")


def downgrade() -> None:
    run("0036_quality_scan", "down")
