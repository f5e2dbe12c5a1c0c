"""Runs sql/migrations/0045_answers_by_sale."""

from scout_pipeline.migrations.script import run

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    run("0045_answers_by_sale", "up")


def downgrade() -> None:
    run("0045_answers_by_sale", "down")
