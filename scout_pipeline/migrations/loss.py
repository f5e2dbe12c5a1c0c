"""What a down would destroy, and the typed confirmation that it needs.

Found by trying: the tables before and after the SQL, in the same transaction. Lost are tables and columns that vanish
with rows in the table, rows that are deleted, tables that are emptied. A rename is no loss, an empty table none either.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from psycopg import sql

from scout_pipeline import database
from scout_pipeline.migrations.errors import MigrationError
from scout_pipeline.migrations.files import Migration

CONFIRMATION = "I_UNDERSTAND_THIS_IS_DESTRUCTIVE"
# Outside a transaction nothing can be tried; these statements cannot lose rows.
OUTSIDE = "down.sql"
HARMLESS = ("create index", "create unique index", "drop index", "reindex", "vacuum", "analyze", "comment on")

Tables = dict[int, dict[str, Any]]


@dataclass(frozen=True)
class Loss:
    """Rows that would be gone: of which table, why, how many (None: not known before it happens)."""

    schema_name: str
    table_name: str
    what: str
    row_count: int | None

    def __str__(self) -> str:
        count = "rows" if self.row_count is None else f"{self.row_count:,} rows"
        return f"{self.schema_name}.{self.table_name}: {self.what}, {count}"


def tables(connection: sa.Connection) -> Tables:
    """oid -> row of ops/migration_tables."""
    return {row["table_id"]: dict(row) for row in database.rows(connection, "ops/migration_tables")}


def between(before: Tables, after: Tables) -> list[Loss]:
    """Losses between two lists of one transaction; rows of vanished tables and columns are yet to be counted."""
    found: list[Loss] = []
    for table_id, table in before.items():
        parent_id = table["parent_id"]
        found += [
            Loss(table["schema_name"], table["table_name"], what, count)
            for what, count in _changes(table, after.get(table_id))
            # A partition goes with its parent: its rows are counted there.
            if not (parent_id in before and (what, count) in _changes(before[parent_id], after.get(parent_id)))
        ]
    return found


def counted(connection: sa.Connection, losses: Iterable[Loss], *, lock: bool = False) -> list[Loss]:
    """The losses with their row counts; those of empty tables fall away. `lock` keeps new rows out meanwhile."""
    found: list[Loss] = []
    for loss in losses:
        if loss.row_count is None:
            loss = Loss(loss.schema_name, loss.table_name, loss.what, _row_count(connection, loss, lock))
        if loss.row_count:
            found.append(loss)
    return found


def outside(migration: Migration) -> list[Loss]:
    """What a down.sql outside a transaction might destroy: all its statements that are not known to be harmless."""
    return [
        Loss(migration.name, OUTSIDE, f"cannot be tried beforehand ({_code(statement)[:60]})", None)
        for statement in migration.statements("down")
        if not _code(statement).lower().startswith(HARMLESS)
    ]


def refuse_unconfirmed(losses: list[Loss], confirm: str | None) -> None:
    """Raise MigrationError unless nothing is lost or the confirmation was typed, letter by letter."""
    if losses and confirm != CONFIRMATION:
        told = "; ".join(str(loss) for loss in losses)
        raise MigrationError(
            f"this down destroys data: {told}. Nothing was changed. Take a backup; then repeat it with"
            f" --confirm {CONFIRMATION}"
        )


def _changes(table: dict[str, Any], now: dict[str, Any] | None) -> list[tuple[str, int | None]]:
    if now is None:
        return [("the table is dropped", None)]
    found: list[tuple[str, int | None]] = [
        (f"column {name} is dropped", None) for number, name in table["columns"].items() if number not in now["columns"]
    ]
    deleted = now["deleted_count"] - table["deleted_count"]
    if deleted > 0:
        found.append(("rows are deleted", deleted))
    if table["size_bytes"] > 0 and now["size_bytes"] == 0:
        found.append(("the table is emptied", None))
    return found


def _row_count(connection: sa.Connection, loss: Loss, lock: bool) -> int:
    driver = database.driver_connection(connection)
    name = sql.Identifier(loss.schema_name, loss.table_name)
    if lock:
        driver.execute(sql.SQL("lock table {} in access exclusive mode").format(name))
    counted = driver.execute(sql.SQL("select count(*) from {}").format(name)).fetchone()
    assert counted is not None
    return int(counted[0])


def _code(statement: str) -> str:
    lines = [line for line in statement.splitlines() if line.strip() and not line.strip().startswith("--")]
    return " ".join(" ".join(lines).split())
