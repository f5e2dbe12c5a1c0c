"""Runs of the real jobs on a real instance: what they report, what they compute, and what stops them."""

import csv
import gzip
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import dagster as dg
import pytest

from scout_pipeline import flow
from scout_pipeline.database import Database
from scout_pipeline.definitions import defs
from scout_pipeline.flow_modes import INCREMENTAL, MODE_TAG
from scout_pipeline.gold import daily_aggregates
from scout_pipeline.ops import maintenance
from scout_pipeline.quality import promises
from scout_pipeline.silver import refresh, transactions_cleaned
from scout_pipeline_tests.orchestration import DECEMBER, Orchestration, chosen, month_range, orchestration, this_month

# rules of data quality are asked by a job of their own, and the sweep asks what reads all of bronze
PROMISED = {promise.name for promise in {*promises.PROMISES, *promises.WARNINGS} - {*promises.OF_ALL_THAT_IS_KEPT}}
DAYS = ("2010-12-01", "2010-12-02", "2010-12-03")
SILVER = dg.AssetSelection.groups("silver")
FACTS = dg.AssetSelection.assets(*(table.asset_key for table in transactions_cleaned.TABLES))
DAILY = dg.AssetSelection.assets(daily_aggregates.TABLE.asset_key)


# another asset's transaction writes them, and reports what it read and rejected
@pytest.fixture
def own(database: Database, online_retail_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Orchestration]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield orchestration(instance, database, online_retail_dir, monkeypatch)


# what receipts say nothing of: who bought and how, and the feeds; nothing is invented for them
NOT_IN_RECEIPTS = {
    "gold/request_behavior",
    "gold/demographics",
    "gold/latest_store_metrics",
    "gold/promotion_summary",
    "gold/experiment_results",
    "gold/substitution_flows",
    "gold/suggestion_funnel",
    # lines without a brand have no rank
    "serving/mv_brand_performance",
}


def figures(run: dg.ExecuteInProcessResult) -> dict[str, dict[str, Any]]:
    """Metadata of each materialized asset."""
    return {
        event.asset_key.to_user_string(): {name: entry.value for name, entry in event.materialization.metadata.items()}
        for event in run.get_asset_materialization_events()
        if event.asset_key is not None
    }


def checks(run: dg.ExecuteInProcessResult) -> dict[tuple[str, str], dg.AssetCheckEvaluation]:
    return {(one.asset_key.to_user_string(), one.check_name): one for one in run.get_asset_check_evaluations()}


def failures(run: dg.ExecuteInProcessResult) -> str:
    """What the failed steps say, their causes included."""
    errors = [event.step_failure_data.error for event in run.all_events if event.is_step_failure]
    return "\n".join(str(error) for error in errors)


def sums_of_the_files(folder: Path) -> tuple[int, Decimal]:
    """Lines and value of the real files, counted without the pipeline."""
    lines, value = 0, Decimal(0)
    for day in DAYS:
        with gzip.open(folder / f"{day}.csv.gz", "rt", encoding="utf-8", newline="") as stream:
            for record in csv.DictReader(stream):
                lines += 1
                value += Decimal(record["Quantity"]) * Decimal(record["UnitPrice"])
    return lines, value


def sums_of_gold(own: Orchestration, relation: str = "scout.gold_daily_aggregates") -> tuple[int, Decimal]:
    ((lines, value),) = own.rows(f"select sum(line_count)::bigint, sum(net_revenue) from {relation}")  # noqa: S608
    return lines, value


def test_files_of_the_folder_become_gold_with_numbers_in_the_graph(own: Orchestration) -> None:
    """An analyst would see green boxes without a figure, and could not tell an empty run from a full one."""
    own.drop(*DAYS)
    run = own.take()
    the_run_says_what_the_files_hold(own, run)
    reported = figures(run)
    for name in ("refresh_dashboard_views", "refresh_gold_views", "refresh_catalogue_views"):
        reported |= figures(own.run(name))
    every_materialization_accounts_for_its_rows(own, reported)
    each_materialization_shows_columns_and_where_they_come_from(reported)


