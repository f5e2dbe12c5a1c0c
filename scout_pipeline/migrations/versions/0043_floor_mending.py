"""Runs sql/migrations/0043_floor_mending."""

from scout_pipeline.migrations.script import run

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    run("0043_floor_mending", "up")


def downgrade() -> None:
    run("0043_floor_mending", "down")
