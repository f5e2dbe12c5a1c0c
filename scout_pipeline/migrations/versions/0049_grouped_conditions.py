"""Runs sql/migrations/0049_grouped_conditions."""

from scout_pipeline.migrations.script import run

revision = "0049"
down_revision = "0048"


def upgrade() -> None:
    run("0049_grouped_conditions", "up")


def downgrade() -> None:
    run("0049_grouped_conditions", "down")
