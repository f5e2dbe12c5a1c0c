"""`scout migrate-partitioned`: a plain table becomes one in months."""

import json
from dataclasses import asdict

import click
from rich.console import Console
from rich.markup import escape

from scout_pipeline import audit_log
from scout_pipeline.cli.session import ready_database
from scout_pipeline.ops.partitions import migration


@click.command(name="migrate-partitioned")
@click.argument("relation", metavar="SCHEMA.TABLE")
@click.option("--key", "key_column", default="created_at", show_default=True, help="The day or instant of a row.")
@click.option("--batch-rows", type=click.IntRange(1), default=10_000, show_default=True, help="Rows a transaction.")
@click.option("--dry-run", is_flag=True, help="Show what would be done, and what keeps it from being done.")
@click.option("--drop-old", is_flag=True, help="Drop the plain table that an earlier run kept.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
def migrate_partitioned(
    relation: str, key_column: str, batch_rows: int, dry_run: bool, drop_old: bool, as_json: bool
) -> None:
    """Move a plain table into monthly partitions while it is written to; its name, rights and views stay.

    \b
      scout migrate-partitioned scout.receipts --key received_at --dry-run

    Killed and run again it goes on where it was. The plain table is kept until --drop-old.
    """
    console = Console(stderr=as_json)
    with ready_database(console) as database:
        if dry_run:
            outcome = asdict(migration.plan(database, relation, key_column))
        elif drop_old:
            with audit_log.acting(database, "migrate-partitioned drop", relation, actor=None, parameters={}) as noted:
                outcome = {"dropped": migration.confirm(database, relation)}
                noted.update(outcome)
        else:
            with (
                audit_log.acting(
                    database, "migrate-partitioned", relation, actor=None, parameters={"key": key_column}
                ) as noted,
                console.status("copying ...") as status,
            ):
                report = migration.migrate(
                    database,
                    relation,
                    key_column,
                    batch_rows=batch_rows,
                    on_batch=lambda copied: status.update(f"{copied:,} rows copied ..."),
                )
                noted.update(asdict(report))
            outcome = asdict(report)
    if as_json:
        click.echo(json.dumps(outcome, indent=2, default=str))
        return
    for name, value in outcome.items():
        told = "; ".join(value) or "none" if isinstance(value, list) else value
        console.print(f"{name.replace('_', ' ')}: {escape(str(told))}", soft_wrap=True, highlight=False)
