"""Whom the harness asks. A further checker is a function of a connection and the asked days, named in CHECKERS."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timezone

import sqlalchemy as sa

from scout_pipeline import rule_book
from scout_pipeline.quality import checking, promises
from scout_pipeline.quality.promises import Promise

# the rules that learn from earlier days, and what is kept of closed days: asked for every delivered day
LEARNING = [
    table.relation
    for table in rule_book.TABLES
    if table.quality
    and (
        table.relation == "ops.restatements"
        or any(rule.dimension in ("volume", "distribution") for rule in table.quality.rules)
    )
]
RECEIVED = [table.relation for table in rule_book.TABLES if table.layer == "bronze"]
OF_SILVER = [table.relation for table in rule_book.TABLES if table.layer == "silver"]
OF_BUSINESS = [table.relation for table in rule_book.TABLES if table.layer != "bronze"]
FINDINGS = """
    select rule_id, min(metric_date || ': ' || observed || coalesce(' ' || nullif(key::text, '{}'), '')) as saw
    from ops.data_quality_issues
    where severity <> 'info' and status = 'open' and last_seen_at >= transaction_timestamp()
    group by rule_id
"""
GAPS = "select count(*), min(device_id) from scout.v_device_sequence_gaps"


@dataclass(frozen=True)
class Asked:
    """`earlier` days are asked of the rules that learn, `last` of all rules."""

    earlier: Sequence[date]
    last: date


Alarms = Mapping[str, str]
Checker = Callable[[sa.Connection, Asked], Alarms]


def rules_of_silver(connection: sa.Connection, asked: Asked) -> Alarms:
    """Open findings above severity info about silver, as `scout quality check` raises them."""
    for day in asked.earlier:
        checking.check_day(connection, day, [name for name in LEARNING if name in OF_SILVER])
    checking.check_day(connection, asked.last, OF_SILVER)
    return _findings(connection)


def rules(connection: sa.Connection, asked: Asked) -> Alarms:
    """The same of all tables."""
    for day in asked.earlier:
        checking.check_day(connection, day, LEARNING)
    checking.check_day(connection, asked.last, OF_BUSINESS)
    checking.check_day(connection, datetime.now(timezone.utc).date(), RECEIVED)
    return _findings(connection)


def warnings(connection: sa.Connection, asked: Asked) -> Alarms:
    """What Dagster shows beside the promises: the quarantine, and lifts that cannot be."""
    return _broken(connection, promises.WARNINGS)


def kept_promises(connection: sa.Connection, asked: Asked) -> Alarms:
    """The promises of `scout check`."""
    return _broken(connection, promises.PROMISES)


def device_sequences(connection: sa.Connection, asked: Asked) -> Alarms:
    """Numbers of devices under which nothing came."""
    count, device = connection.execute(sa.text(GAPS)).one()
    return {"view v_device_sequence_gaps": f"{count} missing, such as of {device}"} if count else {}


# the quick ones first; what needs no gold is asked before gold is computed, as the jobs of production do
AFTER_SILVER: tuple[Checker, ...] = (warnings, device_sequences, rules_of_silver)
AFTER_GOLD: tuple[Checker, ...] = (rules, kept_promises)


def ask(
    connection: sa.Connection, checkers: Sequence[Checker], asked: Asked, known: Alarms, *, thorough: bool
) -> dict[str, str]:
    """Every alarm that is not known, with what it saw; unless thorough, none after the first checker that has one.

    A checker that refuses to run is an alarm: its run fails, for all to see.
    """
    alarms: dict[str, str] = {}
    for checker in checkers:
        if alarms and not thorough:
            break
        try:
            with connection.begin_nested():
                found = checker(connection, asked)
        except sa.exc.DBAPIError as error:
            found = {f"{checker.__name__} fails": str(error.orig).splitlines()[0]}
        alarms |= {name: saw for name, saw in found.items() if name not in known}
    return alarms


def _findings(connection: sa.Connection) -> Alarms:
    return {f"rule {name.removeprefix('scout.')}": saw for name, saw in connection.execute(sa.text(FINDINGS))}


def _broken(connection: sa.Connection, asked: Sequence[Promise]) -> Alarms:
    results = [promises.check(connection, promise) for promise in asked]
    return {
        f"promise {result.promise.name}": f"{result.violations}: {str(result.sample)[:120]}"
        for result in results
        if not result.holds
    }
