"""Whatever the order, the batches and the repetitions of its input, the pipeline says the same in the end."""

import json
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, seed, settings
from psycopg import sql

from scout_pipeline import database as db
from scout_pipeline import flow
from scout_pipeline import settings as scout_settings
from scout_pipeline.bronze import landing
from scout_pipeline.database import Database
from scout_pipeline.embedded import EmbeddedServer
from scout_pipeline.quality import promises
from scout_pipeline.silver import reconcile
from scout_pipeline.sources import mapping as mappings
from scout_pipeline_tests.conftest import fresh_database
from scout_pipeline_tests.fingerprint import fingerprint
from scout_pipeline_tests.histories import TIMES, Arrival, File, arrival_order, arrivals, histories
from scout_pipeline_tests.shop_files import Line, install_mapping, write

FIRST_MONTH, LAST_MONTH = date(2023, 12, 1), date(2024, 3, 1)
EXAMPLES = 6
# the only day of the real files with amounts that are no sale
DAY_OF_ADJUSTED_MONEY = "2011-08-12"
# what a migrated database holds
KEPT = (
    # append-only, and no figure stands on them
    "ops.audit_log",
    "ops.audit_head",
    "scout.dim_date",
    "ops.alembic_version",
    "ops.bucket_layers",
    "ops.deployment_facts",
    "ops.freshness_tiers",
    "ops.migration_history",
    "ops.mv_inputs",
    "scout.dim_region",
    "scout.dim_store",
    "scout.place_aliases",
    "scout.store_registry",
)


def written(folder: Path, files: Sequence[File]) -> list[Path]:
    """The files of a history on disk, in its order."""
    paths = []
    for number, file in enumerate(files):
        path = folder / f"{number}-{file.source}.{'csv' if file.source == 'test_shops' else 'jsonl'}"
        if file.source == "test_shops":
            write(path, (line for line in file.content if isinstance(line, Line)))
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text("".join(json.dumps(document) + "\n" for document in file.content), encoding="utf-8")
        paths.append(path)
    return paths


def take(database: Database, paths: Sequence[Path], source: str | None = None) -> None:
    """Into bronze, those of one source that follow each other in one call."""
    for name, group in groupby(paths, key=lambda path: source or path.stem.partition("-")[2]):
        landing.ingest(database, list(group), mappings.load(name))


def load(database: Database, paths: Sequence[Path], arrival: Arrival, order: Sequence[int]) -> None:
    group: list[Path] = []
    for position, number in enumerate(order):
        group += [paths[number]] * (2 if number in arrival.twice else 1)
        if arrival.after[position] == "nothing":
            continue
        take(database, group)
        group = []
        if arrival.after[position] == "run":
            flow.run_incremental(database)
    take(database, group)
    flow.run_incremental(database)


def load_clean(database: Database, paths: Sequence[Path], source: str | None = None) -> dict[str, str]:
    take(database, paths, source)
    flow.run_incremental(database)
    return fingerprint(database)


def empty(database: Database) -> None:
    """As freshly migrated, without the price of a new database."""
    with database.transaction() as connection:
        names = connection.scalars(
            sa.text("""
                select oid::regclass::text from pg_class
                where relnamespace in ('scout'::regnamespace, 'ops'::regnamespace)
                    and relkind in ('r', 'p') and not relispartition
            """)
        ).all()
        connection.execute(sa.text(f"truncate {', '.join(sorted(set(names) - set(KEPT)))} restart identity"))
        connection.execute(sa.text("delete from scout.dim_store where store_id <> 0"))
        connection.execute(sa.text("delete from scout.store_registry where store_id <> 0"))
        connection.execute(sa.text("delete from scout.place_aliases where place_level <> 'region'"))
        views = connection.scalars(
            sa.text("select oid::regclass::text from pg_class where relkind = 'm' and relispopulated")
        ).all()
        for view in views:
            connection.execute(sa.text(f"refresh materialized view {view} with no data"))


@contextmanager
def limits(*, window_row_limit: int, bucket_limit: int, recall_limit: int = 1000) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCOUT_WINDOW_ROW_LIMIT", str(window_row_limit))
        patch.setenv("SCOUT_BUCKET_LIMIT", str(bucket_limit))
        patch.setenv("SCOUT_RECALL_LIMIT", str(recall_limit))
        scout_settings.current.cache_clear()
        yield
    scout_settings.current.cache_clear()


