"""The monthly partitions of assets; the same months as the partitions of the tables."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import dagster as dg


@dataclass(frozen=True)
class Months:
    """Months from the one that begins at `start_date` to the current one, in UTC."""

    start_date: str

    @cached_property
    def definition(self) -> "dg.MonthlyPartitionsDefinition":
        """The months as Dagster knows them; Dagster loads when it is asked for."""
        import dagster as dg

        return dg.MonthlyPartitionsDefinition(start_date=self.start_date, end_offset=1, timezone="UTC")


# An early start costs nothing: a partition exists in the database once it holds a row.
BUSINESS_MONTHS = Months("2009-01-01")
RECEIPT_MONTHS = Months("2026-01-01")
