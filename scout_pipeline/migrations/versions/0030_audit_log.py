"""Runs sql/migrations/0030_audit_log."""

from scout_pipeline.migrations.script import run

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    run("0030_audit_log", "up")


def downgrade() -> None:
    run("0030_audit_log", "down")
