"""Runs sql/migrations/0031_timeline_everywhere."""

from scout_pipeline.migrations.script import run

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    run("0031_timeline_everywhere", "up")


def downgrade() -> None:
    run("0031_timeline_everywhere", "down")
