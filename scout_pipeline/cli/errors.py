"""Which errors a person can act on, and the one line that tells them how."""

import psycopg
import sqlalchemy as sa

from scout_pipeline import database
from scout_pipeline.bronze.pseudonyms import PseudonymKeyError
from scout_pipeline.migrations.errors import MigrationError
from scout_pipeline.ops.baselines import BaselineError
from scout_pipeline.ops.partitions.layers import PartitionError
from scout_pipeline.quality.checking import ArchivedDayError
from scout_pipeline.quarantine.selection import SelectionError
from scout_pipeline.settings import SettingsError
from scout_pipeline.silver.archived import ArchivedMonthError
from scout_pipeline.sources.mapping import MappingError
from scout_pipeline.sources.watermarks import ForeignClusterError
from scout_pipeline.store_days.decisions import StoreDayError


class UserError(Exception):
    """What was wrong, with what value, where, and what to do next; shown as one line, without a traceback."""


EXPECTED = (
    UserError,
    SettingsError,
    MigrationError,
    BaselineError,
    PartitionError,
    MappingError,
    SelectionError,
    StoreDayError,
    PseudonymKeyError,
    ForeignClusterError,
    ArchivedMonthError,
    ArchivedDayError,
    database.DatabaseUnavailable,
)


def explain(error: Exception) -> str | None:
    """The line for an expected error, or None when the error is a defect and its traceback should be seen."""
    if isinstance(error, EXPECTED):
        return str(error)
    if isinstance(error, sa.exc.OperationalError | psycopg.OperationalError):
        reason = error.orig if isinstance(error, sa.exc.OperationalError) else error
        return f"the database refused: {str(reason).strip().splitlines()[0]}"
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return None
