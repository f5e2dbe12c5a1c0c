"""Takes files into bronze: one transaction for a group of files, with the ledger row of each written inside it."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from scout_pipeline import crash_points, database
from scout_pipeline.bronze import pseudonyms, source_registration, staging, transfer
from scout_pipeline.bronze.source_registration import Source
from scout_pipeline.database import Database
from scout_pipeline.sources import files, records
from scout_pipeline.sources.files import FileRefused
from scout_pipeline.sources.mapping import Mapping

GROUP_BYTES = 8 * 1024 * 1024
GROUP_FILES = 100
# Below this a load changes no plan, and autovacuum sees to the partitions.
ANALYZE_FROM_LINES = 100_000


@dataclass(frozen=True)
class FileOutcome:
    """What became of one file; one with a `reason` is not in bronze.

    status: loaded, partial, refused, known (dealt with before), unstable (changed or removed while it was read), or
    unreadable (not there, or not to be opened).
    """

    path: Path
    status: str
    batch_id: int | None = None
    reason: str | None = None
    lines_read: int = 0
    lines_loaded: int = 0
    lines_duplicate: int = 0
    lines_quarantined: int = 0


@dataclass(frozen=True)
class _Opened:
    """A file that was claimed. `state` is that of before its bytes were hashed."""

    batch_id: int
    record_file: records.RecordFile
    state: tuple[int, int, int]


class _FileChanged(Exception):
    """The file grew or was replaced while it was read."""


def ingest(
    target: Database,
    paths: Sequence[Path],
    mapping: Mapping,
    *,
    on_file: Callable[[FileOutcome], None] = lambda outcome: None,
) -> list[FileOutcome]:
    """Take files into bronze, group by group; each group is all or nothing, and what was taken before is skipped."""
    outcomes: list[FileOutcome] = []
    target.retrying(prepare_partitions)
    for group in _groups(paths):
        done = target.retrying(partial(load_group, group=group, mapping=mapping))
        crash_points.reach("bronze.committed")
        outcomes.extend(done)
        for outcome in done:
            on_file(outcome)
    if sum(outcome.lines_loaded for outcome in outcomes) >= ANALYZE_FROM_LINES:
        target.retrying(_analyze)
    return outcomes


def _analyze(connection: sa.Connection) -> None:
    database.run(connection, "ops/statistics_settings")
    database.run(connection, "bronze/statistics")


def prepare_partitions(connection: sa.Connection) -> None:
    """The months of receipt that a load needs."""
    database.run(connection, "bronze/ensure_partitions")


def _groups(paths: Sequence[Path]) -> Iterator[list[Path]]:
    """Files together up to a size: small files share a transaction, a large one has its own."""
    group: list[Path] = []
    size = 0
    for path in paths:
        group.append(path)
        size += path.stat().st_size if path.is_file() else 0
        if size >= GROUP_BYTES or len(group) >= GROUP_FILES:
            yield group
            group, size = [], 0
    if group:
        yield group


def load_group(
    connection: sa.Connection, group: Sequence[Path], mapping: Mapping, *, replay_of: int | None = None
) -> list[FileOutcome]:
    """Take the files of one group, within the caller's transaction.

    `replay_of` names the batch as which the one file was refused: it is tried again, and a new refusal leaves no trace.
    """
    pseudonyms.apply_key(connection)
    source = replace(source_registration.register(connection, mapping), replay_of=replay_of)
    database.run(connection, "bronze/lock_source", source_id=source.source_id, is_replay=replay_of is not None)
    outcomes: list[FileOutcome] = []
    staged: list[tuple[int, Path, staging.Copied]] = []
    shape: tuple[str, ...] | None = None
    for path in group:
        opened = _open(connection, path, source)
        if isinstance(opened, FileOutcome):
            outcomes.append(opened)
            continue
        header = opened.record_file.header
        if shape is not None and header != shape:
            outcomes.extend(_transfer(connection, shape, source, staged))
            staged, shape = [], None
        if shape is None:
            shape = header
            staging.create(connection, shape)
        copied = _stage(connection, opened, source)
        if isinstance(copied, FileOutcome):
            outcomes.append(copied)
        else:
            staged.append((opened.batch_id, path, copied))
    if shape is not None:
        outcomes.extend(_transfer(connection, shape, source, staged))
    return outcomes


def _open(connection: sa.Connection, path: Path, source: Source) -> _Opened | FileOutcome:
    """Claim the file in the ledger and read its header, or say why there is nothing to load."""
    try:
        state = _state(path)
        identity = files.identify(path)
    except OSError as error:
        way_out = "give a file that is there and may be read"
        if target := files.link_target(path):
            way_out = f"give what it leads to, {target}"
        return FileOutcome(path, "unreadable", reason=f"{error.strerror}; {way_out}")
    database.run(connection, "bronze/lock_content", source_id=source.source_id, content_sha256=identity.sha256)
    batch_id = database.run(
        connection,
        "bronze/claim_batch",
        source_id=source.source_id,
        file_name=os.fsencode(path.name).decode("utf-8", "replace"),
        content_sha256=identity.sha256,
        mapping_sha256=source.mapping.sha256,
        byte_count=identity.byte_count,
        file_path=os.fsencode(path.absolute()).decode("utf-8", "replace"),
        replay_of=source.replay_of,
    ).scalar_one_or_none()
    if batch_id is None:
        return _known(connection, path, identity, source)
    crash_points.reach("bronze.claimed")
    try:
        return _Opened(batch_id, records.open_records(path, source.mapping), state)
    except FileRefused as refusal:
        return _refuse(connection, path, batch_id, refusal, state, source)
    except OSError:
        return _release(connection, path, batch_id)


def _known(connection: sa.Connection, path: Path, identity: files.Identity, source: Source) -> FileOutcome:
    """Bytes that were dealt with before; of those that were refused, why."""
    refused = database.rows(
        connection,
        "bronze/refused_before",
        source_id=source.source_id,
        content_sha256=identity.sha256,
        mapping_sha256=source.mapping.sha256,
    )
    if not refused:
        return FileOutcome(path, "known")
    batch = refused[0]
    reason = f"refused before, as batch {batch['batch_id']}: {batch['reason_code']}: {batch['detail']}"
    return FileOutcome(path, "known", batch["batch_id"], reason=reason)


def _stage(connection: sa.Connection, opened: _Opened, source: Source) -> staging.Copied | FileOutcome:
    """COPY the file under a savepoint; a refusal on the way leaves nothing of it but its ledger and quarantine rows."""
    path, batch_id = opened.record_file.path, opened.batch_id
    try:
        with connection.begin_nested():
            copied = staging.copy_in(
                connection, opened.record_file, source.mapping, source_id=source.source_id, batch_id=batch_id
            )
            if _state(path) != opened.state:
                raise _FileChanged
    except FileRefused as refusal:
        return _refuse(connection, path, batch_id, refusal, opened.state, source)
    except (_FileChanged, OSError):
        return _release(connection, path, batch_id)
    crash_points.reach("bronze.copied")
    return copied


def _state(path: Path) -> tuple[int, int, int]:
    found = path.lstat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def _refuse(
    connection: sa.Connection,
    path: Path,
    batch_id: int,
    refusal: FileRefused,
    state: tuple[int, int, int],
    source: Source,
) -> FileOutcome:
    try:
        head = files.head(path)
        is_changed = _state(path) != state
    except OSError:
        is_changed = True
    if is_changed:
        return _release(connection, path, batch_id)
    if source.replay_of is not None:
        database.run(connection, "bronze/release_batch", batch_id=batch_id)
        return FileOutcome(path, "refused", reason=str(refusal))
    database.run(
        connection,
        "bronze/refuse_batch",
        batch_id=batch_id,
        reason_code=refusal.reason_code,
        detail=refusal.detail,
        raw_bytes=head,
        rule_id=source.mapping.rule_id,
        rule_version=source.mapping.version,
    )
    return FileOutcome(path, "refused", batch_id, reason=str(refusal))


def _release(connection: sa.Connection, path: Path, batch_id: int) -> FileOutcome:
    """Give the claim back: these bytes are no longer what lies there."""
    database.run(connection, "bronze/release_batch", batch_id=batch_id)
    return FileOutcome(path, "unstable", reason="changed while it was read; it will be taken when it is whole")


def _transfer(
    connection: sa.Connection,
    shape: tuple[str, ...],
    source: Source,
    staged: list[tuple[int, Path, staging.Copied]],
) -> list[FileOutcome]:
    """Staging to bronze, and what became of its files."""
    counts = transfer.to_bronze(connection, shape, source, {batch_id: copied for batch_id, _, copied in staged})
    return [
        FileOutcome(
            path,
            counts[batch_id]["status"],
            batch_id,
            lines_read=counts[batch_id]["lines_read"],
            lines_loaded=counts[batch_id]["lines_loaded"],
            lines_duplicate=counts[batch_id]["lines_duplicate"],
            lines_quarantined=counts[batch_id]["lines_quarantined"],
        )
        for batch_id, path, _ in staged
    ]