def the_run_says_what_the_files_hold(own: Orchestration, run: dg.ExecuteInProcessResult) -> None:
    lines, value = sums_of_the_files(own.files)
    taken = figures(run)
    assert set(taken) == {
        key.to_user_string() for key in defs.resolve_asset_graph().get_all_asset_keys() if key.path[0] != "serving"
    }
    assert taken["bronze/ingestion_batches"]["rows"] == taken["bronze/ingestion_batches"]["rows_written"] == len(DAYS)
    assert taken["bronze/quarantine"]["rows"] == 0
    raw = taken["bronze/transactions_raw"]
    assert {"files", "rows_read", "rows_written", "rows_rejected", "seconds"} <= set(raw)
    assert (raw["files"], raw["rows_read"], raw["rows_written"], raw["rows_rejected"]) == (3, lines, lines, 0)
    # silver had seen nothing when the files were in bronze
    assert (raw["watermark"], raw["rows_waiting"]) == ("0/0", lines)
    assert own.rows("select count(*) from scout.bronze_transactions_raw") == [(lines,)]

    for name in ("dim_store", "dim_product", "dim_customer"):
        assert taken[f"silver/{name}"]["rows"] > 0
    written = {key: taken[key]["rows_written"] for key in transactions_cleaned.BESIDE}
    assert written == {key: taken[key]["rows"] for key in written}
    # landing registers stores too: one of both counts alone would be wrong
    assert "rows_written" not in taken["silver/dim_store"]
    sales = taken["silver/transactions_cleaned"]
    assert (sales["rows_read"], sales["rows_written"], sales["rows_rejected"]) == (lines, lines, 0)
    assert (
        sales["watermark"]
        == own.rows(
            "select last_xid::text || '/' || last_id from ops.streaming_watermarks where stream = :stream",
            stream="silver/transactions_cleaned",
        )[0][0]
    )
    assert taken["gold/daily_aggregates"]["buckets_rebuilt"] == len(DAYS)

    assert all(check.passed for check in checks(run).values())
    assert {check.blocking for check in checks(run).values()} == {True, False}
    assert set(checks(run)) == {
        (check.asset_key.to_user_string(), check.name)
        for check in defs.resolve_asset_graph().asset_check_keys
        # views are refreshed, and their grain is looked at, by runs of their own
        if check.name in PROMISED and check.asset_key.path[0] != "serving"
    }
    for relation in ("daily_aggregates", "regional_performance", "store_performance"):
        assert sums_of_gold(own, f"scout.gold_{relation}") == (lines, value)


def every_materialization_accounts_for_its_rows(own: Orchestration, reported: dict[str, dict[str, Any]]) -> None:
    """A green box would not say whether it computed a million rows from nothing, or nothing from a million."""
    assert set(reported) == {key.to_user_string() for key in defs.resolve_asset_graph().get_all_asset_keys()}
    for key, figure in reported.items():
        assert figure["seconds"] >= 0, key
        if "rows" in figure:
            relation = (
                defs.resolve_asset_graph().get(dg.AssetKey(key.split("/"))).metadata["dagster/relation_identifier"]
            )
            assert figure["rows"] == own.rows(f"select count(*) from {relation}")[0][0], key  # noqa: S608
            assert "/" in figure["watermark"], key
            continue
        if key == "silver/dim_date":
            # computed from no input
            continue
        assert (figure["rows_read"] > 0) == (key not in NOT_IN_RECEIPTS), key
        assert (figure["rows_written"] > 0) == (key not in NOT_IN_RECEIPTS), key
        assert figure["rows_rejected"] == 0, key
        if key.startswith(("silver/", "gold/", "serving/")):
            assert "/" in figure["watermark"], key
        if key.startswith(("gold/", "serving/")):
            assert figure["buckets_rebuilt"] > 0 or key in NOT_IN_RECEIPTS, key

    sales = own.rows("select count(*), count(customer_id) from scout.silver_transactions_cleaned")[0]
    # products from those of each store, what is no product from its lines
    codes = own.rows("select count(*) from scout.gold_store_product_summary")[0][0]
    codes += own.rows(
        "select count(*) from scout.silver_transaction_items inner join scout.dim_product using (sku)"
        " where is_current and not is_product"
    )[0][0]
    expected = {
        "gold/daily_aggregates": sales[0],
        "gold/regional_performance": sales[0],
        "gold/store_performance": sales[0],
        "gold/hourly_kpis": sales[0],
        "gold/product_performance": codes,
        "gold/customer_insights": sales[1],
    }
    assert {key: reported[key]["rows_read"] for key in expected} == expected
    for key, figure in reported.items():
        if key.startswith(("gold/", "serving/")):
            relation = "scout." + (key.replace("/", "_") if key.startswith("gold/") else key.split("/")[1])
            assert figure["rows_written"] == own.rows(f"select count(*) from {relation}")[0][0], key  # noqa: S608


