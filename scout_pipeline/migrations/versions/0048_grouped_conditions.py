"""Runs sql/migrations/0048_grouped_conditions."""

from scout_pipeline.migrations.script import run

revision = "0048"
down_revision = "0047"


def upgrade() -> None:
    run("0048_grouped_conditions", "up")


def downgrade() -> None:
    run("0048_grouped_conditions", "down")
