"""`scout quality issues`, `acknowledge` and `resolve`: findings to read, and what people say about them."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table as Grid

from scout_pipeline import audit_log
from scout_pipeline.cli.errors import UserError
from scout_pipeline.cli.quality_choice import DAY, choose_tables
from scout_pipeline.cli.session import ready_database
from scout_pipeline.quality import issues
from scout_pipeline.quality.issues import Chosen

SHOWN_ISSUES = 50
ALL = 1_000_000
# a line is as long as what stands in it
WIDE = 1_000
STYLES = {"error": "red", "warning": "yellow", "info": "cyan"}
F = TypeVar("F", bound=Callable[..., None])


def selection(command: F) -> F:
    """The options that narrow findings, the same for reading and for acknowledging."""
    for option in (
        click.option("--to", "last", type=DAY, help="Business days to this one, included."),
        click.option("--from", "first", type=DAY, help="Business days from this one on."),
        click.option("--severity", type=click.Choice(issues.SEVERITIES)),
        click.option("--table", "table_name", metavar="TABLE", help="As layer/stem or stem."),
        click.option("--rule", metavar="RULE", help="Whole, or its name in its table."),
    ):
        command = option(command)
    return command


def chosen_by(
    rule: str | None, table_name: str | None, severity: str | None, first: datetime | None, last: datetime | None
) -> Chosen:
    """The findings that the options mean; raises UserError for a table without rules or days in the wrong order."""
    if first and last and last < first:
        raise UserError("give --from and --to with the earlier day first")
    relation = choose_tables([table_name])[0].relation if table_name else None
    days: list[date | None] = [moment.date() if moment else None for moment in (first, last)]
    return Chosen(rule=rule, table=relation, severity=severity, first=days[0], last=days[1])


@click.command(name="issues")
@click.option("--status", type=click.Choice(issues.STATUSES), help="Default: all that are not resolved.")
@selection
@click.option("--wide", is_flag=True, help="A line each, for a wide terminal.")
@click.option("--json", "as_json", is_flag=True, help="Print all of them as JSON.")
def list_issues(status: str | None, wide: bool, as_json: bool, **options: Any) -> None:
    """List findings, the gravest and latest first."""
    chosen = chosen_by(**options)
    console = Console(stderr=as_json)
    with ready_database(console) as database, database.transaction() as connection:
        found = issues.find(connection, chosen, status=status, row_limit=ALL if as_json else SHOWN_ISSUES)
    if as_json:
        told = [{name: value for name, value in row.items() if name != "finding_count"} for row in found]
        click.echo(json.dumps(told, indent=2, default=str))
        return
    if not found:
        console.print("There is no such finding.")
        return
    if wide:
        Console(width=max(console.width, WIDE)).print(_grid(found))
    else:
        console.print("[italic]Findings[/]")
        for row in found:
            _print_finding(row, console)
    console.print(f"{len(found):,} of {found[0]['finding_count']:,} findings; --json prints all of them")


@click.command()
@click.argument("issue_ids", metavar="[ID]...", type=int, nargs=-1)
@selection
@click.option("--by", required=True, metavar="WHO", help="Who says so.")
@click.option("--why", required=True, metavar="TEXT", help="Why it need not be mended now.")
@click.option("--dry-run", is_flag=True, help="Say how many there are; change nothing.")
def acknowledge(issue_ids: tuple[int, ...], by: str, why: str, dry_run: bool, **options: Any) -> None:
    """Acknowledge open findings: they turn no check red any more, and stay until the data is mended.

    One that grows beyond what it is now, in rows or severity, is open again; scout quality issues says why.
    Without numbers, name a rule, a table or days; findings of severity error only with --severity error.

    \b
      scout quality acknowledge --rule volume_is_usual --to 2026-01-31 --by ana --why "before the move"
    """
    chosen = replace(chosen_by(**options), ids=issue_ids)
    if chosen == Chosen(severity=chosen.severity):
        raise UserError("say which findings: numbers, --rule, --table, --from or --to")
    if not issue_ids and not chosen.severity:
        chosen = replace(chosen, severity="warning")
    with ready_database(Console()) as database, database.transaction() as connection:
        work = issues.open_counts if dry_run else partial(issues.acknowledge, by=by, why=why)
        done = work(connection, chosen)
        if not done:
            raise UserError("there is no such open finding; scout quality issues lists them")
        count = sum(row["finding_count"] for row in done)
        if not dry_run:
            on, parameters = "ops.data_quality_issues", audit_log.facts(chosen)
            audit_log.record(
                connection, "quality acknowledge", on, actor=by, parameters=parameters, outcome={"findings": count}
            )
    for row in done:
        days = f"{row['first_day']}" + (f" to {row['last_day']}" if row["last_day"] != row["first_day"] else "")
        click.echo(f"{row['finding_count']:>7,}  {row['severity']:<7}  {row['rule_id'].removeprefix('scout.')}, {days}")
    click.echo(f"{count:,} findings {'would be ' if dry_run else ''}acknowledged")


@click.command()
@click.argument("issue_id", type=int)
@click.option("--by", required=True, metavar="WHO", help="Who says so.")
@click.option("--why", required=True, metavar="TEXT", help="What was found out.")
@click.option("--known", is_flag=True, help="Acknowledge it instead: it stays until the data is mended.")
def resolve(issue_id: int, by: str, why: str, known: bool) -> None:
    """Resolve a finding. One whose data is still the same comes back at the next check."""
    status = "acknowledged" if known else "resolved"
    with ready_database(Console()) as database, database.transaction() as connection:
        if not issues.close(connection, issue_id, status=status, by=by, why=why):
            raise UserError(f"there is no open finding {issue_id}; scout quality issues lists them")
        audit_log.record(
            connection, "quality resolve", f"finding {issue_id}", actor=by, parameters={}, outcome={"status": status}
        )
    click.echo(f"{issue_id}: {status}")


def _print_finding(row: Mapping[str, Any], console: Console) -> None:
    """A finding in a few short lines: which, how grave, what was seen, what was expected, and who knows it."""
    head = f"[bold]{row['issue_id']}[/]  {row['metric_date']}  [{STYLES[row['severity']]}]{row['severity']}[/]"
    console.print(f"{head}  {', '.join(_circumstances(row))}")
    for line in (
        row["rule_id"].removeprefix("scout."),
        f"{row['observed']}; expected: {row['expected']}",
        *_said(row),
    ):
        console.print(Padding(escape(line), (0, 0, 0, 4)))


def _circumstances(row: Mapping[str, Any]) -> Iterator[str]:
    if subject := _subject(row):
        yield escape(subject)
    yield (
        f"seen {row['times_seen']} times, last {row['last_seen_at']:%Y-%m-%d}" if row["times_seen"] > 1 else "seen once"
    )


def _subject(row: Mapping[str, Any]) -> str:
    """The store, code or value that a finding is about; empty for one about a whole day."""
    key = {name: value for name, value in row["key"].items() if name not in ("store_id", "beyond")}
    if row["store_code"]:
        key = {"store": row["store_code"], **key}
    return ", ".join(f"{name} {value}" for name, value in key.items())


def _said(row: Mapping[str, Any]) -> Iterator[str]:
    """What people, or the pipeline, said about it."""
    if row["acknowledged_by"]:
        yield f"acknowledged{_on(row['acknowledged_at'])} by {row['acknowledged_by']}: {row['acknowledgement']}"
    for event in row["history"][-1:]:
        if event["what"] == "opened again":
            yield f"opened again {event['at'][:10]}: {event['why']}"
    if row["status"] == "resolved":
        yield f"resolved{_on(row['resolved_at'])} by {row['resolved_by']}: {row['resolution']}"


def _on(moment: datetime | None) -> str:
    return f" {moment:%Y-%m-%d}" if moment else ""


def _grid(found: list[Mapping[str, Any]]) -> Grid:
    grid = Grid("id", "day", "severity", "rule", "about", "observed", "expected", "seen", "said", title="Findings")
    for row in found:
        grid.add_row(
            str(row["issue_id"]),
            str(row["metric_date"]),
            f"[{STYLES[row['severity']]}]{row['severity']}[/]",
            row["rule_id"].removeprefix("scout."),
            escape(_subject(row)),
            escape(row["observed"]),
            escape(row["expected"]),
            str(row["times_seen"]),
            escape("; ".join(_said(row))),
        )
    return grid
