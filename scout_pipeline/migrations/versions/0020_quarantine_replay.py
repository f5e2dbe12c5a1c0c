"""Runs sql/migrations/0020_quarantine_replay."""

from scout_pipeline.migrations.script import run

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    run("0020_quarantine_replay", "up")


def downgrade() -> None:
    run("0020_quarantine_replay", "down")
