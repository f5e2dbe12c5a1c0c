"""Store-days to look at: lists of them, one whole, counts by state, and the story of one."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from scout_pipeline import database
from scout_pipeline.store_days import findings
from scout_pipeline.store_days.decisions import StoreDayError

WITH_ERRORS = "store_days/days_with_errors"


def page(
    connection: sa.Connection,
    *,
    store: str | None,
    state: str | None,
    first: date | None,
    last: date | None,
    with_errors: bool,
    row_limit: int,
) -> list[Mapping[str, Any]]:
    """Store-days by what is given, the latest first, each with the names of its findings."""
    return database.rows(
        connection,
        "store_days/store_days",
        store_code=store,
        state=state,
        first_day=first,
        last_day=last,
        with_errors=with_errors,
        row_limit=row_limit,
    )


def with_errors(connection: sa.Connection, row_limit: int) -> list[Mapping[str, Any]]:
    """The latest store-days that are held back by an error which nobody accepted, with the names of all findings."""
    return [dict(row) for row in database.run(connection, WITH_ERRORS).mappings().fetchmany(row_limit)]


def one(connection: sa.Connection, store: str, day: date) -> dict[str, Any]:
    """One store-day whole: its state, findings with what to do, and overrides; raises StoreDayError."""
    found = page(connection, store=store, state=None, first=day, last=day, with_errors=False, row_limit=1)
    if not found:
        raise StoreDayError(f"store {store!r} has neither a sale nor a till total on {day}; look at `scout days list`")
    rows = database.rows(connection, "store_days/findings_of_day", store_code=store, day=day)
    return {
        **found[0],
        "findings": [{**row, "remedy": _remedy(row["finding"])} for row in rows],
        "overrides": database.rows(connection, "store_days/overrides_of_day", store_code=store, day=day),
    }


def counts(connection: sa.Connection) -> list[Mapping[str, Any]]:
    """Store-days by state, in the order of the states: day, error, warning and due counts, first and last day."""
    return database.rows(connection, "store_days/state_counts")


def why(connection: sa.Connection, store: str, day: date) -> list[Mapping[str, Any]]:
    """What happened to the figures of a store-day, oldest first; raises StoreDayError for an unknown one."""
    told = database.rows(connection, "store_days/why", store_code=store, day=day)
    if not told:
        one(connection, store, day)
    return told


def _remedy(name: str) -> str:
    known = findings.of(name)
    return known.remedy if known else ""
