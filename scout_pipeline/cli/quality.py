"""`scout quality`: asks the rules, shows what they found, and lets people say what they know about it."""

import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

import click
from rich.console import Console
from rich.table import Table as Grid

from scout_pipeline import audit_log, rule_book
from scout_pipeline.cli.quality_choice import DAY, choose_tables, day_range, narrow
from scout_pipeline.cli.quality_findings import acknowledge, list_issues, resolve
from scout_pipeline.cli.quality_labels import label, labels, unlabel
from scout_pipeline.cli.session import ready_database
from scout_pipeline.quality import checking, registry, rules_page
from scout_pipeline.quality.checking import Checked
from scout_pipeline.quarantine import by_rules
from scout_pipeline.silver import sweep as sweeping


@click.group()
def quality() -> None:
    """Rules of data quality: check them, read what they found, label days, close findings.

    \b
      scout quality check                        ask what changed since the rules were last asked
      scout quality issues --severity error      what was found
    """


@quality.command()
@click.argument("names", metavar="[TABLE]...", nargs=-1)
@click.option("--day", type=DAY, help="Check this business day, whether it changed or not.")
@click.option("--from", "first", type=DAY, help="First day of a range.")
@click.option("--to", "last", type=DAY, help="Last day of the range, included.")
@click.option("--json", "as_json", is_flag=True, help="Print what was measured as JSON.")
def check(
    names: tuple[str, ...], day: datetime | None, first: datetime | None, last: datetime | None, as_json: bool
) -> None:
    """Ask the rules about what changed since they were last asked. Exit status 1 when a rule of severity error fails.

    A TABLE is written as layer/stem or stem: silver/transactions_cleaned, daily_aggregates.
    """
    chosen = choose_tables(names)
    days = day_range(first or day, last or day) if first or last or day else None
    console = Console(stderr=as_json)
    moved: list[int] = []
    with ready_database(console) as database, console.status("checking ...") as status:
        checking.prepare(database, rule_book.TABLES)
        with database.transaction() as connection:
            plan = (
                narrow(checking.due(connection, rule_book.TABLES), chosen)
                if days is None
                else checking.all_of(connection, days, chosen)
            )
        done = by_rules.check(
            database,
            plan,
            on_check=lambda checked: status.update(f"{checked.metric_date} {checked.table_name} ..."),
            on_move=moved.append,
        )
    if as_json:
        click.echo(json.dumps([asdict(checked) for checked in done], indent=2, default=str))
    else:
        print_checked(done, console)
    if moved:
        console.print(f"{sum(moved):,} sales were set aside: scout quarantine list --reason broken_rule")
    if not all(checked.passes for checked in done):
        sys.exit(1)


@quality.command()
@click.option("--page", is_flag=True, help="The rules as Markdown, as in docs/data_quality.md.")
@click.option("--json", "as_json", is_flag=True, help="Print the declarations as JSON.")
def rules(page: bool, as_json: bool) -> None:
    """List every rule: what it asks, of what, how grave it is, and what to do."""
    if page:
        sys.stdout.write(rules_page.page(rule_book.TABLES))
    elif as_json:
        click.echo(json.dumps(registry.declaration(rule_book.TABLES)["rules"], indent=2))
    else:
        grid = Grid("table", "rule", "dimension", "severity", "question")
        for table in rule_book.TABLES:
            for rule in table.quality.rules if table.quality else ():
                grid.add_row(table.key, rule.name, rule.dimension, rule.severity, rule.question)
        Console().print(grid)


@quality.command()
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
def sweep(as_json: bool) -> None:
    """Look for every record of bronze in silver, and rescue what is missing. Exit status 1 when anything was.

    It runs beside loads, a month at a time. What it rescues is a defect of the pipeline: ops.sweep_findings names it.
    """
    console = Console(stderr=as_json)
    with (
        ready_database(console) as database,
        audit_log.acting(
            database, "quality sweep", "scout.bronze_transactions_raw", actor=None, parameters={}
        ) as outcome,
        console.status("sweeping ...") as status,
    ):
        report = sweeping.run(database, on_month=lambda month: status.update(f"{month:%Y-%m} ..."))
        outcome.update(missing=report.missing, rescued=report.rescued)
    if as_json:
        click.echo(json.dumps(asdict(report), indent=2, default=str))
    else:
        console.print(
            f"{report.records_swept:,} records of {report.months_swept:,} months: {report.missing:,} were missing, "
            f"{report.rescued:,} were rescued."
        )
        if report.rescued:
            console.print("scout run carries them into gold; ops.sweep_findings says what silver had lost")
    if report.missing or report.rescued:
        sys.exit(1)


for command in (list_issues, acknowledge, resolve, label, labels, unlabel):
    quality.add_command(command)


def print_checked(done: Sequence[Checked], console: Console) -> None:
    """A line for each table with the rules that found something, in rows, and those that were not judged, in days."""
    if not done:
        console.print("Nothing changed since it was last checked.")
        return
    grid = Grid("table", "days", "rows", "failing rows by rule", "passes", title="Data quality")
    not_judged = []
    for name in dict.fromkeys(checked.table_name for checked in done):
        of_table = [checked for checked in done if checked.table_name == name]
        failing: Counter[str] = Counter()
        for checked in of_table:
            failing.update(checked.constraint_violations)
        grid.add_row(
            name,
            f"{len(of_table):,}",
            f"{sum(checked.total_records for checked in of_table):,}",
            _counts(failing),
            "[green]yes[/]" if all(checked.passes for checked in of_table) else "[red]NO[/]",
        )
        if days := Counter(rule for checked in of_table for rule in checked.not_judged):
            not_judged.append(f"  {name.removeprefix('scout.')}: {_counts(days)}")
    console.print(grid)
    if not_judged:
        console.print("not judged, on how many days (too little history, not over, or waiting for gold):")
        console.print("\n".join(not_judged))
    console.print("scout quality issues shows each finding, with what was expected")


def _counts(by_rule: Mapping[str, int]) -> str:
    return ", ".join(f"{rule} {count:,}" for rule, count in sorted(by_rule.items()))
