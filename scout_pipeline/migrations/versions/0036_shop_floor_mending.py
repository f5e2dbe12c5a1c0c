"""Runs sql/migrations/0036_shop_floor_mending."""

from scout_pipeline.migrations.script import run

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    run("0036_shop_floor_mending", "up")


def downgrade() -> None:
    run("0036_shop_floor_mending", "down")
