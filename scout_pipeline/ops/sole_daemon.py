"""One Dagster daemon for a storage: a second one ends before it does anything, also when it was started by hand.

`dagster.yaml` names this scheduler; every process that reads that file makes one, and in a daemon it takes a lock in
Dagster's storage and keeps it. The sole daemon also ends the runs that nobody works on any more (`orphans.py`).
"""

import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import dagster as dg
import sqlalchemy as sa
from dagster._core.scheduler import DagsterDaemonScheduler
from dagster._serdes import ConfigurableClassData

from scout_pipeline import database
from scout_pipeline.database import Database
from scout_pipeline.ops import daemon_lock, orphans

WAIT_SECONDS = 5.0
KEEP_SECONDS = 15.0
_claimed: "Claim | None" = None


class SoleDaemonScheduler(DagsterDaemonScheduler):
    """Dagster's own scheduler; in the process of a daemon it claims the storage first."""

    def __init__(
        self,
        storage_url: str,
        max_catchup_runs: int,
        max_tick_retries: int,
        inst_data: ConfigurableClassData | None = None,
    ) -> None:
        super().__init__(max_catchup_runs, max_tick_retries, inst_data)
        global _claimed
        if _claimed is None and runs_a_daemon(sys.argv):
            _claimed = Claim(storage_url)
            threading.Thread(target=_claimed.keep, name="sole daemon", daemon=True).start()

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        return {**super().config_type(), "storage_url": dg.StringSource}  # type: ignore[no-untyped-call]

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData, config_value: Mapping[str, Any]
    ) -> "SoleDaemonScheduler":
        return cls(inst_data=inst_data, **config_value)


class Claim:
    """The lock of this process on a storage. Making one ends the process when another daemon has it."""

    def __init__(self, storage_url: str) -> None:
        self._storage = Database(storage_url, pool_size=1)
        self._since = datetime.now(timezone.utc)
        self._label = f"{daemon_lock.LABEL} {socket.gethostname()} {os.getpid()}"
        self._connection: sa.Connection | None = None
        deadline = time.monotonic() + WAIT_SECONDS
        # the server may still be noticing that the daemon before this one is gone
        while not self._take():
            if time.monotonic() > deadline:
                sys.exit(f"{self._owner()} works on this storage already: end it first; nothing was started")
            time.sleep(0.5)

    def keep(self) -> None:
        """End orphaned runs, and look whether the lock is still held; runs until the process ends."""
        instance: dg.DagsterInstance | None = None
        sightings: orphans.Sightings = {}
        while True:
            try:
                instance = instance or dg.DagsterInstance.get()
                if not self._holds() and not self._take():
                    print(f"{self._owner()} has taken over this storage; this one ends", file=sys.stderr)  # noqa: T201
                    os.kill(os.getpid(), signal.SIGTERM)
                    return
                found = orphans.find(instance, launched_before=self._since, sightings=sightings)
                for orphan in orphans.end(instance, found):
                    print(f"ended run {orphan.run_id} of {orphan.job_name}", file=sys.stderr)  # noqa: T201
            except Exception:
                # a storage that is down raises many things; it is asked again until it answers
                traceback.print_exc()
            time.sleep(KEEP_SECONDS)

    def _take(self) -> bool:
        connection = self._storage.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if database.scalar(connection, "ops/daemon_lock", label=self._label):
            self._connection = connection
            return True
        connection.close()
        return False

    def _holds(self) -> bool:
        """A server that was restarted has forgotten the lock."""
        if self._connection is None:
            return False
        try:
            return bool(database.scalar(self._connection, "ops/daemon_lock_held"))
        except sa.exc.DBAPIError:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None
            return False

    def _owner(self) -> str:
        return daemon_lock.holder(self._storage) or "another Dagster daemon"


def runs_a_daemon(arguments: Sequence[str]) -> bool:
    """Whether a command line is `dagster-daemon run` or `python -m dagster._daemon run`."""
    program = Path(arguments[0])
    is_daemon = program.name == "dagster-daemon" or program.match("dagster/_daemon/__main__.py")
    return is_daemon and "run" in arguments[1:]
