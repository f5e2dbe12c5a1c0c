"""The history of benchmark results: the one shape of a result file, recording it, and the latest figures of all."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from scout_pipeline import database
from scout_pipeline.database import Database


class BaselineError(Exception):
    """A file that is no benchmark result."""


class Figure(BaseModel):
    """One measured value. `goal` is the highest value that still meets it; None where nothing was promised."""

    metric: str = Field(min_length=1)
    value: Decimal = Field(allow_inf_nan=False)
    unit: str
    goal: Decimal | None = Field(default=None, allow_inf_nan=False)


class BenchmarkResult(BaseModel):
    """What one run of a benchmark measured.

    `facts` says under what it was measured (processors, memory, PostgreSQL, rows), `detail` holds what only this
    benchmark knows and is not recorded.
    """

    benchmark: str = Field(min_length=1)
    collected_at: AwareDatetime
    revision: str | None = None
    facts: dict[str, Any] = Field(default_factory=dict)
    figures: list[Figure] = Field(min_length=1)
    detail: Any = None


class Baseline(BaseModel):
    """The latest value of a metric, and how it compares with the one before; None where there is none."""

    benchmark: str
    metric: str
    value: Decimal
    unit: str
    previous_value: Decimal | None
    ratio: Decimal | None
    goal: Decimal | None
    is_met: bool | None
    collected_at: datetime
    revision: str | None


def read(path: Path) -> BenchmarkResult:
    """The result in a file; raises BaselineError with the place of what is wrong in it."""
    try:
        return BenchmarkResult.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise BaselineError(
            f"{path} is no benchmark result: {place}: {first['msg']}; give a file that a program of benchmarks/ wrote"
        ) from None


def record(target: Database, result: BenchmarkResult) -> int:
    """Add the figures to the history; how many of them were new. What is known already stays as it is."""
    with target.transaction() as connection:
        recorded: int = database.scalar(
            connection, "ops/record_baselines", result=result.model_dump_json(exclude={"detail"})
        )
    return recorded


def latest(target: Database) -> list[Baseline]:
    """The latest value of every metric, by benchmark and metric."""
    with target.transaction() as connection:
        return [Baseline(**row) for row in database.rows(connection, "ops/baselines")]
