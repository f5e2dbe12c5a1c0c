"""What a `scout up` leaves for `status`, `down` and the next `up`.

HOME/up.lock is locked while it lives, HOME/up.json says what it runs, HOME/up.ended is as old as its end.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import psutil

from scout_pipeline.ops.services import ServiceError


@contextmanager
def sole_supervisor(home: Path) -> Iterator[None]:
    """Hold the home for this process; raises ServiceError when another `scout up` has it."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            state = read(home)
            raise ServiceError(
                f"scout up already runs in {home} (pid {state.get('pid', '?')}): see `scout status`, or `scout down`"
            ) from None
        yield


def supervisor_runs(home: Path) -> bool:
    """Whether a `scout up` holds this home."""
    path = home / "up.lock"
    if not path.exists():
        return False
    with path.open("r") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def write(home: Path, *, services: list[dict[str, Any]], started_server: bool) -> None:
    """Record what runs now, in one step. No secret is in it."""
    state = {"pid": os.getpid(), "started_server": started_server, "services": services}
    draft = _path(home).with_suffix(".new")
    draft.write_text(json.dumps(state, indent=2), encoding="utf-8")
    draft.replace(_path(home))


def read(home: Path) -> dict[str, Any]:
    """What the last `scout up` left, {} when nothing."""
    try:
        state = json.loads(_path(home).read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError):
        return {}
    return state if isinstance(state, dict) else {}


def clear(home: Path) -> None:
    """Forget the services, all of which have ended by now."""
    _path(home).unlink(missing_ok=True)
    home.mkdir(parents=True, exist_ok=True)
    _ended(home).touch()


def ended_at(home: Path) -> datetime | None:
    """When the services of this home were last known to have ended; None when none ever ran."""
    path = _ended(home)
    return datetime.fromtimestamp(path.stat().st_mtime, tz=timezone.utc) if path.exists() else None


def service_runs(entry: dict[str, Any]) -> bool:
    """Whether the process of a state entry still lives; a reused number belongs to a process of another identity."""
    return entry.get("started") is not None and identity(int(entry["pid"])) == entry["started"]


def identity(pid: int) -> str | None:
    """What no two processes of a number share, and no step of the clock changes; None when that one has ended.

    The start in ticks since which boot; where the system does not tell them, the start time.
    """
    began = start_time(pid)
    if began is None:
        return None
    try:
        # the name in brackets may have blanks and brackets of its own; the ticks are the twentieth word behind it
        words = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        return f"{Path('/proc/sys/kernel/random/boot_id').read_text(encoding='ascii').strip()} {words[19]}"
    except OSError:
        return str(began)


def start_time(pid: int) -> float | None:
    """When that process began, in seconds since 1970; None when it has ended."""
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.NoSuchProcess:
        return None


def _path(home: Path) -> Path:
    return home / "up.json"


def _ended(home: Path) -> Path:
    return home / "up.ended"
