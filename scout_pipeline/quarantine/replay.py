"""Takes quarantined entries again after a mapping or a rule was mended: step by step, each in one transaction.

A step claims open entries, takes them through their layer, and closes those that entered, all at once: killed anywhere
it leaves nothing half done, and running again goes on with what is still open.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import sqlalchemy as sa

from scout_pipeline import audit_log, crash_points, database
from scout_pipeline.bronze import landing, pseudonyms, replay_files, replay_lines, source_registration
from scout_pipeline.database import Database
from scout_pipeline.quarantine.selection import Selection
from scout_pipeline.silver import replay as silver_replay
from scout_pipeline.sources import mapping as mappings
from scout_pipeline.sources.mapping import Mapping as SourceMapping

STEP_ROWS = 1000
STEP_BYTES = 64 * 1024 * 1024


@dataclass
class ReplayReport:
    """What a replay did, in entries. `unchanged` were left alone; `missing` names files that must be sent again."""

    entered: int = 0
    refused: int = 0
    unchanged: int = 0
    steps: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def add(self, step: "StepOutcome") -> None:
        self.entered += step.entered
        self.refused += step.refused
        self.steps += 1
        for reason, count in step.reasons.items():
            self.reasons[reason] = self.reasons.get(reason, 0) + count


@dataclass(frozen=True)
class StepOutcome:
    """What became of the entries of one step; the next one goes on after `last_id`."""

    claimed: int
    entered: int
    refused: int
    reasons: Mapping[str, int]
    last_id: int


@dataclass(frozen=True)
class _Kind:
    """Entries that are taken in the same way: of one source, and files, lines of files, or records of bronze."""

    source_id: int
    mapping: SourceMapping
    layer: str
    is_file: bool


@dataclass(frozen=True)
class _How:
    by: str
    is_forced: bool
    is_dry: bool
    step_rows: int


class _TakenBack(Exception):
    """Rolls a step back that was only tried."""

    def __init__(self, outcome: StepOutcome) -> None:
        super().__init__()
        self.outcome = outcome


def replay(
    target: Database,
    selection: Selection,
    *,
    by: str,
    is_forced: bool = False,
    is_dry: bool = False,
    step_rows: int = STEP_ROWS,
    on_step: Callable[[ReplayReport], None] = lambda report: None,
) -> ReplayReport:
    """Take the open entries of a selection again; raises SelectionError, MappingError or ForeignClusterError.

    Entries whose mapping or rule is what it was when it refused them are left alone unless `is_forced`. With `is_dry`
    every step is tried and taken back: lines and files only as far as bronze.
    """
    how = _How(by, is_forced, is_dry, step_rows)
    if is_dry:
        return _replay(target, selection, how, on_step)
    parameters = {**selection.told(), "is_forced": is_forced}
    with audit_log.acting(target, "quarantine replay", "scout.quarantine", actor=by, parameters=parameters) as outcome:
        report = _replay(target, selection, how, on_step)
        outcome.update(entered=report.entered, refused=report.refused)
    return report


def _replay(target: Database, selection: Selection, how: _How, on_step: Callable[[ReplayReport], None]) -> ReplayReport:
    chosen = replace(selection, status="open")
    report = ReplayReport()
    with target.transaction() as connection:
        plan = database.rows(connection, "quarantine/replay_plan", selection=chosen.bound(connection))
    target.retrying(landing.prepare_partitions)
    for kind in _kinds(plan, report, how.is_forced):
        for outcome in _files(target, chosen, kind, how, report) if kind.is_file else _steps(target, chosen, kind, how):
            report.add(outcome)
            on_step(report)
    return report


def mended(connection: sa.Connection) -> list[tuple[str, str, str, int]]:
    """Open entries that another version of their mapping refused: (source, reason, version that did, entries).

    A mapping that cannot be read is being mended: its entries wait until it can.
    """
    there = {name: mapping.version for name, mapping in mappings.readable().items()}
    return [
        (row["source_name"], row["reason_code"], row["rule_version"], row["entry_count"])
        for row in database.rows(connection, "quarantine/refused_by_mappings")
        # entries of a source whose mapping was taken away wait for it to come back
        if there.get(row["source_name"], row["rule_version"]) != row["rule_version"]
    ]


def open_count(target: Database, selection: Selection) -> int:
    """How many open entries a selection has."""
    with target.transaction() as connection:
        bound = replace(selection, status="open").bound(connection)
        return sum(row["entry_count"] for row in database.rows(connection, "quarantine/replay_plan", selection=bound))


def _kinds(plan: list[Mapping[str, Any]], report: ReplayReport, is_forced: bool) -> list[_Kind]:
    """The kinds in their order; entries that nobody mended are counted, and a kind that has only such is left out."""
    kinds: dict[tuple[int, str, bool], _Kind] = {}
    for row in plan:
        mapping = mappings.load(row["source_name"])
        in_force = row["version_in_force"] if row["is_by_rule"] else mapping.version
        if row["rule_version"] == in_force and not is_forced:
            report.unchanged += row["entry_count"]
            continue
        key = (row["source_id"], row["layer"], row["is_file"])
        kinds[key] = _Kind(row["source_id"], mapping, row["layer"], row["is_file"])
    return list(kinds.values())


def _steps(target: Database, selection: Selection, kind: _Kind, how: _How) -> Iterator[StepOutcome]:
    last_id = 0
    while True:
        outcome = _step(target, selection, kind, how, last_id)
        if outcome.claimed == 0:
            return
        yield outcome
        last_id = outcome.last_id


def _files(
    target: Database, selection: Selection, kind: _Kind, how: _How, report: ReplayReport
) -> Iterator[StepOutcome]:
    """Each file by itself, as far as it still lies there; names the others in the report."""
    with target.transaction() as connection:
        found = replay_files.find(connection, kind.source_id, selection.bound(connection))
    for file in found:
        if not file.is_there:
            report.missing.append(str(file.path))
            continue
        yield _step(target, replace(selection, ids=[file.quarantine_id]), kind, how, 0)


def _step(target: Database, selection: Selection, kind: _Kind, how: _How, after_id: int) -> StepOutcome:
    work = partial(_take, selection=selection, kind=kind, how=how, after_id=after_id)
    try:
        outcome = target.retrying(work)
    except _TakenBack as tried:
        return tried.outcome
    crash_points.reach("replay.committed")
    return outcome


def _take(connection: sa.Connection, selection: Selection, kind: _Kind, how: _How, after_id: int) -> StepOutcome:
    """One step. Locks come before the claim: two replays of one source take turns, and never see half a step."""
    postponed: int | None = None
    if kind.layer == "silver":
        carried = silver_replay.lock(connection)
        _claim(connection, selection, kind, how, after_id)
        database.run(connection, "quarantine/claim_siblings", by=how.by)
        silver_replay.take(connection, carried, kind.source_id, kind.mapping)
    else:
        pseudonyms.apply_key(connection)
        source = source_registration.register(connection, kind.mapping)
        database.run(connection, "bronze/lock_source", source_id=source.source_id, is_replay=True)
        if _claim(connection, selection, kind, how, after_id) and kind.is_file:
            replay_files.take(connection, kind.mapping)
        elif not kind.is_file:
            postponed = replay_lines.take(connection, source)
    outcome = StepOutcome(**database.run(connection, "quarantine/replay_outcome", after_id=after_id).mappings().one())
    if postponed is not None:
        outcome = replace(outcome, last_id=min(outcome.last_id, postponed - 1))
    if how.is_dry:
        raise _TakenBack(outcome)
    return outcome


def _claim(connection: sa.Connection, selection: Selection, kind: _Kind, how: _How, after_id: int) -> int:
    """How many entries the step has claimed; `replayed_entries` says which."""
    database.run(connection, "quarantine/replayed_entries")
    claimed = database.run(
        connection,
        "quarantine/claim_entries",
        selection=selection.bound(connection),
        source_id=kind.source_id,
        layer=kind.layer,
        is_file=kind.is_file,
        mapping_version=kind.mapping.version,
        is_forced=how.is_forced,
        after_id=after_id,
        row_limit=how.step_rows,
        byte_limit=STEP_BYTES,
        by=how.by,
    )
    crash_points.reach("replay.claimed")
    return claimed.rowcount
