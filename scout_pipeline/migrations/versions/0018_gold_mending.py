"""Runs sql/migrations/0018_gold_mending."""

from scout_pipeline.migrations.script import run

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    run("0018_gold_mending", "up")


def downgrade() -> None:
    run("0018_gold_mending", "down")
