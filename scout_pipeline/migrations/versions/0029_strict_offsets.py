"""Runs sql/migrations/0029_strict_offsets."""

from scout_pipeline.migrations.script import run

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    run("0029_strict_offsets", "up")


def downgrade() -> None:
    run("0029_strict_offsets", "down")
