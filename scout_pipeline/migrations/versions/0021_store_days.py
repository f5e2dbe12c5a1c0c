"""Runs sql/migrations/0021_store_days."""

from scout_pipeline.migrations.script import run

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    run("0021_store_days", "up")


def downgrade() -> None:
    run("0021_store_days", "down")
