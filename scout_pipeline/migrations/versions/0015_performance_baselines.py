"""Runs sql/migrations/0015_performance_baselines."""

from scout_pipeline.migrations.script import run

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    run("0015_performance_baselines", "up")


def downgrade() -> None:
    run("0015_performance_baselines", "down")
