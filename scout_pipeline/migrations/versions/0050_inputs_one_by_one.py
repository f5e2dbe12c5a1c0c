"""Runs sql/migrations/0048_inputs_one_by_one."""

from scout_pipeline.migrations.script import run

revision = "0048"
down_revision = "0047"


def upgrade() -> None:
    run("0048_inputs_one_by_one", "up")


def downgrade() -> None:
    run("0048_inputs_one_by_one", "down")
