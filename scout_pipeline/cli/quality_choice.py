"""What the commands of `scout quality` are given: tables by their names, days, and what of a plan they mean."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import click

from scout_pipeline import rule_book
from scout_pipeline.cli.errors import UserError
from scout_pipeline.quality.checking import Plan
from scout_pipeline.tables import Table

DAY = click.DateTime(["%Y-%m-%d"])
LONGEST_RANGE = 3_660


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