def test_a_carry_reads_what_is_new_only_and_a_second_one_nothing(own: Orchestration) -> None:
    """A day's file would look like a full rebuild, and a tick too many would restate what nobody changed."""
    own.land(DAYS[0])
    first = figures(own.materialize(SILVER))
    for key in ("silver/dim_customer", "silver/dim_product"):
        assert first[key]["rows_written"] == first[key]["rows"] > 0
        assert first[key]["watermark"] == first["silver/transactions_cleaned"]["watermark"]
    flow.run_incremental(own.database)
    before = own.rows("select * from scout.gold_daily_aggregates order by 1, 2")
    again = figures(own.carry())
    assert again["silver/transactions_cleaned"]["rows_read"] == 0
    for figure in ("buckets_rebuilt", "rows_read", "rows_written"):
        assert {reported[figure] for key, reported in again.items() if key.startswith("gold/")} == {0}
    assert again["silver/dim_customer"]["rows_written"] == 0
    # alone it cannot know what was written meanwhile, and says nothing rather than zero
    alone = figures(own.run("carry_new", asset_selection=[dg.AssetKey(["silver", "dim_customer"])]))
    assert "rows_written" not in alone["silver/dim_customer"]
    assert alone["silver/dim_customer"]["rows"] == first["silver/dim_customer"]["rows"]
    assert own.rows("select * from scout.gold_daily_aggregates order by 1, 2") == before

    own.land(DAYS[1])
    daily = figures(own.materialize(FACTS | DAILY))["gold/daily_aggregates"]
    of_the_day = "select count(*) from scout.silver_transactions_cleaned where date_key = :day"
    assert daily["rows_read"] == own.rows(of_the_day, day=DAYS[1])[0][0]
    assert daily["rows_written"] == 1


def each_materialization_shows_columns_and_where_they_come_from(reported: dict[str, dict[str, Any]]) -> None:
    """The catalogue page of a table would be empty: no columns, no meaning, no way back."""
    for key, metadata in reported.items():
        schema, lineage = metadata["dagster/column_schema"], metadata["dagster/column_lineage"]
        assert isinstance(schema, dg.TableSchema)
        assert isinstance(lineage, dg.TableColumnLineage)
        assert schema.columns
        assert all(column.type for column in schema.columns)
        assert set(lineage.deps_by_column) <= {column.name for column in schema.columns}, key
    columns = {column.name: column for column in reported["gold/daily_aggregates"]["dagster/column_schema"].columns}
    assert columns["net_revenue"].type == "numeric"
    assert "exact" in (columns["net_revenue"].description or "")
    assert columns["date_key"].type == "date"
    assert not columns["date_key"].constraints.nullable
    (origin,) = reported["gold/daily_aggregates"]["dagster/column_lineage"].deps_by_column["net_revenue"]
    assert (origin.asset_key.to_user_string(), origin.column_name) == ("silver/transactions_cleaned", "peso_value")


def test_months_of_the_run_are_materialized_and_no_others(own: Orchestration) -> None:
    """A month shown as computed that no run touched hides a gap."""
    own.land("2010-12-01", "2011-01-04")
    run = own.materialize(FACTS, DECEMBER, "2011-01-01")
    for key in ("transactions_cleaned", "transaction_items"):
        events = run.asset_materializations_for_node("silver")
        months = sorted(event.partition for event in events if event.asset_key.path[-1] == key and event.partition)
        assert months == [DECEMBER, "2011-01-01"]


