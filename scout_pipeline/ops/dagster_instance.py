"""The Dagster instance of a home, for commands and programs that `scout up` did not start."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from dagster._core.instance.ref import InstanceRef

from scout_pipeline.ops import services


@contextmanager
def of_home(home: Path, *, storage_url: str) -> Iterator[dg.DagsterInstance]:
    """The instance as `dagster.yaml` describes it, on that storage; nothing is read from the environment."""
    services.prepare_home(home)
    instead = {
        "storage": {"postgres": {"postgres_url": storage_url}},
        # only a daemon claims the storage
        "scheduler": {"module": "dagster._core.scheduler", "class": "DagsterDaemonScheduler", "config": {}},
    }
    with dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(home / "dagster"), overrides=instead)) as instance:
        yield instance
