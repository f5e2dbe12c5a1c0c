"""Runs sql/migrations/0033_quality_statement."""

from scout_pipeline.migrations.script import run

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    run("0033_quality_statement", "up")


def downgrade() -> None:
    run("0033_quality_statement", "down")
