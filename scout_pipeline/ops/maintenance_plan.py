"""What maintenance would do to the tables now, and why: judged by statistics, nothing is changed here.

Autovacuum does most of the work by itself. What is left: partitioned tables, which it never analyses; statistics that a
crash lost; tables just under its thresholds at night; left-overs of interrupted index builds; bloated indexes; and the
settings by which autovacuum looks after a month.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from scout_pipeline import database, periods

# Dead rows and inserted rows per row above which a vacuum pays; autovacuum's own share is 20 %.
VACUUM_SHARE = 0.05
INSERT_SHARE = 0.10
ANALYZE_SHARE = 0.05
LEAST_ROWS = 1_000
# Anti-wraparound vacuums begin at 200 million, in the middle of a working day if need be.
FREEZE_AGE = 150_000_000
# B-trees below a size are not worth the work, whatever their bloat.
BLOAT_BYTES = 8 * 1024 * 1024
BLOAT_PCT = 40
REINDEX_AGAIN_DAYS = 30
UNUSED_DAYS = 30

# A month that sales arrive for, and one that only corrections change: there a vacuum freezes everything at once.
HOT = {
    "autovacuum_vacuum_scale_factor": "0.05",
    "autovacuum_vacuum_insert_scale_factor": "0.05",
    "autovacuum_analyze_scale_factor": "0.02",
    "autovacuum_freeze_min_age": "50000000",
}
COLD = {
    "autovacuum_vacuum_scale_factor": "0.1",
    "autovacuum_vacuum_insert_scale_factor": "0.1",
    "autovacuum_analyze_scale_factor": "0.1",
    "autovacuum_freeze_min_age": "0",
}


@dataclass(frozen=True)
class Step:
    """One thing to do to one table or index. `facts` is what the decision was made by."""

    action: str
    target: str
    reason: str
    facts: Mapping[str, Any]


def plan(connection: sa.Connection, *, at: datetime, with_indexes: bool) -> list[Step]:
    """Everything that is due at a time, in the order of doing; rebuilds of indexes only when they are asked for."""
    tables = database.rows(connection, "ops/maintenance_tables")
    steps = [*_left_overs(connection), *_settings(tables, at)]
    steps += [step for table in tables for step in _statistics(table)]
    steps += [step for table in tables if (step := _vacuum(table))]
    steps += [step for parent in database.rows(connection, "ops/maintenance_parents") if (step := _parent(parent))]
    if with_indexes:
        steps += _bloated(connection)
    return steps


def unused_indexes(connection: sa.Connection, *, days: int = UNUSED_DAYS) -> list[Mapping[str, Any]]:
    """Indexes that no query used for so many days, none of which holds a key: index_name, bytes, last use."""
    return database.rows(connection, "ops/maintenance_unused_indexes", days=days)


def _left_overs(connection: sa.Connection) -> Iterator[Step]:
    for index in database.rows(connection, "ops/maintenance_invalid_indexes"):
        facts = {key: index[key] for key in ("table_name", "byte_count", "definition")}
        # part of a partitioned index: it cannot be dropped alone, and a rebuild makes it valid
        action = "reindex" if index["is_attached"] else "drop_index"
        yield Step(action, index["index_name"], f"invalid left-over on {index['table_name']}", facts)


def _settings(tables: list[Mapping[str, Any]], at: datetime) -> Iterator[Step]:
    """A month counts as hot until the end of the month after it."""
    for table in tables:
        if table["ends_at"] is None:
            continue
        is_hot = periods.next_month(table["ends_at"].date()) > at.date()
        wanted = HOT if is_hot else COLD
        have = dict(setting.split("=", 1) for setting in table["settings"])
        if any(have.get(name) != value for name, value in wanted.items()):
            facts = {"settings": list(table["settings"]), "wanted": wanted}
            yield Step("settings", table["table_name"], f"a {'hot' if is_hot else 'cold'} month", facts)


def _statistics(table: Mapping[str, Any]) -> Iterator[Step]:
    if not any(table[counter] for counter in ("byte_count", "live_rows", "inserted_rows")):
        return
    if not table["is_analyzed"]:
        yield Step("analyze", table["table_name"], "never analysed, or its statistics were lost", _counters(table))
    elif table["changed_rows"] >= _due(table, ANALYZE_SHARE):
        yield Step("analyze", table["table_name"], f"{table['changed_rows']:,} rows changed", _counters(table))


def _vacuum(table: Mapping[str, Any]) -> Step | None:
    if table["frozen_age"] >= FREEZE_AGE:
        return Step("freeze", table["table_name"], f"{table['frozen_age']:,} transactions old", _counters(table))
    if table["dead_rows"] >= _due(table, VACUUM_SHARE):
        return Step("vacuum", table["table_name"], f"{table['dead_rows']:,} dead rows", _counters(table))
    if table["inserted_rows"] >= _due(table, INSERT_SHARE):
        return Step("vacuum", table["table_name"], f"{table['inserted_rows']:,} new rows", _counters(table))
    return None


def _parent(parent: Mapping[str, Any]) -> Step | None:
    facts = {key: parent[key] for key in ("known_rows", "month_count", "live_rows", "all_changes")}
    if not parent["live_rows"] and not parent["all_changes"]:
        return None
    noted = parent["noted_changes"]
    if parent["known_rows"] < 0 or noted is None or noted > parent["all_changes"]:
        return Step("analyze_parent", parent["table_name"], "autovacuum never analyses a partitioned table", facts)
    changed = parent["all_changes"] - noted
    if changed >= max(LEAST_ROWS, ANALYZE_SHARE * parent["live_rows"]):
        return Step("analyze_parent", parent["table_name"], f"{changed:,} rows changed in its months", facts)
    return None


def _bloated(connection: sa.Connection) -> list[Step]:
    found = database.rows(
        connection,
        "ops/maintenance_bloated_indexes",
        least_bytes=BLOAT_BYTES,
        least_pct=BLOAT_PCT,
        again_days=REINDEX_AGAIN_DAYS,
    )
    return [
        Step("reindex", index["index_name"], f"about {index['bloat_pct']} % of it is empty", dict(index))
        for index in found
    ]


def _due(table: Mapping[str, Any], share: float) -> float:
    rows: int = max(table["live_rows"], table["known_rows"])
    return max(LEAST_ROWS, share * rows)


def _counters(table: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: table[key]
        for key in ("byte_count", "known_rows", "live_rows", "dead_rows", "inserted_rows", "changed_rows", "frozen_age")
    }
