"""Runs sql/migrations/0025_automation."""

from scout_pipeline.migrations.script import run

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    run("0025_automation", "up")


def downgrade() -> None:
    run("0025_automation", "down")
