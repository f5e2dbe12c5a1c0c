"""The window: which bronze rows are new, exactly, also when transactions commit out of order.

A row is taken when its transaction id lies below every transaction still running (`pg_snapshot_xmin`), in numeric
order of (ingest_xid, ingest_id). The reader locks the cursor's row and moves it in the transaction of its output.
Exact on one node only; this module is the one to change beyond that. docs/decisions/0003 tells the measurements.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from scout_pipeline import database

SILVER = "silver/transactions_cleaned"


class ForeignClusterError(Exception):
    """The watermark counts the transaction ids of another cluster: the database was restored."""


@dataclass(frozen=True)
class Window:
    """Half-open range of bronze rows: after (last_xid, last_id), up to and including (upto_xid, upto_id)."""

    stream: str
    last_xid: str
    last_id: int
    upto_xid: str
    upto_id: int

    def bounds(self) -> dict[str, object]:
        return {
            "last_xid": self.last_xid,
            "last_id": self.last_id,
            "upto_xid": self.upto_xid,
            "upto_id": self.upto_id,
        }


@dataclass(frozen=True)
class Position:
    """A stream's cursor, and how many committed rows wait beyond it (counted up to a limit)."""

    last_xid: str
    last_id: int
    waiting_rows: int
    newest_xid: str | None

    @property
    def cursor(self) -> str:
        """As materializations show it: transaction id / row id."""
        return f"{self.last_xid}/{self.last_id}"


def open_window(connection: sa.Connection, stream: str, *, row_limit: int) -> Window | None:
    """Lock the stream's cursor and bound the next window; None when nothing waits. Raises ForeignClusterError."""
    cursor = _lock(connection, stream)
    last = {"last_xid": cursor["last_xid"], "last_id": cursor["last_id"]}
    end = database.run(connection, "sources/window_bounds", **last, row_limit=row_limit).mappings().one()
    if end["row_count"] == 0:
        return None
    upto_xid, upto_id = end["upto_xid"], end["upto_id"]
    if end["row_count"] > row_limit:
        cut = database.run(connection, "sources/window_cut", **last, row_limit=row_limit).mappings().one()
        upto_xid = cut["upto_xid"]
        # up to the end of the batch, so that no transaction is split
        upto_id = database.scalar(connection, "sources/window_batch_end", **cut)
    return Window(stream, **last, upto_xid=upto_xid, upto_id=upto_id)


def everything_carried(connection: sa.Connection, stream: str) -> Window:
    """Lock the stream's cursor; the window of all rows that were carried already, for a rebuild from them."""
    cursor = _lock(connection, stream)
    return Window(stream, "0", 0, upto_xid=cursor["last_xid"], upto_id=cursor["last_id"])


def close_window(connection: sa.Connection, window: Window, *, last_event_at: datetime | None) -> None:
    """Move the cursor to the window's end, in the transaction that wrote its output."""
    database.run(
        connection,
        "sources/watermark_move",
        stream=window.stream,
        upto_xid=window.upto_xid,
        upto_id=window.upto_id,
        last_event_at=last_event_at,
    )


def is_same_cluster(connection: sa.Connection, stream: str) -> bool:
    """False when the stream's cursor counts another cluster's transaction ids: the database was restored."""
    return bool(database.scalar(connection, "sources/same_cluster", stream=stream))


def restart(connection: sa.Connection, stream: str, *, is_restored: bool) -> None:
    """Set the cursor back to nothing; in a restored cluster give all bronze rows ids older than any transaction."""
    database.run(connection, "sources/lock_bronze")
    if is_restored:
        database.run(connection, "sources/restamp_bronze")
        database.run(connection, "sources/restamp_batches")
    database.run(connection, "sources/watermark_restart", stream=stream)


def position(connection: sa.Connection, stream: str, *, row_limit: int = 1_000_000) -> Position:
    """Where a stream stands, without locking it."""
    row = database.run(connection, "sources/watermark_lag", stream=stream, row_limit=row_limit).mappings().one()
    return Position(row["last_xid"], row["last_id"], row["waiting_rows"], row["newest_xid"])


def _lock(connection: sa.Connection, stream: str) -> sa.RowMapping:
    cursor = database.run(connection, "sources/watermark_lock", stream=stream).mappings().one()
    if not cursor["is_same_cluster"]:
        raise ForeignClusterError(
            f"the watermark of {stream} belongs to another cluster, this database was restored; "
            "run `scout run --reconcile` to read everything again under new ids"
        )
    return cursor
