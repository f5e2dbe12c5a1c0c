"""Takes quarantined lines of one source into bronze again, as batches of the ledger, with their place in their file.

A line of a transaction joins the lines that came with it; where a later version came since, it is superseded.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from scout_pipeline import crash_points, database
from scout_pipeline.bronze import staging
from scout_pipeline.bronze.source_registration import Source, register_stores
from scout_pipeline.sources import kept_lines, records
from scout_pipeline.sources.kept_lines import KeptLine, Reread

Row = Mapping[str, Any]
NOT_KEPT = "how its file was laid out is not known; ingest the file again"


@dataclass(frozen=True)
class _Refused:
    """A record that is refused again before PostgreSQL reads it."""

    batch_id: int
    line_number: int
    reason_code: str
    detail: str


def take(connection: sa.Connection, source: Source) -> int | None:
    """Take what `replayed_entries` has claimed; what is refused again is open again, with its reason of today.

    Returns the first entry that was given back because its record goes on beyond the step, or None.
    """
    is_by_record = source.mapping.grain != "line"
    database.run(connection, "bronze/replay_lines")
    database.run(connection, "bronze/replay_parts")
    claimed = database.rows(connection, "bronze/replay_claimed")
    postponed = _postpone(connection, source, claimed)
    claimed = [row for row in claimed if row["quarantine_id"] not in postponed]
    refused = list(_read(connection, source, claimed))
    _refuse(connection, refused)
    database.run(connection, "bronze/replay_known", source_id=source.source_id)
    database.run(
        connection,
        "bronze/replay_versions",
        source_id=source.source_id,
        store_id=source.store_id,
        is_by_record=is_by_record,
    )
    database.run(connection, "bronze/replay_batches", source_id=source.source_id, mapping_sha256=source.mapping.sha256)
    database.run(connection, "bronze/replay_registered", source_id=source.source_id)
    database.run(connection, "bronze/replay_raw", source_id=source.source_id)
    database.run(connection, "bronze/replay_entered", source_id=source.source_id)
    database.run(
        connection, "bronze/replay_reopened", rule_id=source.mapping.rule_id, rule_version=source.mapping.version
    )
    database.run(connection, "bronze/replay_finished", source_id=source.source_id)
    crash_points.reach("replay.entered")
    return min(postponed, default=None)


def _postpone(connection: sa.Connection, source: Source, claimed: Sequence[Row]) -> set[int]:
    """Give back the beginning of a record that the end of the step cuts; never the whole step."""
    postponed: set[int] = set()
    readable = [row for row in claimed if row["raw_bytes"] is not None and not _unreadable(row["layout"], source)]
    for batch_id, of_batch in itertools.groupby(readable, key=lambda row: row["batch_id"]):
        rows = list(of_batch)
        verdicts = _judge(rows, source)
        first = next((verdict.line.line_number for verdict in verdicts if verdict.is_cut), None)
        if first is not None and first != claimed[0]["line_number"]:
            last = rows[-1]["line_number"]
            given_back = database.run(
                connection, "bronze/replay_postponed", batch_id=batch_id, first_line=first, last_line=last
            )
            postponed.update(given_back.scalars())
    return postponed


def _judge(rows: Sequence[Row], source: Source) -> list[Reread]:
    """Verdicts on the claimed lines of one file."""
    layout = rows[0]["layout"]
    lines = [KeptLine(row["line_number"], bytes(row["raw_bytes"]), row["reason_code"]) for row in rows]
    return list(kept_lines.judged(lines, kept_lines.opened(layout, source.mapping), layout, source.mapping))


def _read(connection: sa.Connection, source: Source, claimed: Sequence[Row]) -> Iterator[_Refused]:
    """Stage every claimed line, shape by shape; yields those that are refused on the way."""
    as_text = [row for row in claimed if _is_text(row)]
    _note_parts(connection, [(row, row["line_number"]) for row in claimed if not _is_text(row)])
    _read_payloads(connection, source)
    for _, of_shape in itertools.groupby(sorted(as_text, key=_shape), key=_shape):
        rows = list(of_shape)
        problem = _unreadable(rows[0]["layout"], source)
        if problem is None:
            yield from _read_shape(connection, source, rows)
            continue
        _note_parts(connection, [(row, row["line_number"]) for row in rows])
        for row in rows:
            yield _Refused(row["batch_id"], row["line_number"], row["reason_code"], problem)


def _is_text(row: Row) -> bool:
    """Lines of which the bytes are kept, and those of which too little is."""
    return row["raw_bytes"] is not None or row["layout"] is None


def _shape(row: Row) -> str:
    return repr(row["layout"])


def _unreadable(layout: Mapping[str, Any] | None, source: Source) -> str | None:
    """Why lines of this layout cannot be read under today's mapping, or None."""
    if layout is None:
        return NOT_KEPT
    if layout["header"] == [records.JSON_COLUMN]:
        return None
    missing = sorted(source.mapping.columns() - set(layout["header"]))
    return f"its file lacks {', '.join(missing)}" if missing else None


