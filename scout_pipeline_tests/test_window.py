"""No committed row is lost or taken twice between bronze and silver, whatever the order of commits."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa

from scout_pipeline import database as db
from scout_pipeline.bronze import landing
from scout_pipeline.database import Database
from scout_pipeline.silver import refresh as silver
from scout_pipeline.silver.refresh import SilverReport
from scout_pipeline.sources import watermarks
from scout_pipeline.sources.mapping import Mapping
from scout_pipeline_tests.shop_files import Line, install_mapping, take, write

WRITERS = 8
WRITING_SECONDS = 5.0
LONG_TRANSACTION_SECONDS = 3.0

INSERT = """
    insert into scout.bronze_transactions_raw
        (store_id, source_id, batch_id, line_number, transaction_id, content_hash, payload)
    select store_id, source_id, -1, line_number, receipt, sha256(convert_to(receipt, 'UTF8')), jsonb_build_object(
        'receipt', receipt, 'store', store_code, 'sold_at', '2024-03-05 10:00:00',
        'sku', 'RICE', 'quantity', '1', 'unit_price', '10.00')
    from scout.dim_store
    cross join scout.dim_source
    cross join (values (cast(:receipt as text))) as given (receipt)
    cross join generate_series(1, :lines) as line_number
    where store_code = 'A'
"""
TIMESTAMP_CURSOR = """
    select ingest_id, received_at::text as next_cursor from scout.bronze_transactions_raw
    where received_at > cast(:cursor as timestamptz) order by received_at
"""
XID_ONLY_CURSOR = """
    select ingest_id, ingest_xid::text as next_cursor from scout.bronze_transactions_raw
    where ingest_xid < pg_snapshot_xmin(pg_current_snapshot()) and ingest_xid > cast(:cursor as xid8)
    order by ingest_xid, ingest_id limit 7
"""


@dataclass
class Cursor:
    """A naive reader, for control: it remembers the last value it saw and asks for larger ones."""

    statement: str
    position: str
    seen: list[int] = field(default_factory=list)

    def read(self, database: Database) -> bool:
        with database.transaction() as connection:
            found = connection.execute(sa.text(self.statement), {"cursor": self.position}).all()
        self.seen += [row.ingest_id for row in found]
        if found:
            self.position = found[-1].next_cursor
        return bool(found)


@pytest.fixture
def shops(database: Database, open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Mapping:
    """The shops' mapping, its source and store registered, and silver free of waiting rows."""
    mapping = install_mapping(open_folder / "mappings", monkeypatch)
    take(database, open_folder, "first.csv", Line("first", store="A"))
    assert drain(database) == 1
    return mapping


@pytest.fixture
def writers(database: Database) -> Iterator[Database]:
    """Connections of their own, as other processes have them."""
    made = Database(database.url, pool_size=WRITERS + 4)
    yield made
    made.dispose()


def insert(connection: sa.Connection, receipt: str, lines: int) -> None:
    connection.execute(sa.text(INSERT), {"receipt": receipt, "lines": lines})


def drain(database: Database, *, row_limit: int | None = None) -> int:
    """Carry until nothing waits; the lines read."""
    return sum(window.lines_read for window in iter(lambda: silver.carry_window(database, row_limit=row_limit), None))


def count(database: Database, table: str) -> int:
    schema, name = table.split(".")
    with database.transaction() as connection:
        rows = sa.select(sa.func.count()).select_from(sa.table(name, schema=schema))
        return int(connection.execute(rows).scalar_one())


def cursor_of(database: Database) -> watermarks.Position:
    with database.transaction() as connection:
        return watermarks.position(connection, watermarks.SILVER)


