"""Runs sql/migrations/0055_narrow_rows."""

from scout_pipeline.migrations.script import run

revision = "0055"
down_revision = "0054"


def upgrade() -> None:
    run("0055_narrow_rows", "up")


def downgrade() -> None:
    run("0055_narrow_rows", "down")
