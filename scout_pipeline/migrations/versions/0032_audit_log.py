"""Runs sql/migrations/0032_audit_log."""

from scout_pipeline.migrations.script import run

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    run("0032_audit_log", "up")


def downgrade() -> None:
    run("0032_audit_log", "down")
