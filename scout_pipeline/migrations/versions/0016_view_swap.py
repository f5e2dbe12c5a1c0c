"""Runs sql/migrations/0016_view_swap."""

from scout_pipeline.migrations.script import run

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    run("0016_view_swap", "up")


def downgrade() -> None:
    run("0016_view_swap", "down")
