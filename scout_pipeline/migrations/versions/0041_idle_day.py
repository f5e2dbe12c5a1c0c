"""Runs sql/migrations/0041_idle_day."""

from scout_pipeline.migrations.script import run

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    run("0041_idle_day", "up")


def downgrade() -> None:
    run("0041_idle_day", "down")
