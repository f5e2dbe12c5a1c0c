"""The monthly partitions of assets; the same months as the partitions of the tables."""

import dagster as dg

# An early start costs nothing: a partition exists in the database once it holds a row.
BUSINESS_MONTHS = dg.MonthlyPartitionsDefinition(start_date="2009-01-01", end_offset=1, timezone="UTC")
RECEIPT_MONTHS = dg.MonthlyPartitionsDefinition(start_date="2026-01-01", end_offset=1, timezone="UTC")