def test_a_run_that_takes_files_shows_the_months_that_it_touched(own: Orchestration) -> None:
    """Nobody knows the months of a file before it is read; that of its receipt would be an invention."""
    own.drop("2010-12-01", "2011-03-01")
    run = own.take()
    events = run.get_asset_materialization_events()
    months = {
        key: sorted(
            event.partition or "" for event in events if event.asset_key and event.asset_key.to_user_string() == key
        )
        for key in ("bronze/transactions_raw", "silver/transactions_cleaned", "silver/transaction_items")
    }
    assert months == {
        "bronze/transactions_raw": [this_month()],
        "silver/transactions_cleaned": [DECEMBER, "2011-03-01"],
        "silver/transaction_items": [DECEMBER, "2011-03-01"],
    }


def test_a_broken_promise_of_silver_keeps_a_file_from_gold(own: Orchestration) -> None:
    """The short way would carry what the long way stops."""
    own.land(DAYS[0])
    flow.run_incremental(own.database)
    own.change(
        "delete from scout.silver_transaction_items where (transaction_id, line_number) = "
        "(select transaction_id, line_number from scout.silver_transaction_items order by 1, 2 limit 1)"
    )
    own.drop(DAYS[1])
    run = own.run("take_files", raise_on_error=False)
    assert not run.success
    assert not checks(run)["silver/transaction_items", "headers_equal_lines"].passed
    assert "headers_equal_lines: 1 broken rows; scout run --rebuild" in failures(run)
    assert own.rows("select count(*) from scout.gold_daily_aggregates") == [(1,)]
    # what was taken stays, and waits for the remedy
    assert own.rows("select count(distinct date_key) from scout.silver_transactions_cleaned") == [(2,)]
    assert own.rebuild(DECEMBER, DECEMBER).success
    assert own.rows("select count(*) from scout.gold_daily_aggregates") == [(2,)]


def test_months_found_on_the_way_are_shown_too(own: Orchestration) -> None:
    """Files that land between the sensor's look and the run would be carried and shown nowhere."""
    own.land("2010-12-01", "2011-03-01")
    events = own.materialize(FACTS).asset_materializations_for_node("silver")
    months = {event.partition for event in events if event.asset_key.path[-1] == "transactions_cleaned"}
    assert months == {DECEMBER, "2011-03-01"}


def test_a_rebuild_computes_the_chosen_month_again_and_leaves_the_others(own: Orchestration) -> None:
    """A rebuild that misses a row repairs nothing; one that takes more restates what nobody asked about."""
    own.land("2010-12-01", "2011-01-04")
    flow.run_incremental(own.database)
    right = own.rows("select date_key, net_revenue, units from scout.gold_daily_aggregates order by 1")
    for day in ("2010-12-01", "2011-01-04"):
        spoil(own, day)

    run = own.rebuild(DECEMBER, DECEMBER, raise_on_error=False)
    repaired = dict(silver_values(own))
    assert repaired["2010-12-01"] == right[0][1]
    assert repaired["2011-01-04"] == right[1][1] + 1000
    # January is still wrong, and the promise about it keeps gold from following
    assert not run.success
    assert not checks(run)["silver/transactions_cleaned", "headers_equal_lines"].passed

    assert own.rebuild("2011-01-01", "2011-01-01").success
    assert own.rows("select date_key, net_revenue, units from scout.gold_daily_aggregates order by 1") == right
    assert [value for _, value in silver_values(own)] == [value for _, value, _ in right]


def spoil(own: Orchestration, day: str) -> None:
    """One transaction of the day is worth 1000 more, against its lines."""
    changed = own.change(
        "update scout.silver_transactions_cleaned set peso_value = peso_value + 1000, gross_sales = gross_sales + 1000 "
        "where date_key = :day and transaction_id = (select min(transaction_id) from "
        "scout.silver_transactions_cleaned where date_key = :day and transaction_type = 'sale')",
        day=day,
    )
    assert changed == 1


def silver_values(own: Orchestration) -> list[tuple[str, Decimal]]:
    return own.rows(
        "select date_key::text, sum(peso_value) from scout.silver_transactions_cleaned group by date_key order by 1"
    )


