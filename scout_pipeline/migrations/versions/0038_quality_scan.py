"""Runs sql/migrations/0038_quality_scan."""

from scout_pipeline.migrations.script import run

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    run("0038_quality_scan", "up")


def downgrade() -> None:
    run("0038_quality_scan", "down")
