"""Runs sql/migrations/0051_sale_contract."""

from scout_pipeline.migrations.script import run

revision = "0051"
down_revision = "0050"


def upgrade() -> None:
    run("0051_sale_contract", "up")


def downgrade() -> None:
    run("0051_sale_contract", "down")
