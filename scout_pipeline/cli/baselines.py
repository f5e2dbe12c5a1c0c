"""`scout baselines`: what the benchmarks measured, now and before."""

import json
from decimal import Decimal
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from scout_pipeline.cli.session import ready_database
from scout_pipeline.ops import baselines as history
from scout_pipeline.ops.baselines import Baseline

VERDICTS = {True: "[green]yes[/]", False: "[red]NO[/]", None: "-"}


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.pass_context
def baselines(context: click.Context, as_json: bool) -> None:
    """Show the latest figure of every benchmark, the one before it, and whether the goal is met.

    \b
      scout baselines
      scout baselines record benchmarks/results/load.json
    """
    if context.invoked_subcommand is not None:
        return
    console = Console(stderr=as_json)
    with ready_database(console) as database:
        found = history.latest(database)
    if as_json:
        click.echo(json.dumps([each.model_dump(mode="json") for each in found], indent=2))
    elif found:
        console.print(_table(found))
    else:
        console.print("Nothing is recorded yet: run a benchmark, then `scout baselines record FILE`.")


@baselines.command()
@click.argument("paths", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
def record(paths: tuple[Path, ...]) -> None:
    """Add the figures of result files (JSON) to the history; a file that was recorded before adds nothing."""
    console = Console()
    results = [(path, history.read(path)) for path in paths]
    with ready_database(console) as database:
        for path, result in results:
            added = history.record(database, result)
            told = f"{added} of {len(result.figures)} figures of {result.benchmark} are new"
            console.print(f"{escape(str(path))}: {told}", soft_wrap=True, highlight=False)


def _table(found: list[Baseline]) -> Table:
    table = Table(
        "benchmark", "metric", "value", "unit", "before", "ratio", "goal", "met", "measured", title="Baselines"
    )
    for each in found:
        table.add_row(
            escape(each.benchmark),
            escape(each.metric),
            _plain(each.value),
            escape(each.unit),
            _plain(each.previous_value),
            "-" if each.ratio is None else f"{each.ratio:.2f}",
            _plain(each.goal),
            VERDICTS[each.is_met],
            f"{each.collected_at:%Y-%m-%d %H:%M}" + (f" {escape(each.revision)}" if each.revision else ""),
        )
    return table


def _plain(value: Decimal | None) -> str:
    """Without digits that nobody reads: three places, and none that are zero."""
    return "-" if value is None else f"{round(value, 3).normalize():f}"
