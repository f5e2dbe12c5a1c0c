"""Runs sql/migrations/0040_quality_decisions."""

from scout_pipeline.migrations.script import run

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    run("0040_quality_decisions", "up")


def downgrade() -> None:
    run("0040_quality_decisions", "down")
