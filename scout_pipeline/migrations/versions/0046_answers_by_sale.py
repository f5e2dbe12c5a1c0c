"""Runs sql/migrations/0046_answers_by_sale."""

from scout_pipeline.migrations.script import run

revision = "0046"
down_revision = "0045"


def upgrade() -> None:
    run("0046_answers_by_sale", "up")


def downgrade() -> None:
    run("0046_answers_by_sale", "down")
