"""Each materialized view has a plain unique index over its grain, and a blocking check that sees when it has not."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa

from scout_pipeline import flow
from scout_pipeline.database import Database
from scout_pipeline.definitions import defs
from scout_pipeline.quality import promises
from scout_pipeline_tests.orchestration import Orchestration, orchestration

(PROMISE,) = [promise for promise in promises.PROMISES if promise.name == "views_have_their_grain"]
VIEW = "scout.mv_dashboard_kpis"
DROPPED = "drop index scout.mv_dashboard_kpis_grain"
MADE = "create unique index mv_dashboard_kpis_grain on scout.mv_dashboard_kpis"
# what became of the index; each but the last is refused by a refresh beside the readers, or holds another grain
DAMAGED = {
    "dropped": DROPPED,
    "partial": f"{DROPPED}; {MADE} (store_id, date_key, sold_hour) where units is not null",
    "an expression": f"{DROPPED}; {MADE} (store_id, date_key, (sold_hour + 0))",
    "invalid": "update pg_index set indisvalid = false where indexrelid = 'scout.mv_dashboard_kpis_grain'::regclass",
    "not unique": f"{DROPPED}; {MADE.replace('unique ', '')} (store_id, date_key, sold_hour)",
    "wider than the grain": f"{DROPPED}; {MADE} (store_id, date_key, sold_hour, units)",
    "a part of the grain": f"{DROPPED}; {MADE} (store_id, date_key) include (sold_hour)",
}


def violations(connection: sa.Connection) -> list[dict[str, str]]:
    result = promises.check(connection, PROMISE)
    assert result.violations == len(result.sample)
    return result.sample


@pytest.mark.parametrize("damage", DAMAGED)
def test_an_index_that_is_none_is_named_with_its_view(database: Database, damage: str) -> None:
    """The next refresh would fail, or keep all readers out, and nobody would know before."""
    with database.transaction() as connection, connection.begin_nested() as undone:
        connection.execute(sa.text(DAMAGED[damage]))
        (found,) = violations(connection)
        assert found["view_name"] == VIEW
        assert found["problem"].endswith("over date_key, sold_hour, store_id")
        undone.rollback()
    with database.transaction() as connection:
        assert violations(connection) == []


def test_a_new_view_has_to_say_its_grain(database: Database) -> None:
    """Its index would be held against nothing."""
    with database.transaction() as connection, connection.begin_nested() as undone:
        connection.execute(sa.text("create materialized view scout.mv_new as select 1 as one"))
        connection.execute(sa.text("create unique index mv_new_grain on scout.mv_new (one)"))
        assert violations(connection) == [{"view_name": "scout.mv_new", "problem": "nobody says what its grain is"}]
        undone.rollback()


def test_every_materialized_view_is_guarded_by_a_blocking_check() -> None:
    """A view without it is refreshed as if all were well."""
    graph = defs.resolve_asset_graph()
    serving = [key for key in graph.get_all_asset_keys() if key.path[0] == "serving"]
    assert len(serving) == 5
    for key in serving:
        (check,) = [check for check in graph.get(key).check_keys if check.name == PROMISE.name]
        assert graph.get(check).blocking


@pytest.fixture
def own(database: Database, online_retail_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Orchestration]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield orchestration(instance, database, online_retail_dir, monkeypatch)


def test_a_run_that_refreshes_views_fails_by_a_missing_index(own: Orchestration) -> None:
    """A view whose inputs stand still is skipped, and its index would be missed only when they move."""
    own.land("2011-03-01")
    flow.run_incremental(own.database)
    assert own.run("refresh_dashboard_views").success
    own.change(DROPPED)
    failed = own.run("refresh_dashboard_views", raise_on_error=False)
    assert not failed.success
    (evaluation,) = [found for found in failed.get_asset_check_evaluations() if found.check_name == PROMISE.name]
    assert not evaluation.passed
    assert evaluation.severity == dg.AssetCheckSeverity.ERROR
    own.change(f"{MADE} (store_id, date_key, sold_hour)")
    assert own.run("refresh_dashboard_views").success
