"""`scout audit`: who did what by hand."""

import json
from datetime import UTC, datetime

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from scout_pipeline import audit_log
from scout_pipeline.cli.session import ready_database
from scout_pipeline.quarantine.entries import printable


@click.group()
def audit() -> None:
    """The audit log: administrative acts, who did them, and what came of them.

    \b
      scout audit list --since 2026-03-01 --actor ana
    """


@audit.command("list")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="From this day on (UTC).")
@click.option("--act", metavar="NAME", help="Only this act, e.g. 'quarantine discard'.")
@click.option("--actor", metavar="WHO", help="Only of this person, or schedule, sensor, policy.")
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=50, show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for another program.")
def list_entries(since: datetime | None, act: str | None, actor: str | None, limit: int, as_json: bool) -> None:
    """List entries, the newest first."""
    console = Console(stderr=as_json)
    start = since.replace(tzinfo=UTC).isoformat() if since else None
    with ready_database(console) as database, database.transaction() as connection:
        found = audit_log.entries(connection, since=start, act=act, actor=actor, row_limit=limit)
    if as_json:
        click.echo(json.dumps([dict(row) for row in found], indent=2, default=str))
        return
    table = Table("entry", "at", "actor", "act", "phase", "object", "parameters", "outcome")
    for row in found:
        told = (
            str(row["entry_number"]),
            row["logged_at"].isoformat(sep=" ", timespec="seconds"),
            row["actor"],
            row["act"],
            row["phase"],
            row["object"],
            _plain(row["parameters"]),
            _plain(row["outcome"]),
        )
        table.add_row(*(escape(printable(text.encode())) for text in told))
    console.print(table if found else "No entry is of this kind.")


def _plain(facts: dict[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in facts.items())
