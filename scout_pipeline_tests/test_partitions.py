"""The life of partitions: made ahead, archived, brought back; nothing is lost, doubled, computed wrong or half done."""

import hashlib
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from scout_pipeline import crash_points, flow, periods, settings
from scout_pipeline import database as db
from scout_pipeline.bronze import landing
from scout_pipeline.database import Database
from scout_pipeline.embedded import EmbeddedServer
from scout_pipeline.ops.partitions import archive as archiving
from scout_pipeline.ops.partitions import copies, maintenance
from scout_pipeline.ops.partitions import restore as restoring
from scout_pipeline.ops.partitions.files import Archive, HashingStream
from scout_pipeline.ops.partitions.layers import BRONZE, SILVER, Layer, PartitionError
from scout_pipeline.ops.partitions.maintainer import MaintainerBusyError
from scout_pipeline.quarantine import replay as replays
from scout_pipeline.quarantine.selection import Selection
from scout_pipeline.silver.archived import ArchivedMonthError
from scout_pipeline.sources import mapping as mappings
from scout_pipeline_tests import months
from scout_pipeline_tests.conftest import REPOSITORY, create, fresh_database
from scout_pipeline_tests.fingerprint import fingerprint
from scout_pipeline_tests.shop_files import Line, install_mapping, write

FIRST, LAST = date(2024, 1, 1), date(2024, 6, 1)
KEY = "the same in every test of this file"
MOST_WAIT_SECONDS = 2.0
# what half a step would break first; the others are asked at the end
SOME = {
    "ledger_balances",
    "transactions_are_unique",
    "headers_equal_lines",
    "customers_equal_silver",
    "daily_equals_silver",
}


