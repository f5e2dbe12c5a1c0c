"""Runs sql/migrations/0054_values_asked_once."""

from scout_pipeline.migrations.script import run

revision = "0054"
down_revision = "0053"


def upgrade() -> None:
    run("0054_values_asked_once", "up")


def downgrade() -> None:
    run("0054_values_asked_once", "down")
