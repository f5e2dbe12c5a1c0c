"""The landing folder: one sub-folder a source, watched for files that are whole and were not dealt with yet."""

from dataclasses import dataclass
from pathlib import Path
from time import time

import sqlalchemy as sa

from scout_pipeline import database, settings
from scout_pipeline.sources import mapping as mappings

UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".filepart", "~")


@dataclass(frozen=True)
class LandingFile:
    """A file as it lies in the folder: `modified_ns` is its modification time in nanoseconds."""

    source: str
    path: Path
    byte_count: int
    modified_ns: int


def whole_files() -> list[LandingFile]:
    """Files of all sources' folders that have kept still for SCOUT_SETTLE_SECONDS; unfinished names are left alone."""
    now = settings.current()
    newest = (time() - now.settle_seconds) * 1e9
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


def new_files(connection: sa.Connection) -> list[LandingFile]:
    """Whole files that were not dealt with in their present size and time."""
    files = whole_files()
    known = {
        (source, row["file_path"], row["byte_count"], row["modified_ns"])
        for source in {file.source for file in files}
        for row in database.rows(connection, "sources/landing_files_known", source_name=source)
    }
    return [file for file in files if (file.source, str(file.path), file.byte_count, file.modified_ns) not in known]


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
