"""`scout quality label`, `labels` and `unlabel`: days that people know to be out of the ordinary."""

import json
from datetime import datetime

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from scout_pipeline import audit_log
from scout_pipeline.cli.errors import UserError
from scout_pipeline.cli.quality_choice import DAY, day_range
from scout_pipeline.cli.session import ready_database
from scout_pipeline.quality import issues

ANEW = "its days, and later ones with a finding, are asked anew: scout quality check"


@click.command()
@click.argument("kind", type=click.Choice(issues.INCIDENTS))
@click.option("--from", "first", type=DAY, required=True, help="First day.")
@click.option("--to", "last", type=DAY, help="Last day, included; default: the first.")
@click.option("--store", "store_code", metavar="CODE", help="One store; default: all.")
@click.option("--by", required=True, metavar="WHO", help="Who says so.")
@click.option("--why", required=True, metavar="TEXT", help="What happened.")
def label(kind: str, first: datetime, last: datetime | None, store_code: str | None, by: str, why: str) -> None:
    """Label days as out of the ordinary: they are neither judged by their history nor learned from.

    What was checked before is due again, with its label.
    """
    days = day_range(first, last or first)
    with ready_database(Console()) as database, database.transaction() as connection:
        number = issues.label(
            connection, store_code=store_code, first=days[0], last=days[-1], kind=kind, by=by, note=why
        )
        if number is None:
            raise UserError(f"there is no store {store_code!r}; its code stands in scout.dim_store")
        parameters = {"kind": kind, "first": days[0], "last": days[-1], "store": store_code}
        audit_log.record(connection, "quality label", f"incident {number}", actor=by, parameters=parameters, outcome={})
    click.echo(f"incident {number}: {days[0]} to {days[-1]}, {kind}; {ANEW}")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def labels(as_json: bool) -> None:
    """List the labelled days, the latest first, with the numbers that `unlabel` takes."""
    console = Console(stderr=as_json)
    with ready_database(console) as database, database.transaction() as connection:
        found = issues.labels(connection)
    if as_json:
        click.echo(json.dumps(found, indent=2, default=str))
        return
    grid = Grid("id", "days", "kind", "store", "by", "why", title="Labelled days")
    for row in found:
        days = dict.fromkeys((str(row["from_date"]), str(row["to_date"])))
        said = (row["kind"], row["store_code"] or "all", row["noted_by"], row["note"])
        grid.add_row(str(row["incident_id"]), "\n".join(days), *(escape(text) for text in said))
    console.print(grid)


@click.command()
@click.argument("number", type=int)
@click.option("--by", required=True, metavar="WHO", help="Who takes it back.")
@click.option("--why", required=True, metavar="TEXT", help="Why.")
def unlabel(number: int, by: str, why: str) -> None:
    """Take a label back: its days are judged and learned from again. ops.removed_incidents keeps what it said."""
    with ready_database(Console()) as database, database.transaction() as connection:
        removed = issues.unlabel(connection, number, by=by, why=why)
        if removed is None:
            raise UserError(f"there is no label {number}; scout quality labels lists them")
        parameters = {name: removed[name] for name in ("kind", "from_date", "to_date", "store_id")}
        audit_log.record(
            connection, "quality unlabel", f"incident {number}", actor=by, parameters=parameters, outcome={}
        )
    click.echo(f"incident {number} is taken back; {ANEW}")
