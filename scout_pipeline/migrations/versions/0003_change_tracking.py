"""Runs sql/migrations/0003_change_tracking."""

from scout_pipeline.migrations.script import run

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    run("0003_change_tracking", "up")


def downgrade() -> None:
    run("0003_change_tracking", "down")
