"""Alerts that sensors keep: written in their tick, because a run would queue behind the very runs it warns about."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

import dagster as dg
import sqlalchemy as sa

from scout_pipeline import database


@dataclass(frozen=True)
class Finding:
    """What is wrong with one object now; severity is info, warning or critical."""

    object_name: str
    severity: str
    message: str
    details: Mapping[str, object] = field(default_factory=dict)


def settle(connection: sa.Connection, alert_type: str, findings: list[Finding]) -> dg.SkipReason:
    """Make the findings the open alerts of a type; what happened, in words."""
    told = database.run(
        connection,
        "ops/settle_alerts",
        alert_type=alert_type,
        findings=json.dumps([asdict(finding) for finding in findings]),
    ).one()
    if not findings:
        return dg.SkipReason(f"nothing to warn about; {told.resolved} alerts of type {alert_type} are over")
    return dg.SkipReason(
        f"{told.opened} alerts of type {alert_type} opened, {told.still_open} still open, {told.resolved} over: "
        + "; ".join(f"{finding.object_name}: {finding.message}" for finding in findings[:3])
    )
