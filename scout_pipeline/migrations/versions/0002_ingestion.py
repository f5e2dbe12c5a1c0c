"""Runs sql/migrations/0002_ingestion."""

from scout_pipeline.migrations.script import run

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    run("0002_ingestion", "up")


def downgrade() -> None:
    run("0002_ingestion", "down")
