"""Runs sql/migrations/0034_closed_figures."""

from scout_pipeline.migrations.script import run

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    run("0034_closed_figures", "up")


def downgrade() -> None:
    run("0034_closed_figures", "down")
