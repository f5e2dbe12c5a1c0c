"""`scout days` and `scout why`: the audit of store-days, what people decide about them, and why figures changed."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from scout_pipeline import rule_book
from scout_pipeline.cli.errors import UserError
from scout_pipeline.cli.session import ready_database
from scout_pipeline.quarantine import entries
from scout_pipeline.store_days import audit as audits
from scout_pipeline.store_days import decisions, findings, views

Command = Callable[..., None]
DAY = click.DateTime(["%Y-%m-%d"])
STYLES = {"error": "red", "warning": "yellow", "info": "cyan", "complete": "red", "balanced": "yellow"}
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for another program.")
dry = click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
by = click.option("--by", required=True, metavar="WHO", help="Who decides.")
why = click.option("--why", required=True, metavar="TEXT", help="The reason, kept for ever.")


def one_day(command: Command) -> Command:
    """The arguments that name a store-day."""
    command = click.argument("day", type=DAY, metavar="DAY")(command)
    return click.argument("store", metavar="STORE")(command)


@click.group()
def days() -> None:
    """Business days of each store: audit them, accept what is found, close them.

    \b
      scout days list --errors                   days that are held back
      scout days show S0001 2026-03-14           what was found, and what to do about it
    """


@days.command("list")
@click.option("--store", metavar="CODE", help="Of this store.")
@click.option("--state", type=click.Choice(findings.STATES), help="In this state.")
@click.option("--from", "first", type=DAY, metavar="DAY", help="From this day on.")
@click.option("--to", "last", type=DAY, metavar="DAY", help="Up to this day, included.")
@click.option("--errors", is_flag=True, help="Only days on which an error stands.")
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=50, show_default=True, help="At most so many.")
@as_json
def list_days(
    store: str | None,
    state: str | None,
    first: datetime | None,
    last: datetime | None,
    errors: bool,
    limit: int,
    as_json: bool,
) -> None:
    """Count store-days by state, and list them, the latest first."""
    console = Console(stderr=as_json)
    with ready_database(console) as database, database.transaction() as connection:
        counts = views.counts(connection)
        found = views.page(
            connection,
            store=store,
            state=state,
            first=first and first.date(),
            last=last and last.date(),
            with_errors=errors,
            row_limit=limit,
        )
    if as_json:
        click.echo(json.dumps(found, indent=2, default=str))
        return
    console.print(", ".join(f"{row['day_count']:,} {row['state']}" for row in counts) or "There is no store-day yet.")
    if found:
        print_rows(found, ("store_code", "date_key", "state", "sale_count", "error_count", "findings"), console)


@days.command()
@one_day
@as_json
def show(store: str, day: datetime, as_json: bool) -> None:
    """Show one store-day whole: its state, what was found with what to do, and who accepted what."""
    console = Console(stderr=as_json)
    with ready_database(console) as database, database.transaction() as connection:
        found = views.one(connection, store, day.date())
    if as_json:
        click.echo(json.dumps(found, indent=2, default=str))
        return
    for name, value in found.items():
        if value is not None and name not in ("findings", "overrides"):
            console.print(f"{name.replace('_', ' ')}: {escape(plain(value))}", soft_wrap=True, highlight=False)
    for finding in found["findings"]:
        accepted = ", accepted" if finding["is_overridden"] else ""
        console.print(
            f"\n[{STYLES[finding['severity']]}]{finding['severity']}[/] {finding['finding']}{accepted}: "
            f"{escape(plain(finding['observed']))}; expected: {escape(plain(finding['expected']))}",
            soft_wrap=True,
        )
        console.print(f"  {escape(json.dumps(finding['details'], default=str))}", soft_wrap=True, highlight=False)
        console.print(f"  what to do: {escape(finding['remedy'])}", soft_wrap=True)
    for given in found["overrides"]:
        console.print(
            f"accepted by {escape(plain(given['overridden_by']))} at {plain(given['overridden_at'])}: "
            f"{given['finding']} ({escape(plain(given['observed']))}): {escape(plain(given['reason']))}",
            soft_wrap=True,
        )


@days.command()
@dry
@as_json
def audit(dry_run: bool, as_json: bool) -> None:
    """Audit the store-days that changed since they were last audited, once their day is over and in gold."""
    console = Console(stderr=as_json)
    with ready_database(console) as database:
        if dry_run:
            with database.transaction() as connection:
                due = audits.due(connection)
            if as_json:
                click.echo(json.dumps(asdict(due)))
            else:
                click.echo(
                    f"{due.due_count:,} store-days would be audited, {due.waiting_count:,} wait for gold, "
                    f"{due.open_count:,} were open when last looked at; nothing was changed"
                )
            return
        with console.status("auditing ...") as status:
            done = audits.audit(
                database, rule_book.TABLES, on_step=lambda report: status.update(f"{report.audited:,} store-days ...")
            )
    if as_json:
        click.echo(json.dumps(asdict(done)))
        return
    click.echo(f"{done.audited:,} store-days audited")
    for name, count in done.found.items():
        click.echo(f"  {name}: {count:,} days")


@days.command()
@one_day
@click.option("--finding", metavar="NAME", help="Only this one; by default all errors that stand.")
@by
@why
def override(store: str, day: datetime, finding: str | None, by: str, why: str) -> None:
    """Accept the errors that stand on a store-day, as they are. One that changes stands again."""
    with ready_database(Console()) as database:
        accepted = decisions.override(database, store, day.date(), finding=finding, by=by, why=why)
    click.echo(f"{store} {day.date()}: {', '.join(accepted)} accepted")


@days.command()
@click.argument("store", metavar="[STORE", required=False)
@click.argument("day", type=DAY, metavar="DAY]", required=False)
@click.option("--rested", is_flag=True, help="All audited days that have rested SCOUT_CLOSE_AFTER_DAYS.")
@click.option("--by", metavar="WHO", help="Who closes the day.")
@click.option("--why", metavar="TEXT", help="The reason, kept for ever.")
@dry
def close(
    store: str | None, day: datetime | None, rested: bool, by: str | None, why: str | None, dry_run: bool
) -> None:
    """Close an audited store-day with what gold shows of it; what changes later is restated."""
    if rested == (store is not None) or (store is not None and day is None):
        raise UserError("name a store and a day, or --rested")
    with ready_database(Console()) as database:
        if rested and dry_run:
            with database.transaction() as connection:
                click.echo(f"{decisions.rested_count(connection):,} store-days would be closed; nothing was changed")
        elif rested:
            click.echo(f"{decisions.close_rested(database):,} store-days closed")
        elif store and day:
            if dry_run:
                print_closable(database.transaction, store, day.date())
                return
            if not by or not why:
                raise UserError("a day is closed by somebody and for a reason: give --by and --why")
            decisions.close(database, store, day.date(), by=by, why=why)
            click.echo(f"{store} {day.date()}: closed")


@days.command()
@one_day
@by
@why
def reopen(store: str, day: datetime, by: str, why: str) -> None:
    """Open a closed store-day again; the next audit looks at it anew."""
    with ready_database(Console()) as database:
        decisions.reopen(database, store, day.date(), by=by, why=why)
    click.echo(f"{store} {day.date()}: open again, until the next audit")


@click.command("why")
@one_day
@as_json
def explain(store: str, day: datetime, as_json: bool) -> None:
    """Tell why the figures of a store's business day changed, oldest first: files, corrections, decisions, figures.

    \b
      scout why S0001 2026-03-14
    """
    console = Console(stderr=as_json)
    with ready_database(console) as database, database.transaction() as connection:
        told = views.why(connection, store, day.date())
    if as_json:
        click.echo(json.dumps(told, indent=2, default=str))
        return
    print_rows(told, ("happened_at", "what", "detail", "who", "batch_id", "file_name"), console)


def print_closable(transaction: Callable[[], Any], store: str, day: date) -> None:
    """Say whether the day could be closed."""
    with transaction() as connection:
        found = views.one(connection, store, day)
    can = found["state"] == "audited" and not found["is_due"]
    click.echo(
        f"{store} {day} is {found['state']}: it {'would' if can else 'would not'} be closed; nothing was changed"
    )


def print_rows(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], console: Console) -> None:
    """The rows as a table, a day or a moment never broken over lines."""
    grid = Grid()
    for name in columns:
        grid.add_column(
            name.removesuffix("_code").removesuffix("_key").removesuffix("_id").replace("_", " "),
            no_wrap=name in ("date_key", "happened_at", "store_code"),
        )
    for row in rows:
        grid.add_row(*(escape(plain(row[name])) for name in columns), style=STYLES.get(str(row.get("state"))))
    console.print(grid)


def plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    # file names and ids come from strangers: no terminal must take them for a command
    return "" if value is None else entries.printable(str(value).encode())
