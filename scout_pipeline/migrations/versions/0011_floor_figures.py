"""Runs sql/migrations/0011_floor_figures."""

from scout_pipeline.migrations.script import run

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    run("0011_floor_figures", "up")


def downgrade() -> None:
    run("0011_floor_figures", "down")
