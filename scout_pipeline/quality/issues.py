"""Single findings and labelled incidents: what people look at, acknowledge, resolve and explain."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from scout_pipeline import database

STATUSES = ("open", "acknowledged", "resolved")
SEVERITIES = ("info", "warning", "error")
INCIDENTS = ("outage", "closed", "weather", "event", "data", "other")


def find(
    connection: sa.Connection, *, status: str | None, severity: str | None, row_limit: int
) -> list[Mapping[str, Any]]:
    """Findings, the gravest and latest first; without a status, those that are not resolved."""
    return database.rows(connection, "quality/issues", status=status, severity=severity, row_limit=row_limit)


def close(connection: sa.Connection, issue_id: int, *, status: str, by: str, why: str) -> bool:
    """Acknowledge or resolve a finding; False when there is no such one that is still open."""
    return bool(
        database.run(connection, "quality/close_issue", issue_id=issue_id, status=status, by=by, why=why).rowcount
    )


def close_set_aside(connection: sa.Connection, rule_id: str, day: date) -> None:
    """Resolve what a rule found of a day, because its rows were set aside."""
    database.run(connection, "quality/close_set_aside", rule_id=rule_id, day=day)


def label(
    connection: sa.Connection, *, store_code: str | None, first: date, last: date, kind: str, by: str, note: str
) -> int | None:
    """Note days as out of the ordinary, for one store or all; the incident's number, None for an unknown store."""
    number: int | None = database.run(
        connection,
        "quality/label_incident",
        store_code=store_code,
        first_date=first,
        last_date=last,
        kind=kind,
        noted_by=by,
        note=note,
    ).scalar()
    return number
