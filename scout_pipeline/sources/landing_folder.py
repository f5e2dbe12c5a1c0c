"""The landing folder: one sub-folder a source, watched for files that are whole and were not dealt with yet."""

import os
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import islice
from pathlib import Path
from time import monotonic, sleep, time

import sqlalchemy as sa

from scout_pipeline import database, heartbeats, settings
from scout_pipeline.database import Database
from scout_pipeline.sources import mapping as mappings

UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".filepart", "~")
# A run takes seconds to start: it is asked for when a file keeps still, and waits for the rest of the time itself.
STILL_SECONDS = 1.0
# What a run takes at most, well within its time; the rest is the next run's, which is asked for when this one is done.
FILES_A_RUN = 200
MOST_STRAY = 1000


@dataclass(frozen=True)
class LandingFile:
    """A file as it lies in the folder: `modified_ns` is its modification time in nanoseconds.

    It lies there so since `lying_since`: the modification time may be of another machine, and of years ago.
    """

    source: str
    path: Path
    byte_count: int
    modified_ns: int
    lying_since: datetime

    @property
    def name(self) -> str:
        """The path as text, by which it is remembered: bytes that are no UTF-8 are written out, as \\xff."""
        return os.fsencode(self.path).decode("utf-8", "backslashreplace")


def look(target: Database) -> list[LandingFile]:
    """Files that keep still and were not dealt with, the oldest first; the one that lies there longest is noted.

    `ops.v_data_freshness` counts from that note, so it is made whether or not a run can be asked for.
    """
    lying = still_files(_still_seconds())
    with target.transaction() as connection:
        found = not_dealt_with(connection, lying)
        longest = min(found, key=lambda file: file.lying_since, default=None)
        heartbeats.beat_with(
            connection,
            process=heartbeats.LANDING,
            waiting_since=longest.lying_since if longest else None,
            waiting_for=longest.name if longest else None,
        )
    return found


def still_files(seconds: float) -> list[LandingFile]:
    """Files of all sources' folders that have kept still for so many seconds; unfinished names are left alone."""
    return [file for file in _files() if _is_still(file, seconds)]


def whole_files(target: Database) -> list[LandingFile]:
    """Files that kept still for SCOUT_SETTLE_SECONDS and were not dealt with, as many as a run takes.

    Waits for that time for those that settle.
    """
    seconds = settings.current().settle_seconds
    deadline = monotonic() + seconds
    while True:
        lying = still_files(_still_seconds())
        with target.transaction() as connection:
            settling = not_dealt_with(connection, lying)
        whole = of_a_run([file for file in settling if _is_still(file, seconds)])
        if len(whole) >= len(of_a_run(settling)) or monotonic() > deadline:
            return whole
        sleep(0.2)


def of_a_run(waiting: Sequence[LandingFile]) -> list[LandingFile]:
    """As many as a run takes, sources in turns and the oldest of each first; in the order given.

    The files of a source whose mapping is broken stay where they lie, and would fill every run when they are old.
    """
    turns: Counter[str] = Counter()
    ranked: list[tuple[int, int]] = []
    for place, file in enumerate(waiting):
        ranked.append((turns[file.source], place))
        turns[file.source] += 1
    return [waiting[place] for place in sorted(place for _, place in sorted(ranked)[:FILES_A_RUN])]


def not_dealt_with(connection: sa.Connection, files: Sequence[LandingFile]) -> list[LandingFile]:
    """Those that were not dealt with in their present size and time, the oldest first; others are not read for it."""
    if not files:
        return []
    found = database.rows(
        connection,
        "sources/landing_files_new",
        source_names=[file.source for file in files],
        file_paths=[file.name for file in files],
        byte_counts=[file.byte_count for file in files],
        modified_ns=[file.modified_ns for file in files],
    )
    return sorted((files[row["position"] - 1] for row in found), key=lambda file: (file.modified_ns, file.path))


def stray_files() -> dict[Path, int]:
    """Folders in which files lie that nobody takes, with their number, counted up to a bound.

    They are the landing folder itself and sub-folders that are called like no source; a dot before its name keeps one
    apart.
    """
    landing, sources = settings.current().landing, set(mappings.names())
    folders = [landing] if landing.is_dir() else []
    for path in islice(landing.iterdir() if folders else [], MOST_STRAY):
        if path.name not in sources and not path.name.startswith(".") and path.is_dir() and not path.is_symlink():
            folders.append(path)
    counted = {folder: sum(1 for _ in islice(_finished(folder), MOST_STRAY)) for folder in folders}
    return {folder: count for folder, count in counted.items() if count}


def note_done(connection: sa.Connection, file: LandingFile, outcome: str) -> None:
    """Remember that a file was dealt with, whatever became of it."""
    database.run(
        connection,
        "sources/landing_file_done",
        source_name=file.source,
        file_path=file.name,
        byte_count=file.byte_count,
        modified_ns=file.modified_ns,
        outcome=outcome,
    )


def _still_seconds() -> float:
    return min(STILL_SECONDS, settings.current().settle_seconds)


def _is_still(file: LandingFile, seconds: float) -> bool:
    now = time()
    # a time of modification that is still to come was given by another machine, whose clock is ahead
    changed = file.modified_ns / 1e9 if file.modified_ns <= now * 1e9 else file.lying_since.timestamp()
    return changed <= now - seconds


def _files() -> Iterator[LandingFile]:
    for source in mappings.names():
        for path, state in _finished(settings.current().landing / source):
            since = datetime.fromtimestamp(state.st_ctime, tz=timezone.utc)
            yield LandingFile(source, path, state.st_size, state.st_mtime_ns, since)


def _finished(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Regular files of one folder whose names are not those of unfinished ones; none when it is not there."""
    for path in folder.iterdir() if folder.is_dir() else []:
        if path.name.startswith(".") or path.name.endswith(UNFINISHED):
            continue
        try:
            state = path.lstat()
        except FileNotFoundError:
            # taken away since the folder was read
            continue
        if stat.S_ISREG(state.st_mode):
            yield path, state
