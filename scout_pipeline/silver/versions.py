"""Which version of a store or product is the current one: that of now, which time alone may change."""

import sqlalchemy as sa

from scout_pipeline import database, settings


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
