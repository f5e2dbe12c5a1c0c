"""Runs sql/migrations/0010_product_figures."""

from scout_pipeline.migrations.script import run

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    run("0010_product_figures", "up")


def downgrade() -> None:
    run("0010_product_figures", "down")
