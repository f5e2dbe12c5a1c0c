"""The landing folder: one sub-folder a source, watched for files that are whole and were not dealt with yet."""

from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep, time

import sqlalchemy as sa

from scout_pipeline import database, settings
from scout_pipeline.database import Database
from scout_pipeline.sources import mapping as mappings

UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".filepart", "~")
# A run takes seconds to start: it is asked for when a file keeps still, and waits for the rest of the time itself.
STILL_SECONDS = 1.0
# What a run takes at most, well within its time; the rest is the next run's, which is asked for when this one is done.
FILES_A_RUN = 200


@dataclass(frozen=True)
class LandingFile:
    """A file as it lies in the folder: `modified_ns` is its modification time in nanoseconds."""

    source: str
    path: Path
    byte_count: int
    modified_ns: int


def still_files(seconds: float) -> list[LandingFile]:
    """Files of all sources' folders that have kept still for so many seconds; unfinished names are left alone."""
    now = settings.current()
    newest = (time() - seconds) * 1e9
    found = []
    for source in mappings.names():
        folder = now.landing / source
        for path in sorted(folder.iterdir()) if folder.is_dir() else []:
            if path.name.startswith(".") or path.name.endswith(UNFINISHED) or not path.is_file() or path.is_symlink():
                continue
            state = path.stat()
            if state.st_mtime_ns <= newest:
                found.append(LandingFile(source, path, state.st_size, state.st_mtime_ns))
    return found


def settling_files(connection: sa.Connection) -> list[LandingFile]:
    """Files that were not dealt with in their present size and time, and keep still: the oldest, enough for a run."""
    return _new(connection, min(STILL_SECONDS, settings.current().settle_seconds))[:FILES_A_RUN]


def whole_files(target: Database) -> list[LandingFile]:
    """Files that kept still for SCOUT_SETTLE_SECONDS and were not dealt with, the oldest, as many as a run takes.

    Waits for that time for those that settle.
    """
    seconds = settings.current().settle_seconds
    deadline = monotonic() + seconds
    while True:
        with target.transaction() as connection:
            whole, settling = _new(connection, seconds)[:FILES_A_RUN], settling_files(connection)
        if len(whole) >= len(settling) or monotonic() > deadline:
            return whole
        sleep(0.2)


def _new(connection: sa.Connection, seconds: float) -> list[LandingFile]:
    files = still_files(seconds)
    known = {
        (source, row["file_path"], row["byte_count"], row["modified_ns"])
        for source in {file.source for file in files}
        for row in database.rows(connection, "sources/landing_files_known", source_name=source)
    }
    new = [file for file in files if (file.source, str(file.path), file.byte_count, file.modified_ns) not in known]
    return sorted(new, key=lambda file: (file.modified_ns, file.path))


def note_done(connection: sa.Connection, file: LandingFile, outcome: str) -> None:
    """Remember that a file was dealt with, whatever became of it."""
    database.run(
        connection,
        "sources/landing_file_done",
        source_name=file.source,
        file_path=str(file.path),
        byte_count=file.byte_count,
        modified_ns=file.modified_ns,
        outcome=outcome,
    )
