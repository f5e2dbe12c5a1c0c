"""Runs sql/migrations/0050_inputs_one_by_one."""

from scout_pipeline.migrations.script import run

revision = "0050"
down_revision = "0049"


def upgrade() -> None:
    run("0050_inputs_one_by_one", "up")


def downgrade() -> None:
    run("0050_inputs_one_by_one", "down")
