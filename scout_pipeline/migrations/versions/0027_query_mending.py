"""Runs sql/migrations/0027_query_mending."""

from scout_pipeline.migrations.script import run

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    run("0027_query_mending", "up")


def downgrade() -> None:
    run("0027_query_mending", "down")
