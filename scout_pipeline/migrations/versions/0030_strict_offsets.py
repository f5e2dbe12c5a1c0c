"""Runs sql/migrations/0030_strict_offsets."""

from scout_pipeline.migrations.script import run

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    run("0030_strict_offsets", "up")


def downgrade() -> None:
    run("0030_strict_offsets", "down")
