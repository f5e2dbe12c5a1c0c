"""Runs sql/migrations/0012_serving_views."""

from scout_pipeline.migrations.script import run

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    run("0012_serving_views", "up")


def downgrade() -> None:
    run("0012_serving_views", "down")
