"""The judge of single lines, for files that COPY refuses: its verdicts agree with COPY's own rules."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from scout_pipeline import settings
from scout_pipeline.sources import files
from scout_pipeline.sources.records import JSON_DELIMITER, JSON_QUOTE, RecordFile


@dataclass(frozen=True)
class JudgedLine:
    """One record of a file that is read row by row: fit for COPY when `reason_code` is None."""

    line_number: int
    raw: bytes
    reason_code: str | None = None
    detail: str = ""


def judged_lines(record_file: RecordFile) -> Iterator[JudgedLine]:
    """Every record with a verdict that agrees with COPY's own rules for quotes, delimiters and encodings."""
    number = 0
    for raw in _whole_records(record_file):
        number += 1
        reason, detail = judge(raw, record_file)
        yield JudgedLine(number, raw[: files.PRESERVED_BYTES] if reason == "record_too_long" else raw, reason, detail)
    if record_file.unterminated:
        yield truncated_line(number + 1, record_file)


def truncated_line(number: int, record_file: RecordFile) -> JudgedLine:
    """The verdict on a last record that lacks the line end its source always writes."""
    return JudgedLine(
        number, record_file.unterminated, "truncated_record", "the last line has no line end: the file was cut"
    )


def _whole_records(record_file: RecordFile) -> Iterator[bytes]:
    """Records without their line end: physical lines, or, where quotes may span lines, those up to the closing quote.

    Lines that make no good record together are taken apart again from the second one on, so that a stray quote costs
    its own line only.
    """
    lines = _physical_lines(record_file)
    waiting: deque[bytes] = deque()
    while record := _next_record(lines, waiting, record_file):
        joined = record_file.terminator.join(record).removesuffix(b"\r")
        if len(record) > 1 and judge(joined, record_file)[0]:
            waiting.extendleft(reversed(record[1:]))
            joined = record[0].removesuffix(b"\r")
        yield joined


def _physical_lines(record_file: RecordFile) -> Iterator[bytes]:
    for block in record_file.lines():
        yield from block[:-1].split(record_file.terminator)


def _next_record(lines: Iterator[bytes], waiting: deque[bytes], record_file: RecordFile) -> list[bytes]:
    """The next line and, as long as a quote stays open and the length in bounds, those after it; empty at the end."""
    record: list[bytes] = []
    is_open, size, limit = False, 0, settings.current().max_record_bytes
    while not record or (is_open and size <= limit):
        line = waiting.popleft() if waiting else next(lines, None)
        if line is None:
            break
        record.append(line)
        size += len(line)
        is_open ^= record_file.multiline and line.count(record_file.quote) % 2 == 1
    return record


def judge(raw: bytes, record_file: RecordFile) -> tuple[str | None, str]:
    """Reason code and detail of one record without its line end; no code when it is fit for COPY."""
    limit = settings.current().max_record_bytes
    if len(raw) > limit:
        return "record_too_long", f"longer than {limit} bytes; its first {files.PRESERVED_BYTES} are kept"
    if not raw.strip():
        return "blank_line", "the line is blank"
    if b"\0" in raw:
        return "nul_character", f"NUL at byte {raw.index(0) + 1} of the record"
    try:
        raw.decode(record_file.encoding)
    except UnicodeDecodeError as error:
        return "undecodable_bytes", f"not {record_file.encoding} at byte {error.start + 1} of the record"
    if record_file.holds_json:
        # nothing in JSON text may be a raw control character, and these two would mean something to COPY
        is_clean = JSON_DELIMITER not in raw and JSON_QUOTE not in raw and b"\r" not in raw
        return (None, "") if is_clean else ("malformed_json", "a raw control character stands in the line")
    if raw.count(record_file.quote) % 2:
        return "unbalanced_quote", "a quote is opened and never closed"
    outside = raw.split(record_file.quote)[::2]
    if any(b"\r" in part for part in outside):
        return "bare_carriage_return", "a carriage return stands outside quotes"
    if any(b"\n" in part for part in outside):
        return "bare_line_feed", "a line feed stands outside quotes in a file whose lines end with carriage returns"
    count = 1 + sum(part.count(record_file.delimiter) for part in outside)
    if count != len(record_file.header):
        return "wrong_column_count", f"expected {len(record_file.header)} fields, found {count}"
    return None, ""
