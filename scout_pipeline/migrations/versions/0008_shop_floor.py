"""Runs sql/migrations/0008_shop_floor."""

from scout_pipeline.migrations.script import run

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    run("0008_shop_floor", "up")


def downgrade() -> None:
    run("0008_shop_floor", "down")
