"""What people decide about store-days: accept a finding, close a day, open it again; and what the policy closes."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa

from scout_pipeline import audit_log, database, settings
from scout_pipeline.database import Database
from scout_pipeline.store_days import findings

STEP_DAYS = 5_000
POLICY = "policy"
T = TypeVar("T")


class StoreDayError(Exception):
    """A store-day is unknown, or not in the state that a decision needs; the message says what to do next."""


def override(target: Database, store: str, day: date, *, finding: str | None, by: str, why: str) -> list[str]:
    """Accept the errors that stand on a store-day, or one kind of them; the names of what was accepted.

    It holds while the finding says the same. Raises StoreDayError when none stands.
    """
    if finding is not None and findings.of(finding) is None:
        known = ", ".join(found.name for found in findings.FINDINGS)
        raise StoreDayError(f"there is no finding {finding!r}; known are {known}")
    decision = partial(_override, finding=finding, by=by, why=why)
    return _decide(
        target, store, day, decision, act="days override", by=by, parameters={"finding": finding or "all errors"}
    )


def close(target: Database, store: str, day: date, *, by: str, why: str) -> None:
    """Close an audited store-day with the figures that gold shows; raises StoreDayError in another state."""
    _decide(target, store, day, partial(_close, by=by, why=why), act="days close", by=by, parameters={})


def reopen(target: Database, store: str, day: date, *, by: str, why: str) -> None:
    """Open a closed store-day: the next audit looks at it anew. Raises StoreDayError when it is not closed."""
    _decide(target, store, day, partial(_reopen, by=by, why=why), act="days reopen", by=by, parameters={})


def rested_count(connection: sa.Connection) -> int:
    """How many audited store-days have rested SCOUT_CLOSE_AFTER_DAYS."""
    rest_days = settings.current().close_after_days
    return int(database.scalar(connection, "store_days/rested_count", rest_days=rest_days))


def close_rested(target: Database, *, step_days: int = STEP_DAYS) -> int:
    """Close the audited store-days that ended, and changed last, SCOUT_CLOSE_AFTER_DAYS ago; how many."""
    total = 0
    while closed := target.retrying(partial(_close_rested, step_days=step_days)):
        total += closed
    return total


def _decide(
    target: Database,
    store: str,
    day: date,
    decision: Callable[[sa.Connection, Any], T],
    *,
    act: str,
    by: str,
    parameters: audit_log.Facts,
) -> T:
    def decide(connection: sa.Connection) -> T:
        found = database.run(connection, "store_days/lock_day", store_code=store, day=day).one_or_none()
        if found is None:
            raise StoreDayError(
                f"store {store!r} has neither a sale nor a till total on {day}; look at `scout days list`"
            )
        made = decision(connection, found)
        audit_log.record(
            connection,
            act,
            f"{found.store_code} {day}",
            actor=by,
            parameters=parameters,
            outcome={"findings": made} if made else {},
        )
        return made

    return target.retrying(decide)


def _override(connection: sa.Connection, found: Any, *, finding: str | None, by: str, why: str) -> list[str]:
    key = {"store_id": found.store_id, "day": found.date_key}
    accepted = database.run(connection, "store_days/override", **key, finding=finding, by=by, why=why).scalars().all()
    if not accepted:
        raise StoreDayError(f"no {finding or 'error'} stands on {found.date_key}; look at `scout days show`")
    database.run(connection, "store_days/settle_overridden", **key, by=by)
    return sorted(accepted)


def _close(connection: sa.Connection, found: Any, *, by: str, why: str) -> None:
    database.run(connection, "store_days/one_day", store_id=found.store_id, day=found.date_key)
    if database.run(connection, "store_days/close", by=by, why=why).rowcount == 0:
        steps = {
            "closed": "there is nothing to do",
            "open": "wait until the day is over",
            "loading": "run `scout run` and `scout days audit`",
        }
        if found.state == "audited" and found.is_due:
            raise StoreDayError(
                f"{found.date_key} waits for the audit: a label of it, or a day that it is judged by, changed; "
                "run `scout days audit`, then look at it and close it"
            )
        raise StoreDayError(
            f"{found.date_key} is {found.state}, and an audited day is closed: "
            + steps.get(found.state, "mend what `scout days show` tells, or override it")
        )


def _reopen(connection: sa.Connection, found: Any, *, by: str, why: str) -> None:
    key = {"store_id": found.store_id, "day": found.date_key}
    if database.run(connection, "store_days/reopen", **key, by=by, why=why).rowcount == 0:
        raise StoreDayError(f"{found.date_key} is {found.state}, not closed; there is nothing to open")


def _close_rested(connection: sa.Connection, step_days: int) -> int:
    rest_days = settings.current().close_after_days
    database.run(connection, "store_days/rested_days", rest_days=rest_days, row_limit=step_days)
    why = f"unchanged for {rest_days} days"
    closed = database.run(connection, "store_days/close", by=POLICY, why=why).rowcount
    if closed:
        audit_log.record(
            connection,
            "days close",
            "rested store-days",
            actor=POLICY,
            parameters={"rest_days": rest_days},
            outcome={"days": closed},
        )
    return closed
