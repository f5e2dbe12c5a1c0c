"""What silver may not compute while a month is archived: what it would read is not here, and gold would be lost."""

from datetime import date

import sqlalchemy as sa

from scout_pipeline import database


class ArchivedMonthError(Exception):
    """A month that lies in the archive would have to be computed again."""


def refuse_rebuild(connection: sa.Connection, first_day: date, end_day: date) -> None:
    """Raise ArchivedMonthError unless all records and days of [first_day, end_day) are in the database."""
    found = database.run(connection, "silver/archived_obstacles", first_day=first_day, end_day=end_day).mappings().one()
    if found["is_frozen"]:
        # a month whose first week is cut comes free with the one before it
        needed = min(f"{first_day:%Y-%m}", found["silver_months"][-1])
        raise ArchivedMonthError(
            f"days before {found['open_from']} stand on archived months of silver "
            f"({', '.join(found['silver_months'])}) and cannot be computed again; "
            f"first `scout partitions restore silver {needed}`"
        )
    if found["bronze_months"]:
        months = found["bronze_months"]
        raise ArchivedMonthError(
            f"records of these sales lie in archived months of bronze ({', '.join(months)}); "
            f"first `scout partitions restore bronze {' '.join(months)}`"
        )


def refuse_restart(connection: sa.Connection) -> None:
    """Raise ArchivedMonthError when anything at all is archived: a reconciliation reads all of bronze."""
    found = database.rows(connection, "silver/archived_months")
    if found:
        months = ", ".join(f"{row['layer']} {row['month']}" for row in found)
        raise ArchivedMonthError(
            f"a reconciliation computes everything again, and {months} is archived; "
            "first `scout partitions restore bronze --all` and `scout partitions restore silver --all`"
        )