def test_a_rebuild_writes_no_row_of_another_month(own: Orchestration) -> None:
    """Rows that are written again move to new places for nothing, and their buckets are computed for nothing."""
    own.land("2010-12-01", "2011-01-04")
    flow.run_incremental(own.database)
    places = "select ctid::text, xmin::text from scout.silver_transactions_cleaned where date_key = :day order by 1"
    others = "select count(*) from scout.silver_transaction_items where date_key <> :day"
    for month, left_alone in ((DECEMBER, "2011-01-04"), ("2011-01-01", "2010-12-01")):
        before = own.rows(places, day=left_alone)
        assert before
        reported = figures(own.rebuild(month, month, asset_selection=chosen(FACTS | DAILY)))
        assert own.rows(places, day=left_alone) == before
        assert own.rows(others, day=left_alone) == [(reported["silver/transactions_cleaned"]["rows_read"],)]
        assert reported["gold/daily_aggregates"]["buckets_rebuilt"] == 1


def test_a_broken_promise_of_silver_keeps_gold_from_being_computed(own: Orchestration) -> None:
    """Gold would show sums of lines that are known to be missing, with a green mark."""
    own.land(DAYS[0])
    flow.run_incremental(own.database)
    assert (
        own.change(
            "delete from scout.silver_transaction_items where (transaction_id, line_number) = "
            "(select transaction_id, line_number from scout.silver_transaction_items order by 1, 2 limit 1)"
        )
        == 1
    )
    own.land(DAYS[1])

    run = own.carry(raise_on_error=False)
    assert not run.success
    broken = checks(run)["silver/transaction_items", "headers_equal_lines"]
    assert not broken.passed
    assert broken.metadata["violations"].value == 1
    assert broken.metadata["file"].value == "sql/quality/headers_equal_lines.sql"
    assert "-- promise: each transaction has the lines" in str(broken.metadata["query"].value)
    assert "rebuild" in str(broken.metadata["remedy"].value)
    (sample,) = cast(dg.TableMetadataValue, broken.metadata["sample"]).records
    assert {"transaction_id", "header_value", "lines_value"} <= set(sample.data)
    # what stands on feeds alone is computed all the same
    assert not {"gold/daily_aggregates", "gold/product_performance", "gold/customer_insights"} & set(figures(run))
    assert own.rows("select count(*) from scout.gold_daily_aggregates") == [(1,)]

    # the remedy that the check names makes it whole again, what waited included
    assert own.rebuild(DECEMBER, DECEMBER).success
    assert own.rows("select count(*) from scout.gold_daily_aggregates") == [(2,)]


def test_gold_that_stood_still_for_long_is_computed_by_the_next_run(own: Orchestration) -> None:
    """Buckets that waited too long would keep gold, which alone can rebuild them, from being computed for ever."""
    own.land(DAYS[0])
    refresh.carry_all(own.database)
    assert own.change("update ops.dirty_buckets set marked_at = marked_at - interval '1 hour'") > 0
    run = own.carry(raise_on_error=False)
    assert run.success, failures(run)
    assert own.rows("select count(*) from ops.dirty_buckets") == [(0,)]
    assert {key for key, name in checks(run) if name == "nothing_is_pending"} >= {"gold/customer_insights"}


def test_a_check_that_cannot_run_raises_and_says_nothing_of_the_data(own: Orchestration) -> None:
    """A "failed" for a missing column sends people to look for wrong numbers; a "passed" is worse."""
    own.land(DAYS[0])
    flow.run_incremental(own.database)
    own.change("alter table scout.silver_transaction_keys rename column content_hash to renamed")
    run = own.carry(raise_on_error=False)
    assert not run.success
    assert "column known.content_hash does not exist" in failures(run)
    assert "lines_are_conserved" not in {name for _, name in checks(run)}
    assert all(check.passed for check in checks(run).values())
    # what stands on feeds alone is computed all the same
    assert not {"gold/daily_aggregates", "gold/product_performance", "gold/customer_insights"} & set(figures(run))


def test_bronze_of_a_past_month_is_refused_with_the_month_to_choose(own: Orchestration) -> None:
    """Records carry the month in which they came; a past month would be shown as filled and is not."""
    own.drop(DAYS[0])
    job = defs.resolve_implicit_global_asset_job_def()
    key = dg.AssetKey(["bronze", "transactions_raw"])
    run = job.execute_in_process(
        instance=own.instance, asset_selection=[key], partition_key="2026-01-01", raise_on_error=False
    )
    assert not run.success
    assert f"records land in the month in which they are received: materialize {this_month()}" in failures(run)
    assert own.rows("select count(*) from scout.bronze_transactions_raw") == [(0,)]


