"""Every promise is seen broken once: a check that cannot fail proves nothing."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from scout_pipeline import flow
from scout_pipeline.database import Database
from scout_pipeline.quality import promises
from scout_pipeline.silver import reconcile, refresh
from scout_pipeline_tests import shop_files
from scout_pipeline_tests.floor_files import SMALL_WORLD, Floor, sale
from scout_pipeline_tests.prepared import Prepared, State
from scout_pipeline_tests.shop_files import Line

# the smallest damage that breaks each promise; {} are the others that the same damage rightly breaks
DAMAGE = {
    "ledger_balances": "update scout.bronze_ingestion_batches set lines_read = lines_read + 1",
    "bronze_is_as_received": """
        update scout.bronze_transactions_raw set payload = payload || '{"quantity": "2"}'
        where transaction_id = '2'
    """,
    "audit_log_is_whole": "update ops.audit_head set entry_number = entry_number + 1",
    "stores_are_registered": "delete from scout.store_registry where store_code = 'A'",
    "partitions_are_ready": """
        do $$
        begin
            execute (
                select string_agg('drop table ' || partition_name, '; ') from ops.partitions
                where relation = 'scout.bronze_transactions_raw' and month > current_date
            );
        end
        $$
    """,
    "archived_months_are_shown": """
        insert into ops.archived_months (layer, month, state, sales_value)
        values ('silver', '2026-02-01', 'archived', 1)
    """,
    "calendar_is_whole": "delete from scout.dim_date where date_key = '2026-02-13'",
    "bronze_is_carried": "delete from scout.silver_transaction_keys where transaction_id = '1'",
    "lines_are_conserved": "update scout.silver_transactions_cleaned set line_count = 7 where transaction_id = '1'",
    "nothing_is_pending": """
        update ops.streaming_watermarks set last_xid = '0', last_id = 0;
        update scout.bronze_ingestion_batches set finished_at = finished_at - interval '6 minutes'
    """,
    "transactions_are_unique": """
        insert into scout.silver_transactions_cleaned
        select (jsonb_populate_record(sale, '{"store_id": 0}')).*
        from scout.silver_transactions_cleaned as sale where transaction_id = '1'
    """,
    "store_days_are_known": "delete from ops.store_days where date_key = '2024-03-05'",
    "headers_equal_lines": "delete from scout.silver_transaction_items where transaction_id = '1' and line_number = 1",
    "dimensions_cover_facts": "delete from scout.dim_product where sku = 'RICE'",
    "histories_are_sound": "update scout.dim_store set valid_to = '2026-05-01' where store_code = 'S1'",
    "records_are_described": "delete from scout.dim_brand",
    "details_belong_to_sales": "update scout.silver_transactions_cleaned set deleted_at = now()",
    "watermark_is_sound": "update ops.streaming_watermarks set last_xid = '9000000000000'",
    "daily_equals_silver": "update scout.gold_daily_aggregates set net_revenue = net_revenue + 0.0001",
    "closed_days_are_restated": """
        update ops.store_days
        set state = 'closed', closed_at = clock_timestamp(), closed_by = 'ana', closed_net_revenue = 0.01
    """,
    "hours_equal_silver": "update scout.gold_hourly_kpis set sold_hour = sold_hour + 1",
    "regions_equal_silver": "delete from scout.gold_regional_performance",
    "store_months_equal_silver": "update scout.gold_store_performance set units = units + 1",
    "products_equal_silver": "update scout.gold_product_performance set net_revenue = 0 where sku = 'RICE'",
    "brands_equal_silver": "update scout.gold_brand_performance set net_revenue = net_revenue + 0.0001",
    "brand_periods_equal_silver": "update scout.gold_brand_periods set units = units + 1",
    "categories_equal_silver": "delete from scout.gold_category_summary",
    "category_periods_equal_silver": "update scout.gold_category_periods set period_start = period_start + 7",
    "mix_equals_silver": "update scout.gold_product_mix set is_pareto_80 = not is_pareto_80",
    "baskets_equal_silver": """
        insert into scout.gold_basket_patterns values ('2024-03-01', 'RICE', 'SOAP', 3, 9, 9, 9, 9)
    """,
    "flows_equal_silver": """
        insert into scout.gold_substitution_flows values ('2024-03-05', 'RICE', 'SOAP', 'unknown', 1, 1)
    """,
    "requests_equal_silver": """
        insert into scout.gold_request_behavior values ('NCR', '2024-01-05', 'verbal', 'branded', 1, 0, 0, 0, 0, null)
    """,
    "demographics_equal_silver": """
        insert into scout.gold_demographics values ('NCR', '2024-01-01', 'female', 'unknown', 'unknown', 1, 0, 5, 1)
    """,
    "latest_metrics_equal_silver": """
        insert into scout.gold_latest_store_metrics values (1, 'visitors', 5, 'pos', '2024-01-05', now())
    """,
    "confidence_equals_silver": """
        update scout.gold_confidence set days_seen = 28, frequency_points = 20,
        confidence = confidence - frequency_points + 20, confidence_band = 'excellent'
    """,
    "promotions_equal_silver": """
        insert into scout.gold_promotion_summary values ('2024-01-05', 'open', 1, 1, 5, 5, 1, 0, 0, 0, null)
    """,
    "experiments_equal_silver": """
        insert into scout.gold_experiment_results values (1, 'shelf talkers', 1, 1, 5, 5, 0)
    """,
    "quarantine_is_empty": """
        insert into scout.quarantine (layer, source_id, batch_id, reason_code, detail, payload, rule_id, rule_version)
        values ('bronze', 1, 1, 'blank_line', 'blank', '{}', 'mapping/x', '1')
    """,
    "lift_is_plausible": """
        insert into scout.gold_experiment_results values (1, 'shelf talkers', 1, 1, 1, 12, 1100)
    """,
    "customers_equal_silver": "delete from scout.gold_customer_insights",
    "business_equals_silver": "update scout.gold_business_metrics set new_customers = new_customers - 1, "
    "returning_customers = returning_customers + 1",
    "times_of_day_equal_silver": "update scout.gold_time_of_day set time_of_day = 'night'",
    "windows_equal_silver": "update scout.gold_sales_windows set revenue_7d = revenue_7d + 1",
    "store_periods_equal_silver": "update scout.gold_store_periods set units = units + 1 where period = 'week'",
    "region_periods_equal_silver": "delete from scout.gold_region_periods where period = 'month'",
    "region_hours_equal_silver": "update scout.gold_region_hours set sold_hour = sold_hour + 1",
    "brand_hours_equal_silver": "update scout.gold_brand_hours set net_revenue = net_revenue + 0.0001",
    "category_hours_equal_silver": "delete from scout.gold_category_hours",
    "store_products_equal_silver": "update scout.gold_store_product_summary set last_sold_date = last_sold_date + 1",
    "activity_equals_silver": "update scout.gold_store_activity_stats set active_days_90d = active_days_90d + 1",
    "bronze_is_swept": """
        insert into ops.reconciliation_sweeps (missing) values (1);
        insert into ops.sweep_findings (source_id, transaction_id, sweep_id, store_id, received_date, problem)
        select 1, 'T1', sweep_id, 1, '2024-01-05', 'no sale in silver' from ops.reconciliation_sweeps
    """,
    "views_have_their_grain": "drop index scout.mv_dashboard_kpis_grain",
    "suggestions_equal_silver": "update scout.gold_suggestion_funnel set suggestions_rejected = 7",
}


def _load(database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop_files.install_mapping(folder / "mappings", monkeypatch)
    shop_files.take(
        database,
        folder,
        "a.csv",
        Line("1"),
        Line("1", sku="SOAP", description="Soap", unit_price="3.25"),
        Line("2", customer="c2", region="South"),
        Line("R3", quantity="-1"),
    )
    floor = Floor(database, folder)
    floor.take_reference(*SMALL_WORLD)
    floor.take_sales(sale("4", transcription_text="Kopi po"), sale("5", store="S2", customer_id="c3"))
    floor.carry()


LOADED = State("loaded", _load)


@pytest.fixture
def loaded(prepared: Prepared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    shop_files.install_mapping(tmp_path / "mappings", monkeypatch)
    return prepared.copy(LOADED)


def broken(database: Database) -> set[str]:
    with database.transaction() as connection:
        return {result.promise.name for result in promises.check_all(connection) if not result.holds}


def test_every_promise_holds_after_a_run(loaded: Database) -> None:
    """A promise that is broken on good data would be switched off by its first reader."""
    assert broken(loaded) == set()


@pytest.mark.parametrize("promise", [*promises.PROMISES, *promises.WARNINGS], ids=lambda promise: promise.name)
def test_a_promise_sees_the_damage_it_is_there_for(loaded: Database, promise: promises.Promise) -> None:
    """A statement that returns no violation whatever the data say would look like trust."""
    with loaded.transaction() as connection:
        connection.execute(sa.text(DAMAGE[promise.name].replace(":", "\\:")))
    with loaded.transaction() as connection:
        result = promises.check(connection, promise)
    assert not result.holds
    assert 1 <= len(result.sample) <= 5
    assert result.violations >= len(result.sample)


@pytest.mark.parametrize(
    "alter",
    [
        "update scout.bronze_transactions_raw set store_id = store_id + 1 where transaction_id = '2'",
        "update scout.bronze_transactions_raw set transaction_id = '20' where transaction_id = '2'",
        "update scout.bronze_transactions_raw set line_number = 100 where transaction_id = '2'",
        "update scout.bronze_transactions_raw set payload = payload - 'quantity' where transaction_id = '2'",
    ],
)
def test_whatever_is_altered_in_a_record_is_seen(loaded: Database, alter: str) -> None:
    """Bronze is the last word of every rebuild: a record that changed there would change revenue, and nobody knew."""
    with loaded.transaction() as connection:
        connection.execute(sa.text(alter))
    assert "bronze_is_as_received" in broken(loaded)


def test_a_dirty_bucket_is_no_broken_promise(loaded: Database) -> None:
    """Gold lags behind silver between two transactions; that is pending work, and an alarm would be false."""
    with loaded.transaction() as connection:
        connection.execute(sa.text(DAMAGE["daily_equals_silver"]))
        connection.execute(
            sa.text(
                "insert into ops.dirty_buckets (store_id, date_key, layer, cause) "
                "select store_id, date_key, 'gold/daily_aggregates', 'test' from scout.gold_daily_aggregates"
            )
        )
    assert broken(loaded) == set()


def test_records_of_a_long_load_do_not_wait_before_they_are_committed(loaded: Database) -> None:
    """Rows carry the start of their transaction: after a load of six minutes they would wait too long at once."""
    with loaded.transaction() as connection:
        for statement in (
            "update ops.streaming_watermarks set last_xid = '0', last_id = 0",
            "update scout.bronze_transactions_raw set received_at = received_at - interval '6 minutes'",
            "update scout.bronze_ingestion_batches set received_at = received_at - interval '6 minutes'",
        ):
            connection.execute(sa.text(statement))
    assert "nothing_is_pending" not in broken(loaded)


def test_buckets_of_a_long_silver_step_do_not_wait_before_they_are_committed(loaded: Database, tmp_path: Path) -> None:
    """Marks with the time at which silver began would be too old when gold first sees them."""
    shop_files.take(loaded, tmp_path, "b.csv", Line("9"))
    age = sa.text("select min(extract(epoch from marked_at - now())) from ops.dirty_buckets")
    with loaded.transaction() as connection:
        connection.execute(sa.text("select pg_sleep(0.3)"))
        assert refresh._carry(connection, 1000) is not None
        assert connection.execute(age).scalar_one() >= 0.3
    flow.run_incremental(loaded)
    with loaded.transaction() as connection:
        connection.execute(sa.text("select pg_sleep(0.3)"))
        reconcile._restart(connection)
        assert connection.execute(age).scalar_one() >= 0.3


def test_a_bucket_that_gold_left_for_long_is_seen(loaded: Database) -> None:
    """Gold that stands still would look like gold that has nothing to do."""
    mark = (
        "insert into ops.dirty_buckets (store_id, date_key, layer, cause, marked_at) "
        "select store_id, date_key, 'gold/daily_aggregates', 'test', now() - interval '6 minutes' "
        "from scout.gold_daily_aggregates"
    )
    with loaded.transaction() as connection:
        connection.execute(sa.text(mark))
    assert broken(loaded) == {"nothing_is_pending"}


def test_every_promise_says_what_it_means_and_what_to_do(loaded: Database) -> None:
    """A red line without a sentence and a next step sends its reader to the source code."""
    for promise in (*promises.PROMISES, *promises.WARNINGS):
        assert promise.question.endswith("."), promise.name
        assert len(promise.remedy) > 10, promise.name
