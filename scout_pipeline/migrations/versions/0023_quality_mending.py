"""Runs sql/migrations/0023_quality_mending."""

from scout_pipeline.migrations.script import run

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    run("0023_quality_mending", "up")


def downgrade() -> None:
    run("0023_quality_mending", "down")
