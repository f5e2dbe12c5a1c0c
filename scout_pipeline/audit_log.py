"""`ops.audit_log`: who did which administrative act, on what, with what outcome.

Parameters and outcomes are names, days and counts: no secret, no free text, nothing of a customer. What the decisions
themselves keep (reasons, states) lives with them.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from typing import Any

import psutil
import sqlalchemy as sa

from scout_pipeline import database
from scout_pipeline.database import Database

SCHEDULE = "schedule"
Facts = Mapping[str, object]


def record(
    connection: sa.Connection, act: str, on: str, *, actor: str | None, parameters: Facts, outcome: Facts
) -> None:
    """Append an act of one transaction, in that transaction and last in it; `actor` None is the process's user."""
    _append(connection, act, on, "done", actor, parameters, outcome, None)


@contextmanager
def acting(target: Database, act: str, on: str, *, actor: str | None, parameters: Facts) -> Iterator[dict[str, object]]:
    """An act of several transactions: `begun` before it, `ended` or `failed` after. Fill what it yields: the outcome.

    A `begun` that nothing follows was killed. Of an error only its kind is kept: its text may quote data.
    """
    outcome: dict[str, object] = {}

    def enter(phase: str, parameters: Facts, outcome: Facts, begun: int | None) -> int | None:
        def append(connection: sa.Connection) -> int | None:
            # a migration may be what makes the log, or takes it away
            if not database.scalar(connection, "ops/audit_log_exists"):
                return None
            return _append(connection, act, on, phase, actor, parameters, outcome, begun)

        return target.retrying(append)

    begun = enter("begun", parameters, {}, None)
    try:
        yield outcome
    except BaseException as error:
        enter("failed", {}, {**outcome, "error": type(error).__name__}, begun)
        raise
    enter("ended", {}, outcome, begun)


def entries(
    connection: sa.Connection, *, since: str | None, act: str | None, actor: str | None, row_limit: int
) -> list[Mapping[str, Any]]:
    """Entries, the newest first; `since` is a day or an instant, in UTC unless it says otherwise."""
    return database.rows(connection, "ops/audit_log", since=since, act=act, actor=actor, row_limit=row_limit)


def facts(given: Any) -> dict[str, object]:
    """What a dataclass of parameters or counts says, without what is empty."""
    named = {field.name: getattr(given, field.name) for field in fields(given)}
    return {name: value for name, value in named.items() if value not in (None, (), [], {})}


def _append(
    connection: sa.Connection,
    act: str,
    on: str,
    phase: str,
    actor: str | None,
    parameters: Facts,
    outcome: Facts,
    begun: int | None,
) -> int:
    os_user = psutil.Process().username()
    number = database.scalar(
        connection,
        "ops/record_act",
        act=act,
        phase=phase,
        object=on,
        actor=actor or os_user,
        os_user=os_user,
        parameters=json.dumps(dict(parameters), default=str),
        outcome=json.dumps(dict(outcome), default=str),
        begun_number=begun,
    )
    return int(number)
