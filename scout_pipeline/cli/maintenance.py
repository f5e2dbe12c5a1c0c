"""`scout maintenance`: what vacuum, statistics and indexes need now, and doing it."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from scout_pipeline.cli.errors import UserError
from scout_pipeline.cli.session import ready_database
from scout_pipeline.ops import maintenance as upkeep
from scout_pipeline.ops import maintenance_plan
from scout_pipeline.ops.maintenance import Done, Report
from scout_pipeline.ops.maintenance_plan import Step

WEEKEND = click.option("--weekend", is_flag=True, help="Also build bloated indexes anew, beside their readers.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="For programs.")


@click.group()
def maintenance() -> None:
    """Vacuum, statistics, settings of the months, left-over and bloated indexes. Readers and writers go on.

    \b
      scout maintenance plan                     what is due, and why
      scout maintenance run --minutes 30
    """


@maintenance.command()
@WEEKEND
@AS_JSON
def plan(weekend: bool, as_json: bool) -> None:
    """What is due now, and why; changes nothing."""
    console = Console(stderr=as_json)
    with ready_database(console) as database:
        steps = upkeep.plan(database, with_indexes=weekend)
    if as_json:
        click.echo(json.dumps([asdict(step) for step in steps], indent=2, default=str))
        return
    if not steps:
        console.print("Nothing is due.")
        return
    _print_steps(steps, console)


@maintenance.command()
@WEEKEND
@click.option("--minutes", type=click.FloatRange(0, min_open=True), default=60, help="Stop after so long (60).")
@AS_JSON
def run(weekend: bool, minutes: float, as_json: bool) -> None:
    """Do what is due. Exit status 1 when a step failed; what had no time or no lock is due again next time."""
    console = Console(stderr=as_json)
    with ready_database(console) as database:
        try:
            report = upkeep.run(
                database, with_indexes=weekend, minutes=minutes, on_step=lambda done: _print_done(done, console)
            )
        except upkeep.MaintenanceRunning as error:
            raise UserError(str(error)) from error
    if as_json:
        click.echo(json.dumps(asdict(report), indent=2, default=str))
    else:
        console.print(_summary(report))
    if report.count("failed"):
        sys.exit(1)


@maintenance.command()
@click.option("--days", type=click.IntRange(1), default=maintenance_plan.UNUSED_DAYS, help="Unused for so long (30).")
def unused(days: int) -> None:
    """Indexes that no query used; nothing drops them. Says nothing while statistics are younger than that."""
    console = Console()
    with ready_database(console) as database, database.transaction() as connection:
        found = maintenance_plan.unused_indexes(connection, days=days)
    table = Table("index", "MiB", "last used", title=f"Unused for {days} days")
    for index in found:
        table.add_row(
            escape(index["index_name"]), f"{index['byte_count'] / 1024**2:,.1f}", str(index["last_used_at"] or "never")
        )
    console.print(table if found else f"No index is known to be unused for {days} days.")


def _print_steps(steps: Sequence[Step], console: Console) -> None:
    table = Table("what", "of", "because", title="Due now")
    for step in steps:
        table.add_row(step.action, escape(step.target), escape(step.reason))
    console.print(table)


def _print_done(done: Done, console: Console) -> None:
    why = f": {done.detail}" if done.detail else ""
    told = f"{done.outcome} in {done.seconds:.2f} s: {done.step.action} {done.step.target}, {done.step.reason}{why}"
    console.print(escape(told), soft_wrap=True, highlight=False)


def _summary(report: Report) -> str:
    left = f", {report.left} had no time left" if report.left else ""
    return f"{report.count('done')} done, {report.count('skipped')} skipped, {report.count('failed')} failed{left}."
