"""The small size of `make partition-soak`."""

from pathlib import Path

from scout_pipeline.database import Database
from scout_pipeline_tests import partition_soak


def test_five_months_pass_without_a_failed_write_or_a_stopped_reader(database: Database, open_folder: Path) -> None:
    """Maintenance runs while shops sell and people look; whoever fails or waits then is told nothing."""
    with partition_soak.deployment(open_folder):
        report = partition_soak.soak(database, open_folder, 5)
    assert report.failures == []
    assert report.reads > 0
    assert report.writes > report.writes_beside_restores > 0
    assert report.killed_at
    assert report.restored_months == report.archived_months >= 4
    # no lock kept a reader for two seconds, or it had failed; how long a read takes is judged by `make partition-soak`,
    # because a busy machine makes readers slow by itself