@pytest.fixture(scope="module")
def half_year(server: EmbeddedServer, template_database: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with six months of sales, carried and closed, and no connection open."""
    folder = tmp_path_factory.mktemp("half-year")
    name = "scout_half_year"
    create(server, name, template=template_database)
    made = Database(server.url(name))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCOUT_PSEUDONYM_KEY", KEY)
        install_mapping(folder / "mappings", patch)
        for month in periods.months(FIRST, LAST):
            months.receive(made, folder, month)
        months.carry(made)
    settings.current.cache_clear()
    made.dispose()
    return name


@pytest.fixture
def shop(
    server: EmbeddedServer, half_year: str, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Database]:
    """A copy of that database, whose settings keep one month of bronze and four of silver."""
    monkeypatch.setenv("SCOUT_PSEUDONYM_KEY", KEY)
    monkeypatch.setenv("SCOUT_ARCHIVE_URL", str(open_folder / "archive"))
    monkeypatch.setenv("SCOUT_BRONZE_MONTHS", "4")
    monkeypatch.setenv("SCOUT_SILVER_MONTHS", "4")
    install_mapping(open_folder / "mappings", monkeypatch)
    with fresh_database(server, template=half_year) as copied:
        yield copied


def archive(
    database: Database, layer: Layer, month: date, archive: Archive | None = None, *, until: str | None = None
) -> None:
    """Archive a month; with `until`, stop as soon as a partition has left that state."""

    def stop(step: str) -> None:
        if until is not None and f": {until}," in step:
            raise InterruptedError(step)

    with months.holding(database) as maintainer, nullcontext() if until is None else pytest.raises(InterruptedError):
        archiving.archive_month(
            database,
            maintainer,
            layer,
            month,
            as_of=months.after(LAST).isoformat(),
            archive=archive or Archive(),
            on_step=stop,
        )


def file_of(database: Database) -> Path:
    """The file that is recorded for the first month of bronze."""
    url = "select file_url from ops.archived_partitions where layer = 'bronze' order by month limit 1"
    return Path(str(months.scalar(database, url)).removeprefix("file://"))


def alter(path: Path) -> None:
    """Change one bit of a file."""
    whole = path.read_bytes()
    path.write_bytes(whole[:200] + bytes([whole[200] ^ 1]) + whole[201:])


def restore(database: Database, layer: Layer, month: date) -> None:
    with months.holding(database) as maintainer:
        restoring.restore_month(database, maintainer, layer, month)


def take(database: Database, folder: Path, name: str, *lines: Line) -> None:
    landing.ingest(database, [write(folder / name, lines)], mappings.load("test_shops"))
    flow.run_incremental(database)


def test_months_are_made_ahead_without_a_hole(database: Database) -> None:
    """A missed run of maintenance would be an outage on the first of the month."""
    now = datetime(2031, 12, 20, tzinfo=UTC).isoformat()
    made = maintenance.ensure(database, as_of=now)
    assert len(made) == 4 * months.scalar(database, "select count(distinct relation) from ops.partitions")
    assert maintenance.ensure(database, as_of=now) == []
    bounds = months.execute(
        database,
        "select lower_at, lead(lower_at) over (order by lower_at), upper_at from ops.partitions "
        "where relation = 'scout.bronze_transactions_raw' order by 1",
    )
    assert bounds[0][0] == datetime(2031, 12, 1, tzinfo=UTC)
    assert all(upper == following for _, following, upper in bounds[:-1])


def test_a_month_without_a_successor_and_a_hole_are_seen(database: Database) -> None:
    """A table that ends this month takes nothing from the first of the next one on."""
    assert "partitions_are_ready" not in months.broken(database)
    months.execute(database, "select ops.ensure_month_partition('scout.bronze_transactions_raw', current_date)")
    assert "partitions_are_ready" in months.broken(database)
    maintenance.ensure(database, as_of=datetime.now(UTC).isoformat())
    assert "partitions_are_ready" not in months.broken(database)
    months.execute(
        database,
        "select ops.ensure_month_partition('scout.silver_transcripts', (current_date + interval '9 months')::date)",
    )
    assert "partitions_are_ready" in months.broken(database)


def test_an_archived_month_is_still_shown_and_every_promise_holds(shop: Database) -> None:
    """Retention that takes figures, customers or lines of the ledger away with the rows would falsify history."""
    before = fingerprint(shop)
    report = months.maintain(shop, LAST)
    assert report.archived == ["bronze 2024-01", "bronze 2024-02", "silver 2024-01", "silver 2024-02"]
    assert {row[2] for row in months.state(shop)} == {"dropped"}
    assert months.scalar(shop, "select min(date_key)::text from scout.silver_transactions_cleaned") >= "2024-03"
    assert months.broken(shop) == {}
    flow.run_incremental(shop)
    shown = fingerprint(shop)
    assert {name for name in before if before[name] != shown.get(name)} == {
        "scout.silver_transactions_cleaned",
        "scout.silver_transaction_items",
    }
    assert months.left_over(shop) == []


# whole archived months of all stores, one month, week and day of a store, and what silver has whole
KNOWN = """
    select unique_customers, unique_customers_reason from scout.get_dashboard_metrics('2024-01-01', '2024-07-01')
    union all select unique_customers, unique_customers_reason
        from scout.get_dashboard_metrics('2024-02-01', '2024-03-09', '{"region": null}')
    union all select unique_customers, unique_customers_reason
        from scout.get_dashboard_metrics('2024-03-01', '2024-04-01', '{"store_code": "A"}')
    union all select unique_customers, unique_customers_reason
        from scout.get_store_stats('A', '2024-01-01', '2024-02-01')
    union all select unique_customers, unique_customers_reason
        from scout.get_store_stats('B', '2024-01-08', '2024-01-15')
    union all select unique_customers, unique_customers_reason
        from scout.get_store_stats('A', '2024-01-23', '2024-01-24')
    union all select unique_customers, unique_customers_reason
        from scout.get_store_stats('A', '2024-02-29', '2024-03-01')
    union all select unique_customers, unique_customers_reason
        from scout.get_store_stats('B', '2024-03-01', '2024-07-01')
"""
UNKNOWN = """
    select 'days', unique_customers, unique_customers_reason, net_revenue
    from scout.get_dashboard_metrics('2024-01-15', '2024-07-01')
    union all
    select 'last days', unique_customers, unique_customers_reason, net_revenue
    from scout.get_dashboard_metrics('2023-11-07', '2024-02-20')
    union all
    select 'one store', unique_customers, unique_customers_reason, net_revenue
    from scout.get_dashboard_metrics('2024-01-01', '2024-07-01', '{"store_code": "A"}')
    union all
    select 'range', unique_customers, unique_customers_reason, net_revenue
    from scout.get_store_stats('A', '2024-01-01', '2024-07-01')
    union all
    select 'no week', unique_customers, unique_customers_reason, net_revenue
    from scout.get_store_stats('A', '2024-02-27', '2024-03-05')
"""


def test_customers_of_archived_months_are_counted_or_said_to_be_unknown(shop: Database) -> None:
    """A range that reaches into the archive would show the customers of its last months as those of all."""
    described = "select store_code, region from scout.dim_store where is_current"
    known, whole = months.execute(shop, KNOWN), months.execute(shop, UNKNOWN)
    assert len(set(known)) > 3, f"ranges that cannot be told apart: {known}, {months.execute(shop, described)}"
    assert {row[2] for row in whole} == {None}
    assert None not in {row[1] for row in whole}
    months.maintain(shop, LAST)
    assert months.execute(shop, KNOWN) == known
    told = months.execute(shop, UNKNOWN)
    assert [(name, value) for name, _, _, value in told] == [(name, value) for name, _, _, value in whole]
    for name, customers, reason, _ in told:
        assert customers is None, name
        assert "the sales of 2024-02 and before are archived: ask from 2024-03-01 on" in reason


def test_what_is_computed_after_an_archive_still_counts_the_archive(shop: Database, open_folder: Path) -> None:
    """A customer who comes again would lose his history, become new, and a silent store would vanish."""
    months.maintain(shop, LAST)
    known = months.execute(shop, "select frequency from scout.gold_customer_insights order by 1 desc limit 1")[0][0]
    take(shop, open_folder, "again.csv", Line("again", sold_at="2024-06-28 10:00:00", customer="regular"))
    top = months.execute(
        shop, "select frequency, first_purchase_date::text from scout.gold_customer_insights order by 1 desc limit 1"
    )
    assert top == [(known + 1, "2024-01-02")]
    assert months.broken(shop) == {}


def test_every_month_comes_back_as_it_was(shop: Database) -> None:
    """An archive that cannot be restored is a deletion."""
    rows, before = months.facts_of(shop), fingerprint(shop)
    months.maintain(shop, LAST)
    assert months.facts_of(shop) != rows
    for layer in (BRONZE, SILVER):
        for month in (date(2024, 2, 1), date(2024, 1, 1)):
            restore(shop, layer, month)
    assert months.facts_of(shop) == rows
    assert months.state(shop) == []
    assert fingerprint(shop) == before
    flow.run_rebuild(shop, FIRST, LAST)
    assert fingerprint(shop) == before
    assert months.broken(shop) == {}


BRANDED = "update scout.silver_transaction_items set brand_name = 'Pala' where sku = 'RICE' and date_key < '2024-03-01'"
CLIENT = (
    "insert into scout.dim_brand (brand_name, brand_owner, is_tbwa_client, variants) values ('Pala', '', true, '{}')"
)
# promises of what products and clients sold; the brand is planted behind the back of those of brands
CATALOGUED = {
    "store_products_equal_silver",
    "products_equal_silver",
    "mix_equals_silver",
    "activity_equals_silver",
    "business_equals_silver",
}
# layers of which whole weeks wait, whether a client sold anything, and the products
FEBRUARY = """
    select
        (
            select string_agg(distinct layer, ' ' order by layer)
            from ops.dirty_buckets where date_key between '2024-02-05' and '2024-02-29'
        ),
        (
            select sum(tbwa_revenue) > 0
            from scout.gold_business_metrics where date_key between '2024-02-01' and '2024-02-29'
        ),
        (
            select string_agg(distinct sku, ' ' order by sku)
            from scout.gold_store_product_summary where month = '2024-02-01'
        )
"""


def test_what_the_catalogue_says_anew_is_told_of_a_restored_month(shop: Database, open_folder: Path) -> None:
    """A code that became no product, and a brand that became a client's, marked only days whose lines were there."""
    months.execute(shop, BRANDED)
    months.maintain(shop, LAST)
    months.execute(shop, CLIENT)
    mapping = open_folder / "mappings" / "test_shops.yaml"
    mapping.write_text(mapping.read_text().replace('["^FEE$"]', '["^SOAP$"]'))
    flow.run_rebuild(shop, date(2024, 4, 1), LAST)
    assert months.execute(shop, FEBRUARY) == [(None, False, "RICE SOAP")]

    restore(shop, SILVER, date(2024, 2, 1))
    concerned = "gold/business_metrics gold/product_mix gold/store_activity_stats gold/store_product_summary"
    assert months.execute(shop, FEBRUARY) == [(concerned, False, "RICE SOAP")]
    flow.run_incremental(shop)
    assert months.execute(shop, FEBRUARY) == [(None, True, "RICE")]
    assert CATALOGUED.isdisjoint(months.broken(shop))

    # the days of its first week stand on the month before, and waited for it
    restore(shop, SILVER, date(2024, 1, 1))
    flow.run_incremental(shop)
    assert months.execute(shop, "select * from ops.dirty_buckets") == []
    assert months.scalar(shop, "select count(*) from scout.gold_store_product_summary where sku = 'SOAP'") == 0
    assert CATALOGUED.isdisjoint(months.broken(shop))


def test_a_sale_for_an_archived_month_waits_and_enters_with_it(shop: Database, open_folder: Path) -> None:
    """It would rebuild a day from the one late sale alone, and destroy what gold shows of it."""
    months.maintain(shop, LAST)
    before = fingerprint(shop)
    # a late sale; a correction that moves an archived sale to another month; a void week at the edge
    late = Line("late", sold_at="2024-01-12 11:00:00")
    moved = Line("202402-1", store="B", sold_at="2024-05-20 10:00:00")
    edge = Line("edge", sold_at="2024-03-02 11:00:00")
    take(shop, open_folder, "late.csv", late, moved, edge)
    waiting = months.execute(
        shop, "select transaction_id, reason_code, waits_for from scout.quarantine where status = 'open' order by 1"
    )
    assert waiting == [
        ("202402-1", "archived_month", "month/2024-02"),
        ("edge", "archived_month", "month/2024-02"),
        ("late", "archived_month", "month/2024-01"),
    ]
    assert fingerprint(shop) == before
    assert months.broken(shop) == {}
    restore(shop, SILVER, date(2024, 2, 1))
    restore(shop, BRONZE, date(2024, 2, 1))
    flow.run_incremental(shop)
    assert months.execute(shop, "select transaction_id from scout.quarantine where status = 'open'") == [("late",)]
    restore(shop, SILVER, date(2024, 1, 1))
    flow.run_incremental(shop)
    assert months.scalar(shop, "select count(*) from scout.quarantine where status = 'open'") == 0
    assert months.broken(shop) == {}


def test_a_refused_line_waits_for_the_lines_beside_it(shop: Database, open_folder: Path) -> None:
    """A replay would make a new version of the one line, and take the archived ones out of silver."""
    path = write(open_folder / "short.csv", [Line("short", sold_at="2024-01-13 10:00:00")])
    path.write_text(path.read_text() + "short,A,2024-01-13 10:00:00,SOAP\n")
    landing.ingest(shop, [path], mappings.load("test_shops"))
    instant = datetime(2024, 1, 28, tzinfo=UTC).isoformat()
    months.execute(shop, months.RECEIVED.format(instant=instant, name="short.csv"))
    months.carry(shop)
    archive(shop, BRONZE, FIRST)
    again = partial(replays.replay, shop, Selection(), by="test", is_forced=True)
    assert again().refused == 0
    restore(shop, BRONZE, FIRST)
    assert again().refused == 1


def test_an_archived_month_is_not_computed_again(shop: Database) -> None:
    """A rebuild reads what is not there, and would write that nothing was ever sold."""
    months.maintain(shop, LAST)
    before = fingerprint(shop)
    with pytest.raises(ArchivedMonthError, match="scout partitions restore silver 2024-02"):
        flow.run_rebuild(shop, date(2024, 2, 1), date(2024, 2, 1))
    # its first days share a week with February
    with pytest.raises(ArchivedMonthError, match="scout partitions restore silver 2024-02"):
        flow.run_rebuild(shop, date(2024, 3, 1), date(2024, 3, 1))
    with pytest.raises(ArchivedMonthError, match="reconciliation"):
        flow.run_reconcile(shop)
    for month in (date(2024, 2, 1), date(2024, 1, 1)):
        restore(shop, SILVER, month)
    with pytest.raises(ArchivedMonthError, match="scout partitions restore bronze 2024-02"):
        flow.run_rebuild(shop, date(2024, 2, 1), date(2024, 2, 1))
    assert (
        fingerprint(shop).items() >= {name: at for name, at in before.items() if name.startswith("scout.gold")}.items()
    )


def test_a_mark_of_an_archived_day_destroys_nothing(shop: Database) -> None:
    """Whatever marks an archived day, by a mistake or a migration, would have gold computed from nothing."""
    months.maintain(shop, LAST)
    before = fingerprint(shop)
    months.execute(
        shop,
        "insert into ops.dirty_buckets (store_id, date_key, layer, cause) "
        "select store_id, date_key, layer, 'mistake' from scout.gold_daily_aggregates cross join ops.bucket_layers "
        "where date_key < '2024-03-01' and follows = 'transactions'",
    )
    flow.run_incremental(shop)
    assert fingerprint(shop) == before


def arrived(database: Database) -> list[Mapping[str, Any]]:
    """Entries whose store or product is described by now, as the sensor sees them."""
    with database.transaction() as connection:
        return db.rows(connection, "quarantine/arrived", row_limit=10)


def test_what_waits_for_an_archived_month_makes_nothing_late_and_stops_nothing(
    shop: Database, open_folder: Path
) -> None:
    """Silver would be called late for good, and entries whose member arrived would not be replayed any more."""
    months.maintain(shop, LAST)
    take(shop, open_folder, "waits.csv", Line("waits", sold_at="2024-01-12 11:00:00"))
    months.execute(
        shop,
        """
        insert into scout.dimension_records
        (kind, code, valid_from, record_id, source_id, attributes, version_xid, version_id, batch_id)
        select 'store', 'Z', '2024-01-01', 'Z', source_id, '{}', '1', 1, 1 from scout.dim_source limit 1;
        update scout.quarantine set waits_for = 'store/Z' where status = 'open';
        insert into ops.recalled_transactions (source_id, transaction_id, recalled_at)
        select source_id, transaction_id, now() - interval '1 day' from scout.bronze_transaction_versions
        where transaction_id = '202401-1';
        insert into ops.dirty_buckets (store_id, date_key, layer, cause, marked_at)
        select store_id, date_key, layer, 'mistake', now() - interval '1 day'
        from scout.gold_daily_aggregates cross join ops.bucket_layers
        where date_key < '2024-03-01' and follows = 'transactions'
        """,
    )
    late = "select dataset from ops.v_data_freshness where waiting_since < now() - interval '1 hour'"
    assert months.execute(shop, late) == []
    assert len(arrived(shop)) == 1
    months.execute(
        shop,
        """
        update ops.recalled_transactions set transaction_id = '202406-1';
        update ops.dirty_buckets set date_key = '2024-06-01'
        where (store_id, date_key, layer) in (select store_id, date_key, layer from ops.dirty_buckets limit 1)
        """,
    )
    assert len(months.execute(shop, late)) == 2
    # what can be computed comes first
    assert arrived(shop) == []


def test_what_is_not_at_rest_is_not_archived(shop: Database, open_folder: Path) -> None:
    """What waits for gold, or for a person, would wait for ever."""
    with pytest.raises(PartitionError, match="2024-01 is older"):
        archive(shop, SILVER, date(2024, 2, 1))
    for month in (date(2024, 1, 1), date(2024, 2, 1)):
        archive(shop, SILVER, month)
    with pytest.raises(PartitionError, match="last 90 business days"):
        archive(shop, SILVER, date(2024, 4, 1))
    with pytest.raises(PartitionError, match="not over"):
        archive(shop, BRONZE, datetime.now(UTC).date().replace(day=1))
    restore(shop, SILVER, date(2024, 2, 1))
    restore(shop, SILVER, date(2024, 1, 1))
    months.execute(
        shop,
        "insert into ops.dirty_buckets (store_id, date_key, layer, cause) "
        "select store_id, date_key, 'gold/daily_aggregates', 'test' from scout.gold_daily_aggregates limit 1",
    )
    with pytest.raises(PartitionError, match="1 buckets wait"):
        archive(shop, SILVER, date(2024, 1, 1))
    months.execute(
        shop, "create or replace function ops.month_is_closed(p_month date) returns boolean language sql return false"
    )
    assert "not all of its store-days are closed" in months.maintain(shop, LAST).kept["bronze 2024-01"]


def test_an_archive_that_differs_is_not_trusted(shop: Database, open_folder: Path) -> None:
    """A disk that loses bytes would be noticed when the rows are gone."""
    archive(shop, BRONZE, FIRST)
    path = file_of(shop)
    whole = path.read_bytes()
    alter(path)
    with pytest.raises(PartitionError, match="not the file that was archived; bring it back from a backup"):
        restore(shop, BRONZE, FIRST)
    path.unlink()
    with pytest.raises(PartitionError, match="is missing; bring it back from a backup"):
        restore(shop, BRONZE, FIRST)
    # a month on its way back would stop every later pass of maintenance
    assert [row[6] for row in months.state(shop)] == ["archived"]
    path.write_bytes(whole)
    restore(shop, BRONZE, FIRST)
    assert months.state(shop) == []


def test_a_file_that_is_lost_before_its_table_goes_is_written_again(shop: Database) -> None:
    """The pass that goes on days later would drop the only rows, and call the month archived."""
    rows = months.facts_of(shop)
    killed = run_and_be_killed(shop, "partition.detaching", "maintain", months.after(LAST).isoformat())
    assert killed == -signal.SIGKILL
    file_of(shop).unlink()
    archive(shop, BRONZE, FIRST, until="written")
    assert file_of(shop).exists()
    assert months.left_over(shop) != []
    alter(file_of(shop))
    archive(shop, BRONZE, FIRST)
    assert [row[2] for row in months.state(shop)] == ["dropped"]
    restore(shop, BRONZE, FIRST)
    assert months.facts_of(shop) == rows


def test_a_month_whose_file_and_table_are_gone_is_not_called_archived(shop: Database) -> None:
    """Whoever has the backup would be told nothing until somebody asks for the month."""
    archive(shop, BRONZE, FIRST, until="written")
    months.execute(shop, "drop table scout.bronze_transactions_raw_y2024m01")
    whole = file_of(shop).read_bytes()
    file_of(shop).unlink()
    with pytest.raises(copies.ArchiveMismatchError, match="bring the file back from a backup"):
        archive(shop, BRONZE, FIRST)
    assert [row[2] for row in months.state(shop)] == ["detached"]
    file_of(shop).write_bytes(whole)
    archive(shop, BRONZE, FIRST)
    restore(shop, BRONZE, FIRST)
    assert months.broken(shop, SOME) == {}


DRIFTS = {
    "column that went": (BRONZE, "drop column payload cascade", "payload is in the file and not in the table"),
    # lines are read before it
    "column of another type": (SILVER, "drop customer_id cascade, add customer_id integer", "invalid input syntax"),
    "column that came": (BRONZE, "add column till text not null", "till is needed and not in the file"),
}


@pytest.mark.parametrize("drift", DRIFTS)
def test_a_month_that_cannot_come_back_stays_in_the_archive(shop: Database, drift: str) -> None:
    """It would be on its way back for ever, and every later pass of maintenance would fail at it."""
    layer, change, reason = DRIFTS[drift]
    table = "scout.bronze_transactions_raw" if layer is BRONZE else "scout.silver_transactions_cleaned"
    archive(shop, layer, FIRST)
    months.execute(shop, f"truncate {table}; alter table {table} {change}")
    with pytest.raises(PartitionError, match=reason):
        restore(shop, layer, FIRST)
    assert {row[6] for row in months.state(shop)} == {"archived"}
    assert months.left_over(shop) == []


def test_one_layer_that_cannot_be_maintained_does_not_stop_the_other(shop: Database) -> None:
    """A lost file of bronze would keep silver from its retention until somebody finds the file."""
    archive(shop, BRONZE, FIRST)
    # a restore that was killed, and then its file was lost
    months.execute(shop, "update ops.archived_months set state = 'restoring'")
    file_of(shop).unlink()
    with pytest.raises(PartitionError, match="is missing; bring it back from a backup"):
        months.maintain(shop, LAST)
    assert {(row[0].split("_")[0], row[6]) for row in months.state(shop)} == {
        ("scout.bronze", "archived"),
        ("scout.silver", "archived"),
    }
    assert months.maintain(shop, LAST).archived == ["bronze 2024-02"]


class Altered(Archive):
    """An archive that does something to a file as soon as it is written."""

    def __init__(self, change: Callable[[Path], None]) -> None:
        super().__init__()
        self.change = change

    @contextmanager
    def writing(self, path: str) -> Iterator[HashingStream]:
        with super().writing(path) as stream:
            yield stream
        if path.endswith(".parquet"):
            self.change(Path(path))


def test_what_is_not_written_as_it_stands_in_the_table_is_not_detached(shop: Database) -> None:
    """A disk that writes something else would be noticed when the rows are needed."""
    rows = months.facts_of(shop)

    def lose_a_row(path: Path) -> None:
        table = pq.read_table(path)
        pq.write_table(table.slice(1), path)

    def rename_the_writer(path: Path) -> None:
        path.write_bytes(path.read_bytes().replace(b"parquet-cpp-arrow", b"parquet-cpp-error"))

    for change in (lose_a_row, rename_the_writer):
        with pytest.raises(copies.ArchiveMismatchError, match="nothing was detached or dropped"):
            archive(shop, BRONZE, FIRST, Altered(change))
        assert months.facts_of(shop) == rows
        assert [row[2] for row in months.state(shop)] == ["frozen"]
    archive(shop, BRONZE, FIRST)
    restore(shop, BRONZE, FIRST)
    assert months.facts_of(shop) == rows


def test_a_table_that_changed_after_it_was_written_is_not_dropped(shop: Database) -> None:
    """What somebody mended in the days between would be in neither place."""
    archive(shop, BRONZE, FIRST, until="written")
    months.execute(shop, "update scout.bronze_transactions_raw_y2024m01 set payload = '{}' where line_number = 2")
    for is_file_lost in (False, True):
        if is_file_lost:
            file_of(shop).unlink()
        with pytest.raises(copies.ArchiveMismatchError, match="restore bronze 2024-01"):
            archive(shop, BRONZE, FIRST)
        assert months.left_over(shop) == [("bronze_transactions_raw_y2024m01",)]
        assert [row[2] for row in months.state(shop)] == ["detached"]
    restore(shop, BRONZE, FIRST)
    assert months.state(shop) == []


def test_the_manifest_says_what_the_file_holds(shop: Database) -> None:
    """An archive that outlives its database could not be checked, nor read with its types."""
    types = copies.columns_of(shop, BRONZE.relations[0])
    name = "scout.bronze_transactions_raw_y2024m01"
    row_count, checksum, sums = copies.facts(shop, name, list(types))
    archive(shop, BRONZE, FIRST)
    path = file_of(shop)
    content = path.read_bytes()
    assert json.loads(path.with_suffix(".json").read_text()) == {
        "relation": "scout.bronze_transactions_raw",
        "month": "2024-01",
        "partition_name": name,
        "row_count": row_count,
        "row_checksum": str(checksum),
        "sums": sums,
        "columns": types,
        "file_name": path.name,
        "file_bytes": len(content),
        "file_sha256": hashlib.sha256(content).hexdigest(),
        "format_version": 1,
    }
    assert row_count == pq.read_metadata(path).num_rows > 0


def test_every_type_survives_the_archive(database: Database) -> None:
    """A rounded amount, a broken pseudonym or an empty text that comes back as nothing is a loss, too."""
    months.execute(
        database,
        "create table ops.kinds "
        "(a timestamptz, b jsonb, c bytea, d xid8, e uuid, f numeric, g text, h boolean, i bigint)",
    )
    months.execute(
        database,
        """
        insert into ops.kinds values
        ('2024-02-29 23:59:59.123456+08', '{"a": "x,\\"\\n", "b": [1.10, null]}', '\\xdeadbeef00',
         '18446744073709551615',
         '00000000-0000-0000-0000-00000000000f', 123456789012345678901234567890.123400, E'"quoted",\\nline', true, -1),
        (null, 'null', '\\x', '3', null, -0.0000, '', false, null),
        ('0044-01-01 00:00:00+00', null, null, null, null, null, null, null, 9223372036854775807)
        """,
    )
    columns = copies.columns_of(database, "ops.kinds")
    archive = Archive("memory://archive")
    from scout_pipeline.ops.partitions import parquet

    path = archive.path("kinds", "kinds.parquet")
    with archive.writing(path) as stream:
        parquet.write(database, "ops.kinds", columns, stream)
    found = copies.read_back(database, archive.url_of(path), "ops.kinds", "ops.kinds_back", list(columns))
    assert found == copies.facts(database, "ops.kinds", list(columns))
    assert found[2] == {"f": "123456789012345678901234567890.123400", "i": "9223372036854775806"}


def test_a_second_maintainer_is_refused(shop: Database) -> None:
    """Two would detach and drop the same month, one of them unverified."""
    with months.holding(shop), pytest.raises(MaintainerBusyError):
        months.maintain(shop, LAST)
    assert months.maintain(shop, LAST).archived


def run_and_be_killed(database: Database, point: str, *arguments: str) -> int:
    return subprocess.run(
        [sys.executable, "-m", "scout_pipeline_tests.crashing_maintenance", *arguments],
        env={**settings.environment(), "SCOUT_DATABASE_URL": database.url, "SCOUT_CRASH": point},
        cwd=REPOSITORY,
        timeout=120,
        check=False,
    ).returncode


def test_maintenance_killed_at_every_step_ends_as_if_nobody_had(
    shop: Database, server: EmbeddedServer, half_year: str
) -> None:
    """A machine that loses power at the wrong moment would leave a month in neither place, or in both."""
    with fresh_database(server, template=half_year) as undisturbed:
        months.maintain(undisturbed, LAST)
        expected, rows = months.state(undisturbed), months.facts_of(undisturbed)
    before = fingerprint(shop)
    # each run goes on where the one before was killed
    for point in crash_points.PARTITION_POINTS:
        killed = run_and_be_killed(shop, point, "maintain", months.after(LAST).isoformat())
        assert killed == -signal.SIGKILL, f"{point} was never reached"
        assert months.broken(shop, SOME) == {}, point
    assert months.state(shop) != expected
    months.maintain(shop, LAST)
    assert (months.state(shop), months.facts_of(shop)) == (expected, rows)
    for point in crash_points.RESTORE_POINTS[:-1]:
        assert run_and_be_killed(shop, point, "restore", "silver", "2024-02") == -signal.SIGKILL
        assert months.broken(shop, SOME) == {}, point
    assert run_and_be_killed(shop, "partition.attached", "restore", "silver", "2024-02") == -signal.SIGKILL
    for layer, month in ((SILVER, date(2024, 1, 1)), (BRONZE, date(2024, 1, 1)), (BRONZE, date(2024, 2, 1))):
        restore(shop, layer, month)
    assert fingerprint(shop) == before
    assert months.left_over(shop) == []


def test_a_detach_that_was_interrupted_is_ended_by_the_next_run(shop: Database) -> None:
    """A partition that is half detached refuses every later detach, and nobody would be told."""
    with shop.transaction() as reader:
        reader.exec_driver_sql("select count(*) from scout.bronze_transactions_raw")
        started = threading.Thread(target=_interrupted, args=(shop,))
        started.start()
        pending = "select count(*) from ops.partitions where is_detach_pending"
        deadline = time.monotonic() + 20
        while months.scalar(shop, pending) == 0 and time.monotonic() < deadline:
            time.sleep(0.05)
        # a new reader does not wait behind it
        began = time.monotonic()
        assert months.scalar(shop, "select count(*) > 0 from scout.bronze_transactions_raw")
        assert time.monotonic() - began < 2
        months.execute(
            shop,
            "select pg_cancel_backend(pid) from pg_stat_activity where query like '% detach partition % concurrently%' "
            "and pid <> pg_backend_pid()",
        )
        started.join(20)
    assert months.scalar(shop, pending) == 1
    report = months.maintain(shop, LAST)
    assert report.finalized == ["scout.bronze_transactions_raw_y2024m01"]
    assert months.scalar(shop, pending) == 0
    assert {row[2] for row in months.state(shop)} == {"dropped"}
    assert months.broken(shop) == {}


def test_a_detach_does_not_wait_for_a_reader_without_end(shop: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A forgotten session would hold maintenance until its run is ended from outside, and nobody is told who it was."""
    monkeypatch.setattr(archiving, "PATIENCE_SECONDS", 2.0)
    with shop.transaction() as reader, ThreadPoolExecutor(1) as pool:
        reader.exec_driver_sql("set local application_name = 'a long report'")
        reader.exec_driver_sql("select count(*) from scout.bronze_transactions_raw")
        passing = pool.submit(archive, shop, BRONZE, FIRST)
        waited, _ = wait([passing], timeout=60)
        reader.rollback()
        assert waited
        with pytest.raises(PartitionError, match=r"bronze_transactions_raw_y2024m01 was half detached .*a long report"):
            passing.result()
    assert months.maintain(shop, LAST).finalized == ["scout.bronze_transactions_raw_y2024m01"]
    assert {row[2] for row in months.state(shop)} == {"dropped"}


def test_months_are_made_ahead_while_a_reader_holds_what_was_interrupted(database: Database) -> None:
    """A report that stays open over the first of the month would keep every file of that month out."""
    months.execute(database, "select ops.ensure_month_partition('scout.bronze_transactions_raw', '2024-01-01')")
    passing = threading.Thread(target=months.maintain, args=(database, date(2031, 12, 1)))
    # ops.partitions would wait behind the pass
    made = "select to_regclass('scout.bronze_transactions_raw_y2032m04') is not null"
    with database.transaction() as reader:
        reader.exec_driver_sql("select count(*) from scout.bronze_transactions_raw")
        detach_for_a_moment(database, "scout.bronze_transactions_raw_y2024m01")
        passing.start()
        deadline = time.monotonic() + 20
        while not (is_made := months.scalar(database, made)) and time.monotonic() < deadline:
            time.sleep(0.05)
        is_waiting = passing.is_alive()
    passing.join(40)
    assert (is_made, is_waiting) == (True, True)
    assert months.scalar(database, "select count(*) from ops.partitions where is_detach_pending") == 0


def test_what_a_reader_holds_is_left_to_the_next_pass_and_nobody_waits_for_long_behind_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Maintenance would wait for a forgotten session, and everybody who looks at the partitions behind maintenance."""
    partition = "scout.bronze_transactions_raw_y2024m01"
    months.execute(database, "select ops.ensure_month_partition('scout.bronze_transactions_raw', '2024-01-01')")
    monkeypatch.setattr(archiving, "PATIENCE_SECONDS", 3.0)
    with database.transaction() as reader:
        reader.exec_driver_sql("set local application_name = 'a long report'")
        reader.exec_driver_sql("select count(*) from scout.bronze_transactions_raw")
        detach_for_a_moment(database, partition)
        with ThreadPoolExecutor(1) as pool:
            passing = pool.submit(months.maintain, database, date(2031, 12, 1))
            longest = 0.0
            while not passing.done():
                began = time.monotonic()
                pending = months.scalar(database, "select count(*) from ops.partitions where is_detach_pending")
                longest = max(longest, time.monotonic() - began)
                time.sleep(0.05)
        with pytest.raises(PartitionError, match=rf"{partition} was half detached .*\(a long report\), open since 20"):
            passing.result()
    assert pending == 1
    assert longest < MOST_WAIT_SECONDS
    assert months.maintain(database, date(2031, 12, 1)).finalized == [partition]


def detach_for_a_moment(database: Database, partition: str) -> None:
    """Begin to detach what a reader holds, and be interrupted."""
    with database.autocommit() as connection:
        connection.exec_driver_sql("set statement_timeout = '500ms'")
        with pytest.raises(sa.exc.OperationalError, match="statement timeout"):
            connection.exec_driver_sql(
                f"alter table scout.bronze_transactions_raw detach partition {partition} concurrently"
            )
        connection.exec_driver_sql("reset statement_timeout")


def _interrupted(database: Database) -> None:
    with pytest.raises(PartitionError, match="was half detached"):
        archive(database, BRONZE, FIRST)


def test_the_commands_show_before_they_act(shop: Database) -> None:
    """A mistyped month would be gone before anybody could look."""
    from click.testing import CliRunner

    from scout_pipeline.cli.main import scout

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCOUT_DATABASE_URL", shop.url)
        settings.current.cache_clear()
        runner = CliRunner()
        shown = runner.invoke(scout, ["partitions", "archive", "silver", "2024-01"])
        assert "would archive silver 2024-01: nothing in its way" in shown.output
        assert months.state(shop) == []
        done = runner.invoke(scout, ["partitions", "archive", "silver", "2024-01", "--yes", "--json"])
        assert '"silver 2024-01"' in done.output
        listed = runner.invoke(scout, ["partitions", "list", "--json"])
        assert '"state": "dropped"' in listed.output
        assert (
            "would restore silver 2024-01" in runner.invoke(scout, ["partitions", "restore", "silver", "--all"]).output
        )
        back = runner.invoke(scout, ["partitions", "restore", "silver", "2024-01", "--yes"], catch_exceptions=False)
        assert "restored silver 2024-01" in back.output
    settings.current.cache_clear()
    assert months.state(shop) == []
