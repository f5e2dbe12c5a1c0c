"""Runs sql/migrations/0048_announced_records."""

from scout_pipeline.migrations.script import run

revision = "0048"
down_revision = "0047"


def upgrade() -> None:
    run("0048_announced_records", "up")


def downgrade() -> None:
    run("0048_announced_records", "down")
