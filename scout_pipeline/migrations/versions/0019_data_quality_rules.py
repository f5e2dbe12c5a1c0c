"""Runs sql/migrations/0019_data_quality_rules."""

from scout_pipeline.migrations.script import run

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    run("0019_data_quality_rules", "up")


def downgrade() -> None:
    run("0019_data_quality_rules", "down")