def write_for_a_while(writers: Database, number: int, deadline: float) -> int:
    """Transactions held open for 0 to 400 ms, some rolled back; the lines committed."""
    chance = random.Random(number)
    committed = 0
    for transaction in range(1_000_000):
        if time.monotonic() > deadline:
            return committed
        with writers.engine.connect() as connection:
            lines = chance.randint(1, 12)
            insert(connection, f"w{number}-{transaction}", lines)
            time.sleep(chance.uniform(0, 0.4) if chance.random() < 0.7 else 0)
            if chance.random() < 0.1:
                connection.rollback()
            else:
                connection.commit()
                committed += lines
    raise AssertionError("unreachable")


def write_slowly(writers: Database) -> int:
    with writers.engine.connect() as connection:
        time.sleep(0.3)
        insert(connection, "slow", 50)
        time.sleep(LONG_TRANSACTION_SECONDS)
        connection.commit()
    return 50


def until(stop: threading.Event, read: Callable[[], object]) -> None:
    while not stop.is_set():
        read()
        time.sleep(0.01)


def test_eight_concurrent_writers_lose_no_row_where_naive_cursors_lose_many(
    database: Database, shops: Mapping, writers: Database
) -> None:
    """A row that commits after a younger one was read would never reach silver, and nobody would be told."""
    stop = threading.Event()
    by_timestamp = Cursor(TIMESTAMP_CURSOR, "-infinity")
    by_xid_only = Cursor(XID_ONLY_CURSOR, "0")
    windows: list[SilverReport | None] = []
    readers: list[Callable[[], object]] = [
        lambda: windows.append(silver.carry_window(database, row_limit=40)),
        lambda: by_timestamp.read(writers),
        lambda: by_xid_only.read(writers),
    ]
    deadline = time.monotonic() + WRITING_SECONDS
    with ThreadPoolExecutor(WRITERS + 4) as pool:
        reading = [pool.submit(until, stop, read) for read in readers]
        writing = [pool.submit(write_for_a_while, writers, number, deadline) for number in range(WRITERS)]
        writing.append(pool.submit(write_slowly, writers))
        try:
            committed = sum(writer.result() for writer in writing)
        finally:
            stop.set()
        for reader in reading:
            reader.result()
    for control in (by_timestamp, by_xid_only):
        while control.read(writers):
            pass
    carried = sum(window.lines_read for window in windows if window is not None) + drain(database)

    assert committed > 500, "too little was written to prove anything"
    assert sum(window is not None for window in windows) > 5, "the reader never ran beside the writers"
    assert count(database, "scout.bronze_transactions_raw") == committed + 1
    assert carried == committed, "rows were missed or read twice"
    assert count(database, "scout.silver_transaction_items") == committed + 1
    assert len(set(by_timestamp.seen)) < committed, "the harness cannot see loss: a timestamp cursor lost nothing"
    assert len(set(by_xid_only.seen)) < committed, "the harness cannot see loss: a cursor without row id lost nothing"


def test_a_watermark_never_moves_back(database: Database, shops: Mapping, open_folder: Path) -> None:
    """A late or repeated call would make the next run read rows twice, or hide that it read nothing."""
    before = cursor_of(database)
    older = [("0", 0), ("1", 10**15), (before.last_xid, before.last_id - 1), (before.last_xid, before.last_id)]
    for upto_xid, upto_id in older:
        with database.transaction() as connection:
            moved = db.scalar(
                connection,
                "sources/watermark_move",
                stream=watermarks.SILVER,
                upto_xid=upto_xid,
                upto_id=upto_id,
                last_event_at=None,
            )
        assert moved is None
        assert cursor_of(database) == before
    take(database, open_folder, "next.csv", Line("next"))
    assert drain(database) == 1
    after = cursor_of(database)
    assert (int(after.last_xid), after.last_id) > (int(before.last_xid), before.last_id)