def _read_shape(connection: sa.Connection, source: Source, rows: Sequence[Row]) -> Iterator[_Refused]:
    layout, mapping = rows[0]["layout"], source.mapping
    record_file = kept_lines.opened(layout, mapping)
    header = tuple(layout["header"])
    staging.create(connection, header)
    for batch_id, of_batch in itertools.groupby(rows, key=lambda row: row["batch_id"]):
        kept = list(of_batch)
        verdicts = _judge(kept, source)
        _note_parts(connection, list(zip(kept, _record_numbers(verdicts), strict=True)))
        right = [verdict.line for verdict in verdicts if verdict.line.reason_code is None]
        database.run(connection, "bronze/current_batch", batch_id=batch_id)
        try:
            staging.copy_lines(connection, record_file, right)
        except staging.DATA_ERRORS as error:
            detail = str(error).splitlines()[0]
            yield from (_Refused(batch_id, line.line_number, "copy_refused", detail) for line in right)
        for verdict in verdicts:
            if verdict.line.reason_code is not None:
                line = verdict.line
                yield _Refused(batch_id, line.line_number, verdict.line.reason_code, line.detail)
    staging.create_lines(connection, header, mapping)
    register_stores(connection, mapping)
    database.run(connection, "bronze/replay_landed")
    database.run(connection, "bronze/drop_landing")
    database.run(connection, "bronze/drop_payloads")


def _record_numbers(verdicts: Sequence[Reread]) -> Iterator[int]:
    """For each kept line the position of the record that it belongs to."""
    for verdict in verdicts:
        yield from itertools.repeat(verdict.line.line_number, verdict.line_count)


def _read_payloads(connection: sa.Connection, source: Source) -> None:
    """Lines that could be read when they came, and not be identified: their payload is all there is."""
    mapping = source.mapping
    database.run(
        connection,
        "bronze/replay_payloads",
        transaction_id_path=mapping.path_of(mapping.fields.transaction_id),
        transaction_id_others=list(mapping.other_names.get(mapping.fields.transaction_id, ())),
        store_code_path=mapping.path_of(mapping.store.field),
        customer_id_path=mapping.path_of(mapping.fields.customer_id),
        customer_id_field=mapping.fields.customer_id,
        customer_id_form=mapping.customer_id_form,
    )
    register_stores(connection, mapping)
    database.run(connection, "bronze/replay_landed")
    database.run(connection, "bronze/drop_payloads")


def _note_parts(connection: sa.Connection, parts: Sequence[tuple[Row, int]]) -> None:
    """Remember to which record each entry belongs."""
    database.run(
        connection,
        "bronze/replay_part",
        store_ids=[row["store_id"] for row, _ in parts],
        quarantine_ids=[row["quarantine_id"] for row, _ in parts],
        batch_ids=[row["batch_id"] for row, _ in parts],
        line_numbers=[number for _, number in parts],
    )


def _refuse(connection: sa.Connection, refused: Sequence[_Refused]) -> None:
    database.run(
        connection,
        "bronze/replay_refused",
        batch_ids=[line.batch_id for line in refused],
        line_numbers=[line.line_number for line in refused],
        reason_codes=[line.reason_code for line in refused],
        details=[line.detail for line in refused],
    )
