"""Runs sql/migrations/0026_table_maintenance."""

from scout_pipeline.migrations.script import run

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    run("0026_table_maintenance", "up")


def downgrade() -> None:
    run("0026_table_maintenance", "down")
