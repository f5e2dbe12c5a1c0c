"""Audits the store-days that changed, and those whose findings depend on them, step by step.

A step is one transaction: it locks due days that gold does not wait for, asks every check about all of them at once,
and settles their states. Killed anywhere it leaves nothing half done, and two audits take turns.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import sqlalchemy as sa

from scout_pipeline import crash_points, database, settings
from scout_pipeline.database import Database
from scout_pipeline.quality import registry
from scout_pipeline.store_days import findings
from scout_pipeline.tables import Table

STEP_DAYS = 2_000


@dataclass
class AuditReport:
    """What an audit did: store-days audited, how many steps it took, and the findings of what it audited, by kind."""

    audited: int = 0
    steps: int = 0
    found: dict[str, int] = field(default_factory=dict)

    def add(self, step: "Step") -> None:
        self.audited += step.audited
        self.steps += 1
        for name, count in step.found.items():
            self.found[name] = self.found.get(name, 0) + count


@dataclass(frozen=True)
class Step:
    """One transaction: days it took, and those of them that it audited; the others wait for gold after all."""

    due: int
    audited: int
    found: dict[str, int]


@dataclass(frozen=True)
class Due:
    """Store-days that are due: their day is not over, they wait for gold, or for nothing but the audit."""

    open_count: int
    waiting_count: int
    due_count: int


def due(connection: sa.Connection) -> Due:
    """What an audit would find to do now, before days whose findings depend on others are added."""
    return Due(**database.run(connection, "store_days/due_count").mappings().one())


def end_open_days(connection: sa.Connection) -> None:
    """Days that are over at their store, and were not audited yet, are loading from now on."""
    settle_seconds = settings.current().day_settle_hours * 3600
    database.run(connection, "store_days/begin_loading", settle_seconds=settle_seconds)


def audit(
    target: Database,
    declared: Sequence[Table],
    *,
    step_days: int = STEP_DAYS,
    on_step: Callable[[AuditReport], None] = lambda report: None,
) -> AuditReport:
    """Audit what is due; `declared` are all tables with rules, whose parameters the expected volume takes.

    What changes from now on is left to the next audit, so that this one comes to an end.
    """
    report = AuditReport()
    target.retrying(partial(_prepare, declared=declared))
    with target.transaction() as connection:
        until: datetime = database.scalar(connection, "store_days/audit_started")
    while True:
        step = target.retrying(partial(_step, until=until, step_days=step_days))
        if step.due == 0:
            return report
        crash_points.reach("days.committed")
        report.add(step)
        on_step(report)


def _prepare(connection: sa.Connection, declared: Sequence[Table]) -> None:
    registry.register(connection, declared)
    end_open_days(connection)
    # the days of the first step are not known yet: what went to quarantine since is looked for once
    database.run(connection, "store_days/recheck_refused")


def _step(connection: sa.Connection, until: datetime, step_days: int) -> Step:
    database.run(connection, "store_days/lock_audit")
    database.run(connection, "store_days/due_days", until=until, day_limit=step_days)
    database.run(connection, "store_days/audited_days")
    counts = database.run(connection, "store_days/audit_counts").one()
    if counts.audited_count == 0:
        return Step(counts.due_count, 0, {})
    crash_points.reach("days.taken")
    database.run(connection, "store_days/day_sales")
    database.run(connection, "store_days/day_statistics")
    database.run(connection, "store_days/older_numbers")
    database.run(connection, "store_days/recheck_later_days")
    database.run(connection, "store_days/recheck_next_numbers")
    database.run(connection, "store_days/recheck_gaps")
    database.run(connection, "store_days/found_findings")
    found = {known.name: _ask(connection, known) for known in findings.FINDINGS}
    crash_points.reach("days.found")
    database.run(connection, "store_days/forget_findings")
    database.run(connection, "store_days/record_findings")
    database.run(connection, "store_days/settle")
    crash_points.reach("days.settled")
    return Step(counts.due_count, counts.audited_count, {name: count for name, count in found.items() if count})


def _ask(connection: sa.Connection, finding: findings.Finding) -> int:
    """Ask one check about the days of the step; how many of them have the finding."""
    return database.run(connection, finding.statement, **dict(finding.params)).rowcount
