"""Runs sql/migrations/0017_silver_mending."""

from scout_pipeline.migrations.script import run

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    run("0017_silver_mending", "up")


def downgrade() -> None:
    run("0017_silver_mending", "down")
