"""Runs sql/migrations/0049_sale_contract."""

from scout_pipeline.migrations.script import run

revision = "0049"
down_revision = "0047"


def upgrade() -> None:
    run("0049_sale_contract", "up")


def downgrade() -> None:
    run("0049_sale_contract", "down")
