"""Runs sql/migrations/0004_silver."""

from scout_pipeline.migrations.script import run

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    run("0004_silver", "up")


def downgrade() -> None:
    run("0004_silver", "down")
