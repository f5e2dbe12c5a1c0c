"""What was announced for a day that has come: time alone brings it in force, whether a record arrives or not."""

import sqlalchemy as sa

from scout_pipeline import database, settings
from scout_pipeline.database import Database
from scout_pipeline.silver import references
from scout_pipeline.sources import watermarks


def refresh(target: Database) -> bool:
    """Bring in force what time has brought, in one transaction; one small query when there is nothing."""
    zone = settings.current().schedule_time_zone
    with target.transaction() as connection:
        is_due = bool(database.scalar(connection, "silver/announced_due", time_zone=zone))
    if is_due:
        target.retrying(_bring_in_force)
    return is_due


def _bring_in_force(connection: sa.Connection) -> None:
    # windows write versions and members under this lock: what is chosen here must not be rewritten before it is used
    watermarks.everything_carried(connection, watermarks.SILVER)
    references.take_announced(connection)
