"""Starts silver again from bronze alone: after a restore into another cluster, or to prove that it is enough."""

import sqlalchemy as sa

from scout_pipeline import database
from scout_pipeline.database import Database
from scout_pipeline.silver import archived
from scout_pipeline.sources import watermarks


def restart(target: Database) -> bool:
    """Empty silver, mark what stood on it, and set the watermark back, in one transaction.

    The next incremental run computes everything from bronze. True when bronze was given this cluster's ids because
    the database was restored from another one.
    """
    return target.retrying(_restart)


def _restart(connection: sa.Connection) -> bool:
    archived.refuse_restart(connection)
    is_restored = not watermarks.is_same_cluster(connection, watermarks.SILVER)
    watermarks.restart(connection, watermarks.SILVER, is_restored=is_restored)
    database.run(connection, "silver/mark_everything", cause="reconciled")
    database.run(connection, "silver/mark_every_day")
    database.run(connection, "silver/tell_every_store_day", cause="reconciled")
    database.run(connection, "silver/mark_every_store_day", cause="reconciled")
    database.run(connection, "silver/mark_every_feed", cause="reconciled")
    database.run(connection, "silver/mark_every_customer")
    database.run(connection, "silver/empty_described_stores")
    database.run(connection, "silver/open_registered_stores")
    database.run(connection, "silver/empty_place_aliases")
    database.run(connection, "silver/empty")
    return is_restored
