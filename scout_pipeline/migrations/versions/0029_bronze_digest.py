"""Runs sql/migrations/0029_bronze_digest."""

from scout_pipeline.migrations.script import run

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    run("0029_bronze_digest", "up")


def downgrade() -> None:
    run("0029_bronze_digest", "down")
