"""Records of a file as bytes that COPY can read, and the judge of single lines for files that COPY refuses.

Every format ends as delimited text: CSV as it is, JSON Lines as one column, Parquet and Excel written out as CSV.
"""

import codecs
import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from scout_pipeline import settings
from scout_pipeline.sources import columnar, files
from scout_pipeline.sources.files import FileRefused
from scout_pipeline.sources.mapping import Mapping

MAX_COLUMNS = 1000
JSON_COLUMN = "record"
# Raw JSON text holds neither control character, so a whole line is always one column.
JSON_DELIMITER, JSON_QUOTE = b"\x01", b"\x02"
# Python codec -> PostgreSQL encoding; anything else is transcoded to UTF-8 on the way.
COPY_ENCODINGS = {"utf-8": "UTF8", "cp1252": "WIN1252", "iso8859-1": "LATIN1"}
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
WIDE_ENCODINGS = ("utf-16", "utf-32")


@dataclass
class RecordFile:
    """One opened file. `lines()` may be called again: the file is read from its start each time.

    Attributes: header (column names), delimiter, quote, encoding (codec of the bytes that `lines` yields), multiline
    (a quoted field may hold line breaks), unterminated (last record without line end, set once `lines` is exhausted).
    """

    path: Path
    header: tuple[str, ...]
    delimiter: bytes
    quote: bytes
    encoding: str
    multiline: bool
    final_newline_required: bool
    open_blocks: Callable[[], Iterator[bytes]]
    header_in_file: bool
    unterminated: bytes = field(default=b"", init=False)
    terminator: bytes = field(default=b"\n", init=False)

    @property
    def copy_encoding(self) -> str:
        return COPY_ENCODINGS[self.encoding]

    def lines(self) -> Iterator[bytes]:
        """Blocks of whole lines, header and byte order mark removed; a last line without line end is added a line end.

        When a final line end is required, an unterminated last line is not yielded but left in `unterminated`.
        """
        self.unterminated = b""
        body = _split_header(self.open_blocks(), self)[1] if self.header_in_file else _unmarked(self.open_blocks())
        carry = b""
        limit = settings.current().max_record_bytes
        for block in body:
            end = block.rfind(self.terminator)
            if end < 0:
                carry += block
            else:
                yield carry + block[: end + 1]
                carry = block[end + 1 :]
            if len(carry) > limit:
                raise FileRefused("record_too_long", f"a record is longer than {limit} bytes")
        if not carry:
            return
        if self.final_newline_required:
            self.unterminated = carry
        else:
            yield carry + self.terminator


def open_records(path: Path, mapping: Mapping) -> RecordFile:
    """Recognise a file by its mapping and read its header; raises FileRefused with the reason."""
    kind = mapping.format.kind
    if kind == "csv":
        return _open_csv(path, mapping)
    if kind == "jsonl":
        encoding, open_blocks = _decoded(path, mapping.format.encoding)
        lines = RecordFile(
            path, (JSON_COLUMN,), JSON_DELIMITER, JSON_QUOTE, encoding, False, False, open_blocks, header_in_file=False
        )
        lines.final_newline_required = mapping.format.final_newline == "required"
        return lines
    reader = columnar.parquet if kind == "parquet" else columnar.excel
    header, open_blocks = reader(path, mapping.format.sheet)
    _check_header(header, mapping)
    return RecordFile(path, header, b",", b'"', "utf-8", True, False, open_blocks, header_in_file=False)


def _open_csv(path: Path, mapping: Mapping) -> RecordFile:
    encoding, open_blocks = _decoded(path, mapping.format.encoding)
    delimiter = mapping.format.delimiter.encode(encoding)
    record_file = RecordFile(
        path, (), delimiter, b'"', encoding, mapping.format.multiline, False, open_blocks, header_in_file=True
    )
    record_file.final_newline_required = mapping.format.final_newline == "required"
    line = _split_header(open_blocks(), record_file)[0]
    try:
        text = line.decode(encoding)
        header = next(csv.reader([text], delimiter=mapping.format.delimiter, strict=True), [])
    except (UnicodeDecodeError, csv.Error) as error:
        raise FileRefused("unreadable_header", f"the first line is no {encoding} header: {error}") from error
    record_file.header = tuple(name.strip() for name in header)
    _check_header(record_file.header, mapping)
    return record_file


