"""Runs sql/migrations/0024_partition_life_cycle."""

from scout_pipeline.migrations.script import run

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    run("0024_partition_life_cycle", "up")


def downgrade() -> None:
    run("0024_partition_life_cycle", "down")
