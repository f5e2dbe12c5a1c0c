"""Asks the rules: which tables and days are due, one check of a table and day, and what it found."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from scout_pipeline import database
from scout_pipeline.database import Database
from scout_pipeline.quality import registry
from scout_pipeline.tables import Table

# what the scan of another table keeps, only to be judged: {table: the scanned one}
KEPT_BY = {
    "ops.day_shares": "scout.silver_transactions_cleaned",
    "ops.code_prices": "scout.silver_transaction_items",
    "ops.line_shares": "scout.silver_transaction_items",
}


class ArchivedDayError(Exception):
    """The sales of a day that is to be checked lie in the archive; the message says what to do next."""


# One check and what is to be checked with it: a day, and its tables in the order of the flow.
Plan = Sequence[tuple[date, Sequence[str]]]


@dataclass(frozen=True)
class Checked:
    """What one check of a table and day measured.

    `constraint_violations` counts failing rows by rule; `not_judged` names the rules that could not be judged.
    """

    table_name: str
    metric_date: date
    checked_at: datetime
    total_records: int
    null_count: int
    outlier_count: int
    constraint_violations: Mapping[str, int]
    passes: bool
    seconds: float
    not_judged: Sequence[str]


def prepare(target: Database, declared: Sequence[Table]) -> None:
    """Make the registry in the database equal to the rules in the code."""
    target.retrying(lambda connection: registry.register(connection, declared))


def due(connection: sa.Connection, declared: Sequence[Table]) -> Plan:
    """What changed since it was last checked, the earliest day first: a day is judged by the days before it."""
    order = [table.relation for table in declared]
    return [
        (row["check_date"], [name for name in order if name in row["table_names"]])
        for row in database.rows(connection, "quality/due_checks")
    ]


def all_of(connection: sa.Connection, days: Sequence[date], declared: Sequence[Table]) -> Plan:
    """Every table for each of the days, whether it changed or not; raises ArchivedDayError."""
    relations = [table.relation for table in declared]
    for archived in database.rows(connection, "quality/archived_checks", relations=relations, days=list(days)):
        raise ArchivedDayError(
            f"the sales of {archived['first_day']} to {archived['last_day']} are archived, and would all look missing; "
            f"check from {archived['kept_from']} on, or first "
            f"`scout partitions restore silver {archived['first_day']:%Y-%m}`"
        )
    return [(day, relations) for day in days]


def check(target: Database, plan: Plan, *, on_check: Callable[[Checked], None] = lambda checked: None) -> list[Checked]:
    """Check each day in one transaction of one snapshot: its tables are compared as they were at one moment.

    Of two checks of a day at once, or a check and a person who acknowledges, the later one begins again. Raises what
    the database raises: a check that cannot run is never a finding.
    """
    results = []
    for day, names in plan:
        of_day = target.retrying(partial(check_day, day=day, relations=names), at_one_moment=True)
        for checked in of_day:
            on_check(checked)
        results.extend(of_day)
    return results


def check_day(connection: sa.Connection, day: date, relations: Sequence[str]) -> list[Checked]:
    """Check tables for one day; one that keeps weeks or months is checked for the one that the day lies in."""
    for scanned in dict.fromkeys(KEPT_BY[relation] for relation in relations if relation in KEPT_BY):
        if scanned not in relations:
            database.run(connection, "quality/keep_tallies", relation=scanned, day=day)
    # what is kept is judged after the scan that keeps it
    in_order = sorted(relations, key=lambda relation: relation in KEPT_BY)
    measured = [
        database.rows(connection, "quality/check_table", relation=relation, day=day)[0] for relation in in_order
    ]
    not_judged = {
        row["table_name"]: row["rule_names"]
        for row in database.rows(connection, "quality/not_judged", relations=in_order, day=day)
    }
    return [Checked(**metric, not_judged=not_judged.get(metric["table_name"], ())) for metric in measured]


def results(connection: sa.Connection, relation: str, day: date) -> list[Mapping[str, Any]]:
    """What the latest check of a table and day said of each rule, failing or not, with a query to see more."""
    return database.rows(connection, "quality/latest_results", relation=relation, day=day)
