"""What every reference record looks like."""

from datetime import date, datetime, time, timedelta, timezone
from typing import Any, TypeAlias

Record: TypeAlias = dict[str, Any]
MANILA = timezone(timedelta(hours=8))


def record(kind: str, code: str, valid_from: date, attributes: dict[str, Any]) -> Record:
    """One version of a member, or one event."""
    return {
        "id": f"{kind}/{code}/{valid_from}",
        "kind": kind,
        "code": code,
        "valid_from": str(valid_from),
        "attributes": attributes,
    }


def moment(day: date, minutes: int) -> str:
    """So many minutes after local midnight, in UTC."""
    local = datetime.combine(day, time(), MANILA) + timedelta(minutes=minutes)
    return f"{local.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%S}Z"
