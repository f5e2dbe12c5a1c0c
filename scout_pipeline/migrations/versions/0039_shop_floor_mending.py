"""Runs sql/migrations/0039_shop_floor_mending."""

from scout_pipeline.migrations.script import run

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    run("0039_shop_floor_mending", "up")


def downgrade() -> None:
    run("0039_shop_floor_mending", "down")
