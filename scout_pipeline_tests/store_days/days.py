"""Store-days of the tests: a small floor whose days are audited, and what became of each."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from scout_pipeline import rule_book
from scout_pipeline.database import Database
from scout_pipeline.store_days import audit
from scout_pipeline.store_days.audit import AuditReport
from scout_pipeline_tests.floor_files import SMALL_WORLD, Floor, reference, sale

DAY = date(2026, 2, 5)
STATES = """
    select registry.store_code, store_day.date_key, store_day.state
    from ops.store_days as store_day inner join scout.store_registry as registry using (store_id)
"""
FINDINGS = """
    select registry.store_code, found.date_key, found.finding, found.severity, found.failing
    from ops.store_day_findings as found inner join scout.store_registry as registry using (store_id)
    where found.finding <> 'received_late'
"""
# all that an audit says, without when and by which way it came to say it
OUTCOME = """
    select
        store_day.store_id, store_day.date_key, store_day.state, store_day.sale_count, store_day.error_count,
        store_day.overridden_count, store_day.warning_count, store_day.is_changed, store_day.is_due,
        found.finding, found.severity, found.failing, found.observed, found.expected, found.details::text
    from ops.store_days as store_day left join ops.store_day_findings as found using (store_id, date_key)
    order by store_id, date_key, finding
"""


def counted(number: int, at: str = "10:00", day: date = DAY, **changes: Any) -> dict[str, Any]:
    """The sale that a device (D1) of store S1 counts as `number`, worth 10."""
    device = changes.pop("device", "D1")
    identifier = changes.pop("identifier", f"{device}-{number}")
    return sale(identifier, at=f"{day}T{at}:00+08:00", device_id=device, sequence=number, **changes)


def till(value: float, day: date = DAY, number: int = 1, source: str = "pos", store: str = "S1") -> dict[str, Any]:
    """A till total of a store's day, measured in the evening."""
    return reference(
        "store_metric",
        f"TILL-{number}",
        str(day),
        store_id=store,
        metric_name="till_total",
        metric_source=source,
        measured_at=f"{day}T21:00:00+08:00",
        metric_value=value,
    )


def open_floor(database: Database, folder: Any) -> Floor:
    """A floor with its stores and products described."""
    floor = Floor(database, folder)
    floor.take_reference(*SMALL_WORLD)
    return floor


def run_audit(database: Database, **options: Any) -> AuditReport:
    return audit.audit(database, rule_book.TABLES, **options)


def carry_and_audit(floor: Floor) -> AuditReport:
    """Everything that came, to gold and through the audit."""
    floor.carry()
    return run_audit(floor.database)


def states(floor: Floor) -> dict[tuple[str, date], str]:
    return {(store, day): state for store, day, state in floor.rows(STATES)}


def state(floor: Floor, day: date = DAY, store: str = "S1") -> str:
    return states(floor)[store, day]


def found(floor: Floor) -> set[tuple[str, date, str, str, int]]:
    """(store, day, finding, severity, failing), without that the history of the tests came late."""
    return {(row[0], row[1], row[2], row[3], row[4]) for row in floor.rows(FINDINGS)}


def kinds(floor: Floor, day: date = DAY) -> set[str]:
    """Names of the findings of a day of store S1."""
    return {row[2] for row in found(floor) if row[:2] == ("S1", day)}


def outcome(database: Database) -> list[tuple[Any, ...]]:
    with database.transaction() as connection:
        return [tuple(row) for row in connection.execute(sa.text(OUTCOME))]
