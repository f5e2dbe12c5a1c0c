"""Runs sql/migrations/0001_foundation."""

from scout_pipeline.migrations.script import run

revision = "0001"
down_revision = None


def upgrade() -> None:
    run("0001_foundation", "up")


def downgrade() -> None:
    run("0001_foundation", "down")
