"""Asks the rules, and sets aside what fails a rule whose action is quarantine: whole sales leave silver.

A step judges again what it moves, under the lock that every writer of silver takes: a sale that was corrected since it
was asked stays, and two checks at once move each sale once. Killed anywhere it leaves nothing half done.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import sqlalchemy as sa

from scout_pipeline import crash_points, database
from scout_pipeline.database import Database
from scout_pipeline.quality import checking, issues
from scout_pipeline.quality.checking import Checked, Plan
from scout_pipeline.silver import replay, set_aside

STEP_SALES = 1000
BY = "the check"
Failing = Mapping[str, Any]


def check(
    target: Database,
    plan: Plan,
    *,
    on_check: Callable[[Checked], None] = lambda checked: None,
    on_move: Callable[[int], None] = lambda sales: None,
) -> list[Checked]:
    """As `checking.check`; a day of which something was set aside is asked once more, and told as it is then."""
    results = []
    for day, relations in plan:
        of_day = checking.check(target, [(day, relations)])
        if any(checked.constraint_violations for checked in of_day) and (sales := move(target, day, relations)):
            on_move(sales)
            of_day = checking.check(target, [(day, relations)])
        for checked in of_day:
            on_check(checked)
        results.extend(of_day)
    return results


def move(target: Database, day: date, relations: Sequence[str], *, step_sales: int = STEP_SALES) -> int:
    """Set aside what the latest check of a day found of its rules with action quarantine; the number of sales."""
    with target.transaction() as connection:
        found = database.rows(connection, "quality/failing_to_set_aside", day=day, relations=list(relations))
    return sum(_move(target, day, failing, step_sales) for failing in found)


def _move(target: Database, day: date, failing: Failing, step_sales: int) -> int:
    # what the check saw of them is enough to find all when it saw all: the day is not searched again
    sample = failing["sample"] if failing["failing"] <= len(failing["sample"]) else None
    work = partial(_step, day=day, failing=failing, keys=sample, step_sales=step_sales)
    total = 0
    while moved := target.retrying(work):
        crash_points.reach("aside.committed")
        total += moved
    return total


def _step(
    connection: sa.Connection, day: date, failing: Failing, keys: list[Mapping[str, Any]] | None, step_sales: int
) -> int:
    """One transaction: of sales that still fail, at most so many go, and the finding says where they are."""
    replay.lock(connection)
    sales = database.rows(
        connection,
        "quarantine/failing_sales",
        rule_id=failing["rule_id"],
        rule_version=failing["rule_version"],
        day=day,
        keys=None if keys is None else json.dumps(keys),
        row_limit=step_sales,
    )
    if not sales:
        return 0
    crash_points.reach("aside.judged")
    set_aside.take(
        connection,
        [(sale["source_id"], sale["transaction_id"]) for sale in sales],
        rule_id=failing["rule_id"],
        rule_version=failing["rule_version"],
        detail=f"a row of {day} breaks {failing['rule_id']}, version {failing['rule_version']}: {failing['question']}",
        by=BY,
    )
    issues.close_set_aside(connection, failing["rule_id"], day)
    crash_points.reach("aside.moved")
    return len(sales)
