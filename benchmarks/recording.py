"""Writes what a benchmark measured as JSON, in the one shape that `scout baselines record` reads."""

import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from rich.console import Console
from scratch import HERE

from scout_pipeline import embedded_conf
from scout_pipeline.ops.baselines import BenchmarkResult, Figure

RESULTS = HERE / "results"


def write(
    path: Path | None,
    benchmark: str,
    figures: Sequence[Figure],
    facts: Mapping[str, Any],
    detail: Any,
    console: Console,
) -> Path:
    """Write the result to `path`, by default to benchmarks/results/, and say how to keep it."""
    now = datetime.now(timezone.utc)
    result = BenchmarkResult(
        benchmark=benchmark,
        collected_at=now,
        revision=_revision(),
        facts={**_machine(), **facts},
        figures=list(figures),
        detail=detail,
    )
    target = path or RESULTS / f"{benchmark.replace(' ', '-').replace(',', '')}-{now:%Y%m%dT%H%M%SZ}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(result.model_dump_json(indent=2), encoding="utf-8")
    console.print(f"written to {target}; keep it with `scout baselines record {target}`", soft_wrap=True)
    return target


def _machine() -> dict[str, Any]:
    return {
        "processors": os.cpu_count(),
        "memory_mib": embedded_conf.available_memory() // embedded_conf.MEBIBYTE,
        "machine": platform.machine(),
        "python": platform.python_version(),
        "load_average": round(os.getloadavg()[0], 2),
    }


def _revision() -> str | None:
    """The commit, with `-dirty` when files differ from it; None outside a git checkout."""
    try:
        done = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--exclude", "*"],
            cwd=HERE,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()
