"""Quarantined lines read again: their kept bytes, judged under today's mapping as if they stood in their file.

How a file's lines are kept is written into its ledger row, because bytes alone do not tell their columns.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scout_pipeline.sources import judged_lines, records
from scout_pipeline.sources import mapping as mappings
from scout_pipeline.sources.judged_lines import JudgedLine
from scout_pipeline.sources.records import RecordFile

COLUMNAR = ("parquet", "excel")
# Of these the first bytes are all that is kept.
CUT_SHORT = "record_too_long"


@dataclass(frozen=True)
class KeptLine:
    """One quarantined line: its position in its file, its bytes, and why it was refused last."""

    line_number: int
    raw: bytes
    reason_code: str


@dataclass(frozen=True)
class Reread:
    """The verdict on one record, and how many kept lines it is made of: a quoted field may hold line breaks.

    `is_cut`: a quote was still open at the last line at hand, and the next line might close it.
    """

    line: JudgedLine
    line_count: int
    is_cut: bool = False


def encoding(mapping: mappings.Mapping) -> str:
    """The codec of the bytes that landing keeps of a source's lines."""
    declared = mapping.format.encoding
    is_text = mapping.format.kind not in COLUMNAR
    return declared if is_text and declared in records.COPY_ENCODINGS else "utf-8"


def layout(header: Sequence[str], mapping: mappings.Mapping) -> dict[str, Any]:
    """What the ledger says of a file, so that its quarantined lines can be read again."""
    is_transcoded = mapping.format.kind in COLUMNAR or mapping.format.encoding not in records.COPY_ENCODINGS
    return {"header": list(header), "transcoded": is_transcoded, "customer_id": mapping.fields.customer_id}


def opened(kept: Mapping[str, Any], mapping: mappings.Mapping) -> RecordFile:
    """A file of that layout, without its lines, as today's mapping reads it."""
    header, is_transcoded = tuple(kept["header"]), kept["transcoded"]
    codec = "utf-8" if is_transcoded else encoding(mapping)
    is_json = header == (records.JSON_COLUMN,)
    delimiter = b"," if mapping.format.kind in COLUMNAR else mapping.format.delimiter.encode()
    return RecordFile(
        Path(),
        header,
        records.JSON_DELIMITER if is_json else delimiter,
        records.JSON_QUOTE if is_json else b'"',
        codec,
        mapping.format.multiline or mapping.format.kind in COLUMNAR,
        mapping.format.final_newline == "required",
        lambda: iter(()),
        header_in_file=False,
    )


def judged(
    lines: Sequence[KeptLine], record_file: RecordFile, kept: Mapping[str, Any], mapping: mappings.Mapping
) -> Iterator[Reread]:
    """The lines of one file, in their order, each with a verdict; adjacent ones are joined where quotes span lines."""
    is_foreign = not kept["transcoded"] and encoding(mapping) != mapping.format.encoding
    position = 0
    while position < len(lines):
        found = _reread(lines, position, record_file, mapping.format.encoding if is_foreign else None)
        yield found
        position += found.line_count


def _reread(lines: Sequence[KeptLine], position: int, record_file: RecordFile, foreign: str | None) -> Reread:
    first = lines[position]
    alone = _verdict(first, first.raw, record_file, foreign)
    if not (record_file.multiline and alone.reason_code == "unbalanced_quote"):
        return Reread(alone, 1)
    raw = first.raw
    for count, line in enumerate(lines[position + 1 :], start=2):
        if line.line_number != first.line_number + count - 1 or line.reason_code == CUT_SHORT:
            break
        raw += b"\n" + line.raw
        joined = _verdict(first, raw, record_file, foreign)
        if joined.reason_code is None:
            return Reread(joined, count)
        if joined.reason_code != "unbalanced_quote":
            # as when the file was read: a record ends where its quotes do
            break
    else:
        return Reread(alone, 1, is_cut=True)
    return Reread(alone, 1)


def _verdict(line: KeptLine, raw: bytes, record_file: RecordFile, foreign: str | None) -> JudgedLine:
    if line.reason_code == CUT_SHORT:
        return JudgedLine(line.line_number, raw, CUT_SHORT, "only its first bytes are kept; ingest the file again")
    if line.reason_code == "truncated_record" and record_file.final_newline_required:
        return JudgedLine(line.line_number, raw, "truncated_record", "the source still ends every line with a line end")
    if foreign is not None:
        try:
            raw = raw.decode(foreign).encode()
        except UnicodeError as error:
            return JudgedLine(line.line_number, raw, "undecodable_bytes", f"the record is not {foreign}: {error}")
    reason, detail = judged_lines.judge(raw, record_file)
    return JudgedLine(line.line_number, raw, reason, detail)
