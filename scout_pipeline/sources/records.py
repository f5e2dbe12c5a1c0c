"""Records of a file as bytes that COPY can read; `judged_lines` reads the files that COPY refuses.

Every format ends as delimited text: CSV as it is, JSON Lines as one column, Parquet and Excel written out as CSV.
"""

import codecs
import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from scout_pipeline import settings
from scout_pipeline.sources import files, parquet, workbooks
from scout_pipeline.sources.files import FileRefused
from scout_pipeline.sources.mapping import Mapping
from scout_pipeline.sources.mapping_parts import FileFormat

MAX_COLUMNS = 1000
JSON_COLUMN = "record"
# Raw JSON text holds neither control character, so a whole line is always one column.
JSON_DELIMITER, JSON_QUOTE = b"\x01", b"\x02"
# Python codec -> PostgreSQL encoding; anything else is transcoded to UTF-8 on the way.
COPY_ENCODINGS = {"utf-8": "UTF8", "cp1252": "WIN1252", "iso8859-1": "LATIN1"}
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
WIDE_ENCODINGS = ("utf-16", "utf-32")
# A carriage return counts only when the next byte is there to show that no line feed follows.
LINE_END = re.compile(rb"\n|\r\n|\r(?=[^\n])")


@dataclass
class RecordFile:
    """One opened file. `lines()` may be called again: the file is read from its start each time.

    Attributes: header (column names), delimiter, quote, encoding (codec of the bytes that `lines` yields), multiline
    (a quoted field may hold line breaks), unterminated (last record without line end, set once `lines` is exhausted),
    overlong (records so far that exceed the limit; of each only the first limit + 1 bytes are yielded).
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
    overlong: int = field(default=0, init=False)

    @property
    def copy_encoding(self) -> str:
        return COPY_ENCODINGS[self.encoding]

    @property
    def holds_json(self) -> bool:
        return self.delimiter == JSON_DELIMITER

    def lines(self) -> Iterator[bytes]:
        """Blocks of whole lines, header and byte order mark removed; a last line without line end is added a line end.

        When a final line end is required, an unterminated last line is not yielded but left in `unterminated`.
        """
        self.unterminated, self.overlong = b"", 0
        body = _split_header(self.open_blocks(), self)[1] if self.header_in_file else _unmarked(self.open_blocks())
        carry = b""
        is_skipping = False
        limit = settings.current().max_record_bytes
        for block in body:
            first = block.find(self.terminator)
            if is_skipping or len(carry) + (first if first >= 0 else len(block)) > limit:
                if not is_skipping:
                    self.overlong += 1
                    yield (carry + block)[: limit + 1] + self.terminator
                is_skipping, carry = first < 0, b""
                if is_skipping:
                    continue
                block = block[first + 1 :]
            end = block.rfind(self.terminator)
            if end >= 0:
                yield carry + block[: end + 1]
                carry = b""
            carry += block[end + 1 :]
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
        encoding, open_blocks = _decoded(path, mapping.format)
        lines = RecordFile(
            path, (JSON_COLUMN,), JSON_DELIMITER, JSON_QUOTE, encoding, False, False, open_blocks, header_in_file=False
        )
        lines.final_newline_required = mapping.format.final_newline == "required"
        return lines
    typed = parquet if kind == "parquet" else workbooks
    header, open_blocks = typed.opened(path, mapping.format.sheet)
    _check_header(header, mapping)
    return RecordFile(path, header, b",", b'"', "utf-8", True, False, open_blocks, header_in_file=False)


def _open_csv(path: Path, mapping: Mapping) -> RecordFile:
    encoding, open_blocks = _decoded(path, mapping.format)
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


def _decoded(path: Path, declared_format: FileFormat) -> tuple[str, Callable[[], Iterator[bytes]]]:
    """The bytes in an encoding that COPY knows: as they are, or transcoded to UTF-8."""
    declared = declared_format.encoding
    first = next(files.blocks(path), b"")
    if not first:
        raise FileRefused("empty_file", "the file holds no bytes")
    if packed := files.packed_kind(first):
        told = f"it holds {packed}, no {declared_format.kind}; unpack it and give the files that are in it"
        raise FileRefused("packed_content", told)
    is_wide = first.startswith(UTF16_MARKS) or b"\0\0" in (first[0:3:2], first[1:4:2])
    if is_wide and not declared.startswith(WIDE_ENCODINGS):
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
        if LINE_END.search(seen) or len(seen) > files.BLOCK_BYTES:
            break
    ends = LINE_END.search(seen)
    is_cr_only = ends is None and seen.endswith(b"\r")
    record_file.terminator = b"\r" if is_cr_only or (ends is not None and ends[0] == b"\r") else b"\n"
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
    if any("\0" in name for name in header):
        raise FileRefused("nul_character", f"the header holds NUL: {', '.join(header)}")
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated:
        raise FileRefused("duplicate_column", f"the header repeats {', '.join(map(repr, repeated))}")
    missing = sorted(mapping.columns() - set(header))
    if missing:
        raise FileRefused("missing_column", f"the header lacks {', '.join(missing)}; it has {', '.join(header)}")
