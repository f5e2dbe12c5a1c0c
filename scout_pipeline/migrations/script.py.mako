"""Runs sql/migrations/${name}."""

from scout_pipeline.migrations.script import run

revision = "${revision}"
down_revision = ${'"%s"' % down_revision if down_revision else None}


def upgrade() -> None:
    run("${name}", "up")


def downgrade() -> None:
    run("${name}", "down")
