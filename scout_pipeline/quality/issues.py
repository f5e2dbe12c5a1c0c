"""Single findings and labelled days: what people look at, acknowledge, resolve and explain."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from scout_pipeline import database

STATUSES = ("open", "acknowledged", "resolved")
SEVERITIES = ("info", "warning", "error")
INCIDENTS = ("outage", "closed", "weather", "event", "data", "other")


@dataclass(frozen=True)
class Chosen:
    """Which findings are meant; what is None or empty narrows nothing.

    Attributes: ids, rule (whole, or its name in its table), table (relation), severity, first and last (business days,
    both included).
    """

    ids: Sequence[int] = ()
    rule: str | None = None
    table: str | None = None
    severity: str | None = None
    first: date | None = None
    last: date | None = None

    def bound(self) -> str:
        """As the database takes it, without what narrows nothing."""
        return json.dumps({name: value for name, value in asdict(self).items() if value}, default=str)


def find(connection: sa.Connection, chosen: Chosen, *, status: str | None, row_limit: int) -> list[Mapping[str, Any]]:
    """Findings, the gravest and latest first; without a status, those that are not resolved."""
    return database.rows(connection, "quality/issues", chosen=chosen.bound(), status=status, row_limit=row_limit)


def close(connection: sa.Connection, issue_id: int, *, status: str, by: str, why: str) -> bool:
    """Acknowledge an open finding, or resolve one; False when there is no such finding."""
    if status == "acknowledged":
        return bool(acknowledge(connection, Chosen(ids=(issue_id,)), by=by, why=why))
    return bool(database.run(connection, "quality/resolve_issue", issue_id=issue_id, by=by, why=why).rowcount)


def acknowledge(connection: sa.Connection, chosen: Chosen, *, by: str, why: str) -> list[Mapping[str, Any]]:
    """Acknowledge open findings: they alarm nobody until the data is mended, or they grow worse. How many, by rule."""
    return database.rows(connection, "quality/acknowledge_issues", chosen=chosen.bound(), by=by, why=why)


def open_counts(connection: sa.Connection, chosen: Chosen) -> list[Mapping[str, Any]]:
    """What `acknowledge` would do now."""
    return database.rows(connection, "quality/open_issues", chosen=chosen.bound())


def close_set_aside(connection: sa.Connection, rule_id: str, day: date) -> None:
    """Resolve what a rule found of a day, because its rows were set aside."""
    database.run(connection, "quality/close_set_aside", rule_id=rule_id, day=day)


def label(
    connection: sa.Connection, *, store_code: str | None, first: date, last: date, kind: str, by: str, note: str
) -> int | None:
    """Label days of one store or all, and have them judged anew; the label's number, None for an unknown store."""
    made = database.rows(
        connection,
        "quality/label_incident",
        store_code=store_code,
        first_date=first,
        last_date=last,
        kind=kind,
        noted_by=by,
        note=note,
    )
    if not made:
        return None
    _judge_anew(connection, made[0])
    number: int = made[0]["incident_id"]
    return number


def unlabel(connection: sa.Connection, incident_id: int, *, by: str, why: str) -> Mapping[str, Any] | None:
    """Take a label back and have its days judged anew; what it said, None when there is no such label."""
    removed = database.rows(connection, "quality/remove_incident", incident_id=incident_id, by=by, why=why)
    if not removed:
        return None
    _judge_anew(connection, removed[0])
    return removed[0]


def labels(connection: sa.Connection) -> list[Mapping[str, Any]]:
    """All labels that hold, those of the latest days first."""
    return database.rows(connection, "quality/incidents")


def _judge_anew(connection: sa.Connection, label: Mapping[str, Any]) -> None:
    days = {"store_id": label["store_id"], "first_date": label["from_date"], "last_date": label["to_date"]}
    database.run(connection, "quality/relabel_days", **days)
    database.run(connection, "quality/relabel_store_days", **days)
