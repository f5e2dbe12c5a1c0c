"""Runs sql/migrations/0053_suspects_first."""

from scout_pipeline.migrations.script import run

revision = "0053"
down_revision = "0052"


def upgrade() -> None:
    run("0053_suspects_first", "up")


def downgrade() -> None:
    run("0053_suspects_first", "down")
