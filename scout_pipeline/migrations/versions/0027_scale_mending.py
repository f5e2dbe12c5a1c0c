"""Runs sql/migrations/0027_scale_mending."""

from scout_pipeline.migrations.script import run

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    run("0027_scale_mending", "up")


def downgrade() -> None:
    run("0027_scale_mending", "down")
