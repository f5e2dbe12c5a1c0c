"""Runs sql/migrations/0006_customer_segments."""

from scout_pipeline.migrations.script import run

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    run("0006_customer_segments", "up")


def downgrade() -> None:
    run("0006_customer_segments", "down")
