"""Runs sql/migrations/0037_clockwork_mending."""

from scout_pipeline.migrations.script import run

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    run("0037_clockwork_mending", "up")


def downgrade() -> None:
    run("0037_clockwork_mending", "down")
