"""Runs sql/migrations/0009_store_figures."""

from scout_pipeline.migrations.script import run

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    run("0009_store_figures", "up")


def downgrade() -> None:
    run("0009_store_figures", "down")