def test_a_file_that_cannot_be_read_is_counted_and_does_not_stop_the_others(own: Orchestration) -> None:
    """One broken file of a shop would keep all shops' files waiting."""
    own.drop(DAYS[0])
    (own.landing / "broken.csv").write_bytes(b"not,the,columns\n1,2,3\n")
    taken = figures(own.take())["bronze/transactions_raw"]
    assert (taken["files"], taken["files_refused"]) == (2, 1)
    assert taken["rows_written"] > 0
    assert own.rows("select count(*) from scout.quarantine") == [(1,)]


def test_the_rules_are_shown_with_counts_a_sample_and_the_next_step(own: Orchestration) -> None:
    """A red check that does not say which rows, of what day, and what to do sends its reader to the database."""
    own.land(DAYS[0])
    flow.run_incremental(own.database)
    own.change("update scout.silver_transactions_cleaned set sold_hour = 25 where transaction_id = '536365'")
    key = dg.AssetKey(["silver", "transactions_cleaned"])
    run = own.run("check_quality", raise_on_error=False)
    found = checks(run)
    broken = found[key.to_user_string(), "sold_hour_is_in_range"]
    assert not broken.passed
    assert broken.blocking
    shown: dict[str, Any] = {name: entry.value for name, entry in broken.metadata.items()}
    assert (shown["failing"], shown["days_failing"]) == (1, 1)
    assert shown["sample"].records[0].data["transaction_id"] == "536365"
    assert "sold_hour > '23'" in shown["query"]
    assert shown["remedy"]
    counted = found[key.to_user_string(), "customer_id_null"]
    assert counted.passed
    assert cast(int, counted.metadata["failing"].value) > 0


def test_a_rule_that_fails_keeps_gold_of_a_run_that_asks_it_as_it_is(own: Orchestration) -> None:
    """Who chooses a table with its checks would get gold of rows that the same run has just found wrong."""
    own.land(DAYS[0])
    flow.run_incremental(own.database)
    own.change("update scout.silver_transactions_cleaned set sold_hour = 25 where transaction_id = '536365'")
    own.land(DAYS[1])
    sales, gold = transactions_cleaned.TABLE.asset_key, daily_aggregates.TABLE.asset_key
    assert transactions_cleaned.TABLE.quality is not None
    rules = {dg.AssetCheckKey(sales, rule.name) for rule in transactions_cleaned.TABLE.quality.rules}
    tables = dg.AssetSelection.assets(sales, gold).required_multi_asset_neighbors()
    chosen = defs.resolve_implicit_global_asset_job_def().get_subset(
        asset_selection=tables.resolve(defs.resolve_asset_graph()), asset_check_selection=rules
    )
    tags = {MODE_TAG: INCREMENTAL, **month_range(DECEMBER, DECEMBER)}
    run = chosen.execute_in_process(instance=own.instance, tags=tags, raise_on_error=False)
    assert not run.success
    assert {name for (_, name), found in checks(run).items() if found.blocking and not found.passed} == {
        "sold_hour_is_in_range"
    }
    assert sales.to_user_string() in figures(run)
    assert gold.to_user_string() not in figures(run)
    assert own.rows("select count(*) from scout.gold_daily_aggregates") == [(1,)]

    # a scheduled run does not ask the rules: docs/decisions/0035
    run = own.materialize(tables)
    assert run.success
    assert not {check.name for check in rules} & {name for _, name in checks(run)}
    assert own.rows("select count(*) from scout.gold_daily_aggregates") == [(2,)]


def test_the_maintenance_jobs_do_what_is_due_and_leave_it_to_another_maintainer(own: Orchestration) -> None:
    """One that fails because somebody works already wakes a person for nothing; one that does nothing wakes nobody."""
    for name in ("maintain_tables", "maintain_tables_weekend"):
        own.change("truncate ops.maintenance_log")
        assert own.run(name).success
        assert own.rows("select count(*) filter (where outcome <> 'done'), count(*) > 0 from ops.maintenance_log") == [
            (0, True)
        ]
        own.change("select pg_stat_reset()")
    own.change("truncate ops.maintenance_log")
    with maintenance._only_maintainer(own.database):
        assert own.run("maintain_tables").success
    assert own.rows("select count(*) from ops.maintenance_log") == [(0,)]
