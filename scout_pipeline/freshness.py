"""How late a table may be: two tiers, the same as in `ops.freshness_tiers`; a test holds the two together.

Dagster's policy counts from the last materialization, so a quiet night looks late there. What is really late is in
`ops.v_data_freshness`, which alerts are raised from: docs/decisions/0027.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tier:
    """Seconds from a change of the input: when it should be in, when people are warned, when it is a failure."""

    name: str
    target_seconds: int
    warn_seconds: int
    fail_seconds: int


STREAMING = Tier("streaming", 60, 60, 300)
HOURLY = Tier("hourly", 3600, 7200, 14400)
OF_LAYER = {"bronze": STREAMING, "silver": STREAMING, "gold": HOURLY, "serving": HOURLY}
