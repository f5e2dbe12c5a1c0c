"""What a simulation is told; the same arguments give the same bytes."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from scout_pipeline.simulate.errors import SimulationError

# A fixed day: a default that follows the clock would give other files tomorrow.
DEFAULT_LAST_DAY = date(2026, 6, 30)
EARLIEST_DAY = date(2000, 1, 1)
LATEST_DAY = date(2100, 1, 1)
LIMITS: dict[str, tuple[float, float]] = {
    "stores": (1, 100_000),
    "days": (1, 3_660),
    "rate": (0.1, 5_000),
    "seed": (0, 2**63 - 1),
    "dirty": (0, 0.5),
    "late": (0, 0.5),
}


@dataclass(frozen=True)
class Arguments:
    """`rate` is sales per store and day on average; `dirty` and `late` are shares (0 to 0.5) of the sales."""

    stores: int
    days: int
    first_day: date
    rate: float
    seed: int
    dirty: float
    late: float

    def __post_init__(self) -> None:
        for name, (lowest, highest) in LIMITS.items():
            value = getattr(self, name)
            if not lowest <= value <= highest:
                raise SimulationError(f"--{name} is {value}; it must be between {lowest} and {highest}")
        if self.first_day < EARLIEST_DAY or self.last_day > LATEST_DAY:
            raise SimulationError(
                f"{self.first_day} to {self.last_day} is not between {EARLIEST_DAY} and {LATEST_DAY}; "
                "choose another --first-day"
            )

    @property
    def last_day(self) -> date:
        return self.first_day + timedelta(days=self.days - 1)

    @property
    def reference_day(self) -> date:
        """From this day on the first versions of all members hold; well before the first sale."""
        return date(self.first_day.year - 1, 1, 1)

    @property
    def expected_sales(self) -> float:
        return self.stores * self.days * self.rate

    def day(self, index: int) -> date:
        return self.first_day + timedelta(days=index)

    def as_json(self) -> dict[str, Any]:
        names = ("stores", "days", "first_day", "rate", "seed", "dirty", "late")
        return {name: str(getattr(self, name)) if name == "first_day" else getattr(self, name) for name in names}


def default_first_day(days: int) -> date:
    """So that the last day is DEFAULT_LAST_DAY."""
    if not 1 <= days <= LIMITS["days"][1]:
        raise SimulationError(f"--days is {days}; it must be between 1 and {LIMITS['days'][1]}")
    return DEFAULT_LAST_DAY - timedelta(days=days - 1)
