"""Runs sql/migrations/0022_confidence."""

from scout_pipeline.migrations.script import run

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    run("0022_confidence", "up")


def downgrade() -> None:
    run("0022_confidence", "down")
