"""A deployment that has sales and feeds already gets the new figures by its next run."""

from pathlib import Path

from scout_pipeline import flow
from scout_pipeline.database import Database
from scout_pipeline.migrations import runner
from scout_pipeline.migrations.loss import CONFIRMATION
from scout_pipeline_tests.fingerprint import fingerprint
from scout_pipeline_tests.gold.observed_floor import open_floor
from scout_pipeline_tests.gold.test_experiment_results import EVENTS
from scout_pipeline_tests.gold.test_latest_store_metrics import MEASURED
from scout_pipeline_tests.gold.test_promotion_summary import RECORDS


def test_figures_of_what_was_there_before_the_migration_appear(database: Database, tmp_path: Path) -> None:
    """The new tables would stay empty until something changes, and every promise about them would be broken."""
    floor = open_floor(database, tmp_path)
    floor.take_reference(*EVENTS, *MEASURED, *RECORDS)
    floor.carry()
    expected = fingerprint(database)
    runner.down(database, to="0010", confirm=CONFIRMATION)
    runner.up(database)
    assert floor.broken_promises() == []
    flow.run_incremental(database)
    assert fingerprint(database) == expected
    assert floor.broken_promises() == []
    assert floor.rows("select 1 from ops.dirty_buckets") == []
