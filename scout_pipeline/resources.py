"""What assets, checks and sensors are given to work with."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from scout_pipeline import cluster
from scout_pipeline.database import Database


@contextmanager
def open_database() -> Iterator[Database]:
    """The pipeline's database for as long as it is needed."""
    database = cluster.data_database()
    try:
        yield database
    finally:
        database.dispose()


@dg.resource(description="The pipeline's PostgreSQL database: the embedded server, or SCOUT_DATABASE_URL.")
def database_resource(_context: dg.InitResourceContext) -> Iterator[Database]:
    with open_database() as database:
        yield database
