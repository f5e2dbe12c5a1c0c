"""The folder of a simulation: nobody's files are overwritten, and it exists only when it is whole."""

import fcntl
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scout_pipeline.simulate.errors import SimulationError

TRUTH = "truth.json"
# The first word of truth.json, by which a folder is known as a simulation's.
SIMULATOR = "scout simulate"
LOCK = "unfinished"


def check_target(target: Path, *, force: bool) -> None:
    """Refuse a file, a folder with anything else in it, and an earlier simulation unless `force` replaces it."""
    if not target.exists():
        return
    if not target.is_dir():
        raise SimulationError(f"{target} is a file; name a folder that is new or empty")
    if not any(target.iterdir()):
        return
    if not is_simulation(target):
        raise SimulationError(f"{target} is not empty and no earlier simulation; name a folder that is new or empty")
    if not force:
        raise SimulationError(f"{target} holds an earlier simulation; replace it with --force, or name another folder")


def is_simulation(folder: Path) -> bool:
    """Was this folder written by a simulation that finished?"""
    try:
        with (folder / TRUTH).open(encoding="utf-8") as stream:
            return bool(json.load(stream).get("simulator") == SIMULATOR)
    except (OSError, ValueError, AttributeError):
        return False


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A folder beside the target that takes its name at the end; a run that fails removes it.

    A run that was killed leaves `<target>.partial`, which the next run replaces; one that still works is not disturbed.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.partial")
    _check_ours(partial)
    _check_ours(target.with_name(f"{target.name}.old"))
    partial.mkdir(exist_ok=True)
    with (partial / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SimulationError(f"another simulation writes {target}; wait for it, or name another folder") from None
        _empty(partial, keep=LOCK)
        try:
            yield partial
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        (partial / LOCK).unlink()
        _swap(partial, target)


def _check_ours(folder: Path) -> None:
    """Refuse to clear a folder that happens to have the name and holds something else."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not (folder / LOCK).is_file() and not is_simulation(folder):
        raise SimulationError(
            f"{folder} is in the way and was not left by a simulation; move it, or name another --out"
        )


def _empty(folder: Path, keep: str) -> None:
    for entry in folder.iterdir():
        if entry.name == keep:
            continue
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _swap(partial: Path, target: Path) -> None:
    """Give the new folder its name; an earlier simulation is gone only when the new one is there."""
    if target.exists() and any(target.iterdir()):
        old = target.with_name(f"{target.name}.old")
        if is_simulation(old):
            shutil.rmtree(old)
        target.rename(old)
        partial.rename(target)
        shutil.rmtree(old)
    else:
        partial.rename(target)
