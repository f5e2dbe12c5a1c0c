"""`scout check`: the promises, for people as a table and for programs as JSON."""

import json
import sys

import click
from rich.console import Console
from rich.table import Table

from scout_pipeline.cli import progress
from scout_pipeline.cli.session import ready_database
from scout_pipeline.quality import promises
from scout_pipeline.quality.promises import PromiseResult


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
def check(as_json: bool) -> None:
    """Prove the promises: nothing lost, nothing doubled, gold equals silver. Exit status 1 when one is broken.

    \b
      scout check
      scout check --json | jq '.[] | select(.holds | not)'
    """
    console = Console(stderr=as_json)
    with (
        ready_database(console) as database,
        progress.steps(console, "checking", len(promises.PROMISES), "promises") as (_, done),
        database.transaction() as connection,
    ):
        results = promises.check_all(connection, on_result=lambda result: done(result.promise.name))
    if as_json:
        click.echo(json.dumps([as_dict(result) for result in results], indent=2, default=str))
    else:
        print_results(results, console)
    if not all(result.holds for result in results):
        sys.exit(1)


def print_results(results: list[PromiseResult], console: Console) -> None:
    """A line a promise; for a broken one its sample and what to do."""
    table = Table("promise", "holds", "what it says", title="Promises")
    for result in results:
        verdict = "[green]yes[/]" if result.holds else f"[red]NO, {result.violations:,} rows[/]"
        table.add_row(result.promise.name, verdict, result.promise.question)
    console.print(table)
    for result in results:
        if not result.holds:
            console.print(f"[red]{result.promise.name}[/]: next, {result.promise.remedy}", soft_wrap=True)
            for row in result.sample:
                console.print_json(json.dumps(row, default=str), indent=None)


def as_dict(result: PromiseResult) -> dict[str, object]:
    return {
        "promise": result.promise.name,
        "holds": result.holds,
        "says": result.promise.question,
        "violations": result.violations,
        "sample": result.sample,
        "remedy": result.promise.remedy,
        "seconds": round(result.seconds, 3),
    }
