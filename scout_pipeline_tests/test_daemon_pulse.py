"""Whether `scout status` sees a daemon that hangs, on heartbeats that Dagster itself wrote."""

import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._daemon.types import DaemonHeartbeat

from scout_pipeline import settings
from scout_pipeline.database import Database
from scout_pipeline.ops import daemon_pulse, service_report
from scout_pipeline.ops.daemon_pulse import Pulse
from scout_pipeline_tests import dagster_past
from scout_pipeline_tests.test_cli import scout


@pytest.fixture
def instance(empty_database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """Dagster on a storage of this test, which the settings name."""
    monkeypatch.setenv("SCOUT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SCOUT_DAGSTER_DATABASE_URL", empty_database.url)
    settings.current.cache_clear()
    assert daemon_pulse.feel(running_seconds=None) is None
    with dagster_past.stored_instance(empty_database) as made:
        yield made


def beat(instance: dg.DagsterInstance, part: str, daemon: str, age_seconds: float) -> None:
    instance.add_daemon_heartbeat(DaemonHeartbeat(time.time() - age_seconds, part, daemon, []))


def pulse(running_seconds: float | None = None) -> Pulse:
    found = daemon_pulse.feel(running_seconds=running_seconds)
    assert found is not None
    return Pulse(found.part, round(found.age_seconds, -1))


def test_the_part_that_was_silent_longest_is_named(instance: dg.DagsterInstance) -> None:
    """A daemon whose queue goes on while its sensors hang takes no file, and looks alive."""
    assert daemon_pulse.feel(running_seconds=None) is None
    beat(instance, "SENSOR", "this one", 20)
    beat(instance, "SCHEDULER", "this one", 10)
    # what only an earlier daemon had is silent for ever, and is no news
    beat(instance, "ASSET", "the one before", 5000)
    assert pulse() == Pulse("SENSOR", 20)
    assert not pulse().is_late
    beat(instance, "SCHEDULER", "this one", 200)
    assert pulse() == Pulse("SCHEDULER", 200)
    assert pulse().is_late


def test_a_daemon_that_has_just_started_is_not_late(instance: dg.DagsterInstance) -> None:
    """What the one before it left at the week-end would have people kill the new one while it starts."""
    beat(instance, "SENSOR", "the one before", 200_000)
    assert pulse(running_seconds=10) == Pulse("SENSOR", 10)
    # and one that never gave a sign hangs too
    assert pulse(running_seconds=300).is_late


def test_status_says_what_to_do_when_nobody_works(instance: dg.DagsterInstance) -> None:
    """A number of seconds is no help at night."""
    beat(instance, "SENSOR", "this one", 30)
    daemon = service_report.report(settings.current())["daemon"]
    assert (daemon["late"], daemon["advice"]) == (False, None)
    beat(instance, "SENSOR", "this one", 4000)
    daemon = service_report.report(settings.current())["daemon"]
    assert (daemon["part"], daemon["late"], round(daemon["heartbeat_age_seconds"], -2)) == ("SENSOR", True, 4000)
    (line,) = [line for line in scout("status").stdout.splitlines() if "sign of life" in line]
    assert line.startswith("the daemon's last sign of life was 40")
    assert line.endswith("s ago (SENSOR): " + daemon["advice"])
    assert "no daemon of this home runs: `scout up` starts one" in line