def broken_promises(database: Database) -> list[promises.PromiseResult]:
    with database.transaction() as connection:
        return [result for result in promises.check_all(connection) if not result.holds]


@pytest.fixture
def shops(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> mappings.Mapping:
    return install_mapping(open_folder / "mappings", monkeypatch)


def tables_of(report: flow.RunReport) -> set[str]:
    """What a run refreshes: every table of gold and every materialized view."""
    return {
        f"scout.{stem}" if room == "serving" else f"scout.gold_{stem}"
        for room, stem in (layer.layer.split("/") for layer in report.layers)
    }


def test_any_order_batches_and_repetitions_end_like_one_clean_load(
    request: pytest.FixtureRequest, database: Database, shops: mappings.Mapping, open_folder: Path
) -> None:
    """Figures would depend on which file happened to come first, or on how often somebody pressed the button.

    Always the same few histories by default; `make equivalence` draws many others each time.
    """
    wanted = str(request.config.getoption("--histories"))
    first = int(request.config.getoption("--histories-seed") or random.SystemRandom().randrange(2**32))
    numbers = iter(range(1_000_000))
    compared: set[str] = set()

    # a found example is small as it is; making it smaller takes minutes of real loads
    @settings(
        max_examples=int(wanted or EXAMPLES),
        deadline=None,
        derandomize=not wanted,
        database=None,
        phases=[Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(history=histories(), arrival=arrivals)
    def check(history: list[File], arrival: Arrival) -> None:
        paths = written(open_folder / str(next(numbers)), history)
        empty(database)
        clean = load_clean(database, paths)
        assert broken_promises(database) == []
        compared.update(clean)
        empty(database)
        with limits(
            window_row_limit=arrival.window_row_limit,
            bucket_limit=arrival.bucket_limit,
            recall_limit=arrival.recall_limit,
        ):
            load(database, paths, arrival, arrival_order(history, arrival.priority))
        assert fingerprint(database) == clean
        assert broken_promises(database) == []
        flow.run_rebuild(database, FIRST_MONTH, LAST_MONTH)
        assert fingerprint(database) == clean, "a full rebuild says something else than the incremental path"
        reconcile.restart(database)
        flow.run_incremental(database)
        assert fingerprint(database) == clean, "silver computed from bronze alone says something else"
        take(database, list(reversed(paths)))
        flow.run_incremental(database)
        assert fingerprint(database) == clean, "replaying the input changed something"

    try:
        (seed(first)(check) if wanted else check)()
    except BaseException as error:
        if wanted:
            error.add_note(f"To draw the same histories again: make equivalence HISTORIES={wanted} SEED={first}")
        raise
    refreshed = tables_of(flow.run_incremental(database))
    assert len(refreshed) == len(flow.GOLD) + len(flow.SERVING)
    assert refreshed <= compared, "of these tables no example had a row"


def example_files(folder: Path) -> list[Path]:
    """All times, some corrections, several stores: the same each time."""
    first = [Line(str(number), store="AB"[number % 2], sold_at=time) for number, time in enumerate(TIMES)]
    second = [replace(line, sold_at=TIMES[3], customer="c2") for line in first[:2]]
    return [write(folder / "first.csv", first), write(folder / "second.csv", second)]


def test_a_rebuild_repairs_whatever_happened_to_silver(
    database: Database, shops: mappings.Mapping, open_folder: Path
) -> None:
    """A rebuild that trusts what is already there would keep the very damage it was called for."""
    expected = load_clean(database, example_files(open_folder), "test_shops")
    with database.transaction() as connection:
        for damage in (
            "update scout.silver_transactions_cleaned set peso_value = 99, region = 'X' where transaction_id = '2'",
            "delete from scout.silver_transaction_items where transaction_id = '1'",
            "insert into scout.silver_transaction_keys select source_id, 'ghost', store_id, date_key, content_hash, "
            "version_xid, version_id from scout.silver_transaction_keys where transaction_id = '3'",
            "update scout.silver_transactions_cleaned set transaction_id = 'ghost' where transaction_id = '3'",
        ):
            connection.execute(sa.text(damage))
    assert fingerprint(database) != expected
    flow.run_rebuild(database, FIRST_MONTH, LAST_MONTH)
    # descriptions are counted up and down: a line that vanished by hand is counted right by a computation of everything
    counted = "scout.dim_product_descriptions"
    assert {**fingerprint(database), counted: ""} == {**expected, counted: ""}
    flow.run_reconcile(database)
    assert fingerprint(database) == expected


def set_on_database(database: Database, **settings_of_server: str) -> None:
    with database.autocommit() as connection:
        driver = db.driver_connection(connection)
        for name, value in settings_of_server.items():
            driver.execute(
                sql.SQL("alter database {} set {} = {}").format(
                    sql.Identifier(driver.info.dbname), sql.Identifier(name), sql.Literal(value)
                )
            )
    database.dispose()


@pytest.mark.parametrize(
    "server_settings",
    [
        {"timezone": "America/New_York", "datestyle": "ISO, DMY"},
        {"timezone": "Pacific/Kiritimati", "datestyle": "German, DMY", "intervalstyle": "sql_standard"},
        {"timezone": "Asia/Kathmandu", "datestyle": "SQL, MDY", "default_transaction_isolation": "repeatable read"},
    ],
    ids=["new_york", "kiritimati", "kathmandu_repeatable_read"],
)
def test_the_servers_own_settings_change_no_figure(
    server: EmbeddedServer,
    template_database: str,
    database: Database,
    shops: mappings.Mapping,
    open_folder: Path,
    server_settings: dict[str, str],
) -> None:
    """A role or database with another time zone would move sales to other days and read 03/04 the other way round."""
    paths = example_files(open_folder)
    expected = load_clean(database, paths, "test_shops")
    with fresh_database(server, template=template_database) as other:
        set_on_database(other, **server_settings)
        assert load_clean(other, paths, "test_shops") == expected
        flow.run_rebuild(other, FIRST_MONTH, LAST_MONTH)
        assert fingerprint(other) == expected
        assert broken_promises(other) == []


def counted(files: Sequence[Path]) -> tuple[Decimal, int, int, int]:
    """Net revenue, transactions, customers and lines of the files, counted without the pipeline."""
    lines = pd.concat(pd.read_csv(file, compression="gzip", dtype=str, keep_default_na=False) for file in files)
    lines = lines[["InvoiceNo", "Quantity", "UnitPrice", "CustomerID"]]
    revenue = sum(
        (Decimal(quantity) * Decimal(price) for quantity, price in zip(lines.Quantity, lines.UnitPrice, strict=True)),
        Decimal(0),
    )
    customers = set(lines.CustomerID) - {""}
    return revenue, lines.InvoiceNo.nunique(), len(customers), len(lines)


@pytest.mark.real_data
def test_real_files_in_any_order_end_like_one_clean_load(
    request: pytest.FixtureRequest,
    server: EmbeddedServer,
    template_database: str,
    database: Database,
    online_retail_dir: Path,
) -> None:
    """What holds for three lines may fail for half a million: other plans, other batches, other ties.

    Every so many days by default, some of every month, and the day of adjusted money; `make equivalence` takes all.
    """
    source = mappings.load("online_retail")
    every = int(request.config.getoption("--every-real-day"))
    days = sorted(online_retail_dir.glob("*.csv.gz"))
    files = sorted({*days[::every], online_retail_dir / f"{DAY_OF_ADJUSTED_MONEY}.csv.gz"})
    expected = load_clean(database, files, "online_retail")
    with database.transaction() as connection:
        totals = connection.execute(
            sa.text("""
                select
                    (select sum(net_revenue) from scout.gold_daily_aggregates) as net_revenue,
                    (select count(*) from scout.silver_transactions_cleaned) as transactions,
                    (select count(*) from scout.dim_customer) as customers,
                    (select count(*) from scout.silver_transaction_items) as lines
            """)
        ).one()
    assert totals == counted(files)
    assert broken_promises(database) == []

    chance = random.Random(20101201)
    late = chance.sample(files, 4)
    shuffled = [file for file in files if file not in late]
    chance.shuffle(shuffled)
    cuts = sorted(chance.sample(range(1, len(shuffled)), 4))
    batches = [shuffled[start:end] for start, end in zip([0, *cuts], [*cuts, None], strict=True)]
    with fresh_database(server, template=template_database) as other:
        with limits(window_row_limit=150_000 // every, bucket_limit=70 // every):
            for number, batch in enumerate([*batches, *([file] for file in late)]):
                landing.ingest(other, batch + chance.sample(batch, min(3, len(batch))), source)
                if number >= len(batches) - 2:
                    flow.run_incremental(other)
        assert fingerprint(other) == expected
        assert broken_promises(other) == []
