"""Dagster's storage on PostgreSQL, with connections that stay open between statements.

Dagster's own opens a connection for each statement: 10 ms for one that takes 1 ms, and a check of all tables writes 700
events one by one, half of them in the daemon's loop that looks for files. `dagster.yaml` names this class.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa
from dagster._serdes import ConfigurableClassData
from dagster_postgres import DagsterPostgresStorage
from dagster_postgres.utils import create_pg_engine, pg_url_from_config

# What a process keeps open; more are opened while its threads need them, and closed at once.
KEPT_CONNECTIONS = 2
MOST_OTHERS = 50


class PooledStorage(DagsterPostgresStorage):
    """Dagster's own storage of runs, events and ticks; all of them share the connections of the process.

    A connection is asked for a sign of life before it is given out: a server that was started again in between costs a
    new connection and no run. The webserver replaces these engines by its own, which have a timeout.
    """

    def __init__(self, postgres_url: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(postgres_url, inst_data=inst_data)
        engine = connections(postgres_url)
        # the storages have no parameter for it; only `optimize_for_webserver` exchanges the engine, in the same way
        for storage in (self._run_storage, self._event_log_storage, self._schedule_storage):
            storage._engine = engine

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> "PooledStorage":
        return cls(pg_url_from_config(config_value), inst_data)


@cache
def connections(postgres_url: str) -> sa.Engine:
    """One engine for a process: a code server makes an instance for each look of a sensor."""
    return create_pg_engine(
        postgres_url,
        isolation_level="AUTOCOMMIT",
        pool_size=KEPT_CONNECTIONS,
        max_overflow=MOST_OTHERS,
        pool_pre_ping=True,
    )
