"""Silver and gold are computed again from bronze alone."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from scout_pipeline import flow
from scout_pipeline.database import Database
from scout_pipeline.quality import promises
from scout_pipeline.sources.watermarks import ForeignClusterError
from scout_pipeline_tests import shop_files
from scout_pipeline_tests.fingerprint import fingerprint
from scout_pipeline_tests.shop_files import Line


@pytest.fixture
def loaded(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Two shops with a correction that moved a sale, a superseded version and a rejected line."""
    shop_files.install_mapping(tmp_path / "mappings", monkeypatch)
    shop_files.take(database, tmp_path, "a.csv", Line("1"), Line("2", store="B"), Line("3", quantity="NaN"))
    flow.run_incremental(database)
    shop_files.take(database, tmp_path, "b.csv", Line("1", sold_at="2024-04-02 09:00:00"), Line("4", customer="c9"))
    flow.run_incremental(database)
    return database


def _holds(database: Database) -> None:
    with database.transaction() as connection:
        assert [result for result in promises.check_all(connection) if not result.holds] == []


def test_everything_computed_from_bronze_again_is_what_it_was(loaded: Database) -> None:
    """If silver held anything that bronze does not, a rebuild would lose it."""
    before = fingerprint(loaded)
    flow.run_reconcile(loaded)
    assert fingerprint(loaded) == before
    _holds(loaded)


def test_damage_in_silver_and_gold_is_healed_from_bronze(loaded: Database) -> None:
    """Reconciling is what an operator reaches for when numbers are wrong."""
    before = fingerprint(loaded)
    with loaded.transaction() as connection:
        connection.execute(sa.text("delete from scout.silver_transaction_items"))
        connection.execute(sa.text("update scout.gold_daily_aggregates set net_revenue = 1"))
    flow.run_reconcile(loaded)
    assert fingerprint(loaded) == before


def test_a_database_restored_into_another_cluster_is_refused_until_it_is_reconciled(
    loaded: Database, tmp_path: Path
) -> None:
    """Transaction ids of another cluster would make the window skip rows without a word."""
    before = fingerprint(loaded)
    with loaded.transaction() as connection:
        connection.execute(sa.text("update ops.streaming_watermarks set system_identifier = 1"))
        connection.execute(sa.text("update scout.bronze_transactions_raw set ingest_xid = '900000000'"))
    with pytest.raises(ForeignClusterError, match="--reconcile"):
        flow.run_incremental(loaded)
    flow.run_reconcile(loaded)
    assert fingerprint(loaded) == before
    shop_files.take(loaded, tmp_path, "c.csv", Line("5"))
    assert flow.run_incremental(loaded).silver.lines_written == 1
    _holds(loaded)
