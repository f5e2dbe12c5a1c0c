"""`scout quality`: asks the rules, shows what they found, and lets people say what they know about it."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from scout_pipeline import audit_log, rule_book
from scout_pipeline.cli.errors import UserError
from scout_pipeline.cli.session import ready_database
from scout_pipeline.quality import checking, issues, registry, rules_page
from scout_pipeline.quality.checking import Checked, Plan
from scout_pipeline.quarantine import by_rules
from scout_pipeline.silver import sweep as sweeping
from scout_pipeline.tables import Table

DAY = click.DateTime(["%Y-%m-%d"])
SHOWN_ISSUES = 50
LONGEST_RANGE = 3_660
STYLES = {"error": "red", "warning": "yellow", "info": "cyan"}


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
    with ready_database(console) as database, console.status("checking ...") as status:
        checking.prepare(database, rule_book.TABLES)
        if days is None:
            with database.transaction() as connection:
                plan = narrow(checking.due(connection, rule_book.TABLES), chosen)
        else:
            plan = checking.all_of(days, chosen)
        done = by_rules.check(
            database, plan, on_check=lambda checked: status.update(f"{checked.metric_date} {checked.table_name} ...")
        )
    if as_json:
        click.echo(json.dumps([asdict(checked) for checked in done], indent=2, default=str))
    else:
        print_checked(done, console)
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


@quality.command(name="issues")
@click.option("--status", type=click.Choice(issues.STATUSES), help="Default: all that are not resolved.")
@click.option("--severity", type=click.Choice(issues.SEVERITIES))
@click.option("--json", "as_json", is_flag=True, help="Print all of them as JSON.")
def list_issues(status: str | None, severity: str | None, as_json: bool) -> None:
    """List findings, the gravest and latest first."""
    console = Console(stderr=as_json)
    with ready_database(console) as database, database.transaction() as connection:
        found = issues.find(
            connection, status=status, severity=severity, row_limit=1_000_000 if as_json else SHOWN_ISSUES
        )
    if as_json:
        click.echo(json.dumps(found, indent=2, default=str))
        return
    grid = Grid("id", "day", "severity", "rule", "store", "observed", "expected", "seen", title="Findings")
    for row in found:
        grid.add_row(
            str(row["issue_id"]),
            str(row["metric_date"]),
            f"[{STYLES[row['severity']]}]{row['severity']}[/]",
            row["rule_id"].removeprefix("scout."),
            row["store_code"] or "",
            escape(row["observed"]),
            escape(row["expected"]),
            str(row["times_seen"]),
        )
    console.print(grid)


@quality.command()
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


@quality.command()
@click.argument("kind", type=click.Choice(issues.INCIDENTS))
@click.option("--from", "first", type=DAY, required=True, help="First day.")
@click.option("--to", "last", type=DAY, help="Last day, included; default: the first.")
@click.option("--store", "store_code", metavar="CODE", help="One store; default: all.")
@click.option("--by", required=True, metavar="WHO", help="Who says so.")
@click.option("--why", required=True, metavar="TEXT", help="What happened.")
def label(kind: str, first: datetime, last: datetime | None, store_code: str | None, by: str, why: str) -> None:
    """Label days as out of the ordinary: they are neither judged by their history nor learned from."""
    days = day_range(first, last or first)
    with ready_database(Console()) as database, database.transaction() as connection:
        number = issues.label(
            connection, store_code=store_code, first=days[0], last=days[-1], kind=kind, by=by, note=why
        )
        if number is None:
            raise UserError(f"there is no store {store_code!r}; its code stands in scout.dim_store")
        parameters = {"kind": kind, "first": days[0], "last": days[-1], "store": store_code}
        audit_log.record(connection, "quality label", f"incident {number}", actor=by, parameters=parameters, outcome={})
    click.echo(f"incident {number}: {days[0]} to {days[-1]}, {kind}")


def choose_tables(names: Sequence[str]) -> list[Table]:
    """The tables of these names, all for none; raises UserError for one without rules."""
    chosen = [table for table in rule_book.TABLES if {table.key, table.key.split("/")[1], table.relation} & set(names)]
    known = {name for table in chosen for name in (table.key, table.key.split("/")[1], table.relation)}
    if unknown := sorted(set(names) - known):
        raise UserError(f"{unknown[0]!r} is no table with rules; scout quality rules lists them")
    return chosen or list(rule_book.TABLES)


def narrow(plan: Plan, chosen: Sequence[Table]) -> Plan:
    """What of a plan is of the chosen tables."""
    wanted = {table.relation for table in chosen}
    return [(day, kept) for day, names in plan if (kept := [name for name in names if name in wanted])]


def day_range(first: datetime | None, last: datetime | None) -> list[date]:
    """The days of a range, both ends included; raises UserError when it is not one."""
    if first is None or last is None or last < first:
        raise UserError("give --day, or --from and --to with the earlier day first")
    count = (last - first).days + 1
    if count > LONGEST_RANGE:
        raise UserError(f"{count:,} days are more than {LONGEST_RANGE:,}; check them in parts")
    return [(first + timedelta(days=number)).date() for number in range(count)]


def print_checked(done: Sequence[Checked], console: Console) -> None:
    """A line for each table with the rules that found something."""
    if not done:
        console.print("Nothing changed since it was last checked.")
        return
    grid = Grid("table", "days", "rows", "failing rows by rule", "passes", title="Data quality")
    for name in dict.fromkeys(checked.table_name for checked in done):
        of_table = [checked for checked in done if checked.table_name == name]
        failing: dict[str, int] = {}
        for checked in of_table:
            for rule, count in checked.constraint_violations.items():
                failing[rule] = failing.get(rule, 0) + count
        grid.add_row(
            name,
            f"{len(of_table):,}",
            f"{sum(checked.total_records for checked in of_table):,}",
            ", ".join(f"{rule} {count:,}" for rule, count in sorted(failing.items())),
            "[green]yes[/]" if all(checked.passes for checked in of_table) else "[red]NO[/]",
        )
    console.print(grid)
    console.print("scout quality issues shows each finding, with what was expected")
