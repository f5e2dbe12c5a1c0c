"""Which version of a store or product is the current one: that of now, which time alone may change."""

import sqlalchemy as sa

from scout_pipeline import database, settings
from scout_pipeline.database import Database
from scout_pipeline.sources import watermarks


def refresh(target: Database) -> bool:
    """Make the versions of now current where time has moved on; one small query when it has not."""
    zone = settings.current().schedule_time_zone
    with target.transaction() as connection:
        is_due = bool(database.scalar(connection, "silver/versions_due", time_zone=zone))
    if is_due:
        target.retrying(_turn_alone)
    return is_due


def _turn_alone(connection: sa.Connection) -> None:
    # windows write versions under this lock: what is chosen here must not be rewritten before it is made current
    watermarks.everything_carried(connection, watermarks.SILVER)
    turn(connection)


def turn(connection: sa.Connection) -> None:
    """Make the versions of now current: what has ended goes first, a store and a product have one.

    The transaction must hold the lock of silver's cursor, as that of a window does.
    """
    database.run(connection, "silver/store_versions")
    database.run(connection, "silver/dim_store_ended")
    database.run(connection, "silver/dim_store_begun")
    database.run(connection, "silver/product_versions", time_zone=settings.current().schedule_time_zone)
    database.run(connection, "silver/dim_product_ended")
    database.run(connection, "silver/dim_product_begun")
    database.run(connection, "silver/drop_versions")