def test_a_full_window_never_splits_a_file(database: Database, shops: Mapping, open_folder: Path) -> None:
    """Half of a receipt would be shown as a whole one, and its other half would replace it as a correction."""
    paths = [
        write(open_folder / f"{name}.csv", [Line(f"{name}{number // 3}", sku=f"S{number}") for number in range(7)])
        for name in "abc"
    ]
    landing.ingest(database, paths, shops)
    sizes = [silver.carry_window(database, row_limit=limit) for limit in (1, 6, 8)]
    assert [window.lines_read if window else None for window in sizes] == [7, 7, 7]
    assert silver.carry_window(database, row_limit=1) is None
    assert sum(window.transactions_superseded for window in sizes if window) == 0


def test_transaction_ids_are_ordered_as_numbers(database: Database, shops: Mapping, writers: Database) -> None:
    """As text, 100 comes before 99: rows would be skipped or read twice whenever the ids gain a digit."""
    with database.transaction() as connection:
        connection.execute(
            sa.text("update ops.streaming_watermarks set last_xid = '8', last_id = 0 where stream = :stream"),
            {"stream": watermarks.SILVER},
        )
        connection.execute(sa.text("delete from scout.bronze_transactions_raw"))
        for xid in (9, 10, 99, 100, 101):
            insert(connection, f"x{xid}", 2)
            connection.execute(
                sa.text("update scout.bronze_transactions_raw set ingest_xid = cast(:xid as xid8) where batch_id = -1"),
                {"xid": str(xid)},
            )
            connection.execute(
                sa.text("update scout.bronze_transactions_raw set batch_id = :xid where batch_id = -1"), {"xid": xid}
            )
    assert [silver.carry_window(database, row_limit=2).lines_read for _ in range(5)] == [2] * 5  # type: ignore[union-attr]
    assert silver.carry_window(database) is None


def test_an_open_writing_transaction_holds_the_window_back_and_its_rows_arrive(
    database: Database, shops: Mapping, writers: Database, open_folder: Path
) -> None:
    """Rows of a younger transaction taken first would leave the older one's rows below the watermark for ever."""
    with writers.engine.connect() as slow:
        insert(slow, "slow", 3)
        take(database, open_folder, "younger.csv", Line("younger"))
        assert silver.carry_window(database) is None
        assert cursor_of(database).waiting_rows == 0
        slow.commit()
    assert drain(database) == 4
    assert count(database, "scout.silver_transaction_items") == 5


def test_a_reading_transaction_holds_nothing_back(
    database: Database, shops: Mapping, writers: Database, open_folder: Path
) -> None:
    """One analyst's forgotten query would stop the day's figures for everybody."""
    with writers.engine.connect() as reader:
        reader.execute(sa.text("select count(*) from scout.bronze_transactions_raw"))
        take(database, open_folder, "younger.csv", Line("younger"))
        assert drain(database) == 1


def test_two_readers_at_once_take_each_row_once(
    database: Database, shops: Mapping, writers: Database, open_folder: Path
) -> None:
    """A schedule and a person who press at once would count the same sales twice."""
    for number in range(20):
        take(database, open_folder, f"{number}.csv", Line(str(number), sku="A"), Line(str(number), sku="B"))
    together = threading.Barrier(2)

    def read() -> int:
        together.wait()
        return drain(writers, row_limit=3)

    with ThreadPoolExecutor(2) as pool:
        taken = [reader.result() for reader in [pool.submit(read), pool.submit(read)]]
    assert sum(taken) == 40
    assert count(database, "scout.silver_transaction_items") == 41


def test_a_watermark_of_another_cluster_is_refused(database: Database, shops: Mapping, open_folder: Path) -> None:
    """After a restore the ids begin elsewhere: the window would skip new rows without a word."""
    take(database, open_folder, "next.csv", Line("next"))
    with database.transaction() as connection:
        connection.execute(sa.text("update ops.streaming_watermarks set system_identifier = system_identifier + 1"))
    before = cursor_of(database)
    with pytest.raises(watermarks.ForeignClusterError, match="reconcile"):
        silver.carry_window(database)
    assert cursor_of(database) == before
    assert count(database, "scout.silver_transaction_items") == 1