def _decoded(path: Path, declared: str) -> tuple[str, Callable[[], Iterator[bytes]]]:
    """The bytes in an encoding that COPY knows: as they are, or transcoded to UTF-8."""
    first = next(files.blocks(path), b"")
    if not first:
        raise FileRefused("empty_file", "the file holds no bytes")
    if not declared.startswith(WIDE_ENCODINGS) and (first.startswith(UTF16_MARKS) or first[1:4:2] == b"\0\0"):
        raise FileRefused("wrong_encoding", f"the file is UTF-16, its source declares {declared}")
    if declared in COPY_ENCODINGS:
        return declared, lambda: files.blocks(path)
    return "utf-8", lambda: _transcoded(files.blocks(path), declared)


def _transcoded(blocks: Iterator[bytes], declared: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(declared)()
    try:
        for block in blocks:
            yield decoder.decode(block).encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeError as error:
        raise FileRefused("undecodable_bytes", f"the file is not {declared}: {error}") from error


def _unmarked(blocks: Iterator[bytes]) -> Iterator[bytes]:
    first = next(blocks, b"")
    yield first.removeprefix(codecs.BOM_UTF8)
    yield from blocks


def _split_header(blocks: Iterator[bytes], record_file: RecordFile) -> tuple[bytes, Iterator[bytes]]:
    """The first line without its end, and the blocks after it; recognises CR-only line ends."""
    blocks = _unmarked(blocks)
    seen = b""
    for block in blocks:
        seen += block
        if b"\n" in seen or len(seen) > files.BLOCK_BYTES:
            break
    record_file.terminator = b"\r" if b"\r" in seen and b"\n" not in seen else b"\n"
    line, found, rest = seen.partition(record_file.terminator)
    if not found and len(seen) > files.BLOCK_BYTES:
        raise FileRefused("record_too_long", f"the header is longer than {files.BLOCK_BYTES} bytes")

    def body() -> Iterator[bytes]:
        yield rest
        yield from blocks

    return line.rstrip(b"\r"), body()


def _check_header(header: tuple[str, ...], mapping: Mapping) -> None:
    if len(header) > MAX_COLUMNS:
        raise FileRefused("too_many_columns", f"{len(header)} columns, at most {MAX_COLUMNS} are read")
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated:
        raise FileRefused("duplicate_column", f"the header repeats {', '.join(map(repr, repeated))}")
    missing = sorted(mapping.columns() - set(header))
    if missing:
        raise FileRefused("missing_column", f"the header lacks {', '.join(missing)}; it has {', '.join(header)}")


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
        reason, detail = _judge(raw, record_file)
        yield JudgedLine(number, raw, reason, detail)
    if record_file.unterminated:
        yield truncated_line(number + 1, record_file)


def truncated_line(number: int, record_file: RecordFile) -> JudgedLine:
    """The verdict on a last record that lacks the line end its source always writes."""
    return JudgedLine(
        number, record_file.unterminated, "truncated_record", "the last line has no line end: the file was cut"
    )


def _whole_records(record_file: RecordFile) -> Iterator[bytes]:
    """Physical lines; where quotes may span lines, those up to the closing quote, within bounds."""
    pending: list[bytes] = []
    limit = settings.current().max_record_bytes
    for block in record_file.lines():
        for line in block[:-1].split(record_file.terminator):
            pending.append(line.removesuffix(b"\r"))
            if record_file.multiline and _open_quote(pending, record_file.quote) and sum(map(len, pending)) < limit:
                continue
            yield from _complete(pending, record_file)
            pending = []
    yield from _complete(pending, record_file)


def _complete(pending: list[bytes], record_file: RecordFile) -> list[bytes]:
    """One record when its quotes close; else its lines singly, so that only the broken one is set aside."""
    if not pending or not _open_quote(pending, record_file.quote):
        return [b"\n".join(pending)] if pending else []
    return pending


def _open_quote(lines: list[bytes], quote: bytes) -> bool:
    return sum(line.count(quote) for line in lines) % 2 == 1


def _judge(raw: bytes, record_file: RecordFile) -> tuple[str | None, str]:
    if not raw.strip():
        return "blank_line", "the line is blank"
    if b"\0" in raw:
        return "nul_character", f"NUL at byte {raw.index(0) + 1} of the record"
    try:
        raw.decode(record_file.encoding)
    except UnicodeDecodeError as error:
        return "undecodable_bytes", f"not {record_file.encoding} at byte {error.start + 1} of the record"
    if raw.count(record_file.quote) % 2:
        return "unbalanced_quote", "a quote is opened and never closed"
    outside = raw.split(record_file.quote)[::2]
    if any(b"\r" in part for part in outside):
        return "bare_carriage_return", "a carriage return stands outside quotes"
    count = 1 + sum(part.count(record_file.delimiter) for part in outside)
    if count != len(record_file.header):
        return "wrong_column_count", f"expected {len(record_file.header)} fields, found {count}"
    return None, ""
