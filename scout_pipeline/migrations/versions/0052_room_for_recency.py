"""Runs sql/migrations/0052_room_for_recency."""

from scout_pipeline.migrations.script import run

revision = "0052"
down_revision = "0051"


def upgrade() -> None:
    run("0052_room_for_recency", "up")


def downgrade() -> None:
    run("0052_room_for_recency", "down")
