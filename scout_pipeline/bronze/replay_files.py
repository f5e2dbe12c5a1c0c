"""Takes a file again that was refused whole: only its first bytes are kept, so it must still lie where it lay."""

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from scout_pipeline import crash_points, database
from scout_pipeline.bronze import landing
from scout_pipeline.sources import files
from scout_pipeline.sources.mapping import Mapping

TAKEN = ("loaded", "partial", "known")


@dataclass(frozen=True)
class RefusedFile:
    """A file in quarantine, and whether it lies where it lay, with the same content."""

    quarantine_id: int
    path: Path
    is_there: bool


def find(connection: sa.Connection, source_id: int, selection: str) -> list[RefusedFile]:
    """The files of a source that wait in quarantine, whether they can be taken again or not."""
    return [
        RefusedFile(row["quarantine_id"], path, _is_there(path, bytes(row["content_sha256"])))
        for row in database.rows(connection, "bronze/refused_files", source_id=source_id, selection=selection)
        for path in [Path(row["file_path"] or row["file_name"])]
    ]


def take(connection: sa.Connection, mapping: Mapping) -> None:
    """Take the one file that `replayed_entries` has claimed; refused again, its entry is open again."""
    claimed = database.run(connection, "bronze/claimed_file").mappings().one()
    (outcome,) = landing.load_group(connection, [Path(claimed["file_path"])], mapping, replay_of=claimed["batch_id"])
    if outcome.status in TAKEN:
        database.run(connection, "bronze/file_entered")
        crash_points.reach("replay.entered")
        return
    code, _, detail = str(outcome.reason).partition(": ")
    is_refused = outcome.status == "refused"
    database.run(
        connection,
        "bronze/file_refused",
        reason_code=code if is_refused else claimed["reason_code"],
        detail=detail if is_refused else outcome.reason,
        rule_id=mapping.rule_id,
        rule_version=mapping.version,
    )


def _is_there(path: Path, content_sha256: bytes) -> bool:
    return path.is_absolute() and path.is_file() and files.identify(path).sha256 == content_sha256
