"""Keeps the services of `scout up` running: start, restart, stop with everything they started.

One supervisor a home. Every service leads a process group of its own, so that its code servers and runs end with it.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from scout_pipeline.ops import service_state
from scout_pipeline.ops.services import Service, ServiceError, answers, log_path

GRACE_SECONDS = 20.0
START_SECONDS = 180.0
DOWN_SECONDS = 60.0
POLL_SECONDS = 0.5
# A service that fails this often in a row, each time within STEADY_SECONDS, has a fault that restarts do not mend.
MOST_QUICK_FAILURES = 4
STEADY_SECONDS = 60.0


@dataclass
class Running:
    """A started service: its process leads a process group of its own."""

    service: Service
    process: subprocess.Popen[bytes]
    started: float = field(default_factory=time.monotonic)
    quick_failures: int = 0

    def entry(self) -> dict[str, object]:
        """What the state file says of it."""
        service = self.service
        return {
            "name": service.name,
            "purpose": service.purpose,
            "address": service.address,
            "pid": self.process.pid,
            "started": service_state.identity(self.process.pid),
        }


def supervise(
    wanted: Iterable[Service],
    *,
    home: Path,
    variables: dict[str, str],
    started_server: bool,
    stopping: threading.Event,
    when_ready: Callable[[], None],
    keep_database: Callable[[], None],
) -> None:
    """Run the services until `stopping` is set; then, or after an error, stop every one of them.

    `when_ready` is called once all of them answer, `keep_database` at every turn: it starts a server that was killed.
    Raises ServiceError when a service does not answer in time or keeps failing.
    """
    running: list[Running] = []
    try:
        for service in wanted:
            running.append(start(service, home=home, variables=variables))
        deadline, ready = time.monotonic() + START_SECONDS, False
        while not stopping.is_set():
            service_state.write(home, services=[one.entry() for one in running], started_server=started_server)
            if not ready and all(answers(one.service.address) for one in running):
                ready = True
                when_ready()
            if not ready and time.monotonic() > deadline:
                raise ServiceError(f"no answer after {START_SECONDS:.0f} s: see {home / 'logs'}")
            stopping.wait(POLL_SECONDS)
            keep_database()
            for number, one in enumerate(running):
                running[number] = restart_if_ended(one, home=home, variables=variables)
    finally:
        stop(running)
        service_state.clear(home)


def start(service: Service, *, home: Path, variables: dict[str, str]) -> Running:
    """Start one service in a process group of its own; its output goes to HOME/logs/NAME.log."""
    with log_path(home, service).open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *service.arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=variables,
        )
    return Running(service, process)


def restart_if_ended(running: Running, *, home: Path, variables: dict[str, str]) -> Running:
    """The same service, or its successor when it ended by itself; ServiceError once restarts have proved useless."""
    status = running.process.poll()
    if status is None:
        return running
    quick = time.monotonic() - running.started < STEADY_SECONDS
    failures = running.quick_failures + 1 if quick else 1
    if failures > MOST_QUICK_FAILURES:
        raise ServiceError(
            f"{running.service.name} ended {failures} times in a row (exit status {status}): see "
            f"{log_path(home, running.service)}"
        )
    _end_groups([running.process.pid])
    successor = start(running.service, home=home, variables=variables)
    successor.quick_failures = failures
    return successor


def stop(running: Iterable[Running]) -> None:
    """Ask every process group to end, wait, and kill what is left after the grace period."""
    processes = [one.process for one in running]
    _end_groups([process.pid for process in processes])
    for process in processes:
        process.wait()


def request_stop(home: Path) -> bool:
    """Tell a running `scout up` to end and wait for it; whether there was one. Clears what a killed one left."""
    if not service_state.supervisor_runs(home):
        stop_remains(home)
        return False
    pid = service_state.read(home).get("pid")
    if not isinstance(pid, int):
        raise ServiceError(f"scout up is just starting in {home}: try again in a moment")
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + DOWN_SECONDS
    while service_state.supervisor_runs(home):
        if time.monotonic() > deadline:
            raise ServiceError(f"scout up (pid {pid}) does not stop: see {home / 'logs'}, then `kill -9 {pid}`")
        time.sleep(0.1)
    return True


def stop_remains(home: Path) -> None:
    """End the services of a supervisor that was killed and so could not stop them."""
    entries = service_state.read(home).get("services", [])
    _end_groups([int(entry["pid"]) for entry in entries if service_state.service_runs(entry)])
    service_state.clear(home)


def _end_groups(leaders: list[int]) -> None:
    for sent in (signal.SIGTERM, signal.SIGKILL):
        for leader in leaders:
            if members([leader]):
                os.killpg(leader, sent)
        deadline = time.monotonic() + GRACE_SECONDS
        while members(leaders) and time.monotonic() < deadline:
            time.sleep(0.1)


def members(leaders: list[int]) -> list[int]:
    """Living processes of these groups. Zombies do not count: nobody may be there to collect them."""
    found = []
    for process in psutil.process_iter(["status"]):
        try:
            if process.info["status"] != psutil.STATUS_ZOMBIE and os.getpgid(process.pid) in leaders:
                found.append(process.pid)
        except ProcessLookupError:
            continue
    return found
