"""Runs sql/migrations/0005_gold."""

from scout_pipeline.migrations.script import run

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    run("0005_gold", "up")


def downgrade() -> None:
    run("0005_gold", "down")
