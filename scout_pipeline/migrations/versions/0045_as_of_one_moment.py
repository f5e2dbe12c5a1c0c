"""Runs sql/migrations/0045_as_of_one_moment."""

from scout_pipeline.migrations.script import run

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    run("0045_as_of_one_moment", "up")


def downgrade() -> None:
    run("0045_as_of_one_moment", "down")
