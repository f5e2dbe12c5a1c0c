"""Parquet and Excel, written out as CSV blocks. pyarrow and pandas stand here, at the edge, and nowhere further in."""

import io
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path, PureWindowsPath
from typing import IO, Any

from scout_pipeline.sources import files
from scout_pipeline.sources.files import GZIP_MAGIC, ZSTD_MAGIC, FileRefused

ROWS_PER_BLOCK = 20_000
# A few bytes of Parquet can name one long value a million times: no more of it is written out at once.
PIECE_BYTES = 16 * 1024 * 1024
WIDEST_FIXED_VALUE = 1024
Opened = tuple[tuple[str, ...], Callable[[], Iterator[bytes]]]


def parquet(path: Path, _sheet: str | None = None) -> Opened:
    """Column names and a function that yields the rows as CSV blocks, every value as text; raises FileRefused."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with _unpacked(path) as source:
            described = pq.read_metadata(source)
        schema = described.schema.to_arrow_schema()
    except (pa.ArrowException, OSError) as error:
        raise FileRefused("unreadable_parquet", _first_line(error)) from error
    groups = range(described.num_row_groups)
    files.check_size(sum(described.row_group(number).total_byte_size for number in groups), path.stat().st_size)
    unread = [column.name for column in schema if pa.types.is_nested(column.type) or _is_too_wide(column.type)]
    if unread:
        raise FileRefused(
            "unsupported_column", f"nested columns and long binary ones are not read: {', '.join(unread)}"
        )
    return tuple(schema.names), lambda: _parquet_blocks(path)


def _parquet_blocks(path: Path) -> Iterator[bytes]:
    import pyarrow as pa
    import pyarrow.csv as pacsv
    import pyarrow.parquet as pq

    try:
        packed, produced = path.stat().st_size, 0
        with _unpacked(path) as stream:
            described = pq.read_metadata(stream)
            stream.seek(0)
            by_value = _named_again_and_again(described)
            text = pa.schema([(name, pa.string()) for name in described.schema.to_arrow_schema().names])
            with pq.ParquetFile(stream, pre_buffer=False, read_dictionary=by_value) as source:
                for batch in source.iter_batches(batch_size=ROWS_PER_BLOCK):
                    for piece in _pieces(batch):
                        buffer = io.BytesIO()
                        table = pa.Table.from_batches([_in_microseconds(piece)]).cast(text)
                        pacsv.write_csv(table, buffer, pacsv.WriteOptions(include_header=False))
                        produced += buffer.tell()
                        files.check_size(produced, packed)
                        yield buffer.getvalue()
    except (pa.ArrowException, OSError) as error:
        raise FileRefused("unreadable_parquet", _first_line(error)) from error


def _named_again_and_again(described: Any) -> list[str]:
    """Text columns whose rows take next to no bytes: read as references, so that a piece's size is known beforehand.

    Columns of many values are not: of them a million rows would cost three times the time and four times the memory.
    """
    import pyarrow as pa

    chunks = [
        described.row_group(group).column(number)
        for group in range(described.num_row_groups)
        for number in range(described.num_columns)
    ]
    short = {chunk.path_in_schema for chunk in chunks if chunk.total_uncompressed_size < 4 * chunk.num_values}
    texts = [column.name for column in described.schema.to_arrow_schema() if pa.types.is_string(column.type)]
    return [name for name in texts if name in short]


def _is_too_wide(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_fixed_size_binary(kind) and kind.byte_width > WIDEST_FIXED_VALUE)


def _pieces(batch: Any) -> Iterator[Any]:
    """The batch in pieces of at most PIECE_BYTES when written out, or of one row."""
    if batch.num_rows > 1 and sum(_byte_count(column) for column in batch.columns) > PIECE_BYTES:
        half = batch.num_rows // 2
        yield from _pieces(batch.slice(0, half))
        yield from _pieces(batch.slice(half))
    else:
        yield batch


def _byte_count(column: Any) -> int:
    """Bytes of a column when every row has a copy of its value."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_dictionary(column.type):
        return int(column.nbytes)
    lengths = pc.binary_length(column.dictionary) if pa.types.is_string(column.type.value_type) else None
    return 0 if lengths is None else int(pc.sum(lengths.take(column.indices)).as_py() or 0)


def _in_microseconds(batch: Any) -> Any:
    """The batch with times of microseconds, the precision of the database: pandas writes nanoseconds by default."""
    import pyarrow as pa

    for number, column in enumerate(batch.schema):
        if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
            values = batch.column(number).cast(pa.timestamp("us", column.type.tz))
            batch = batch.set_column(number, column.name, values)
    return batch


def _unpacked(path: Path) -> IO[bytes]:
    """The file itself, or what a gzip or zstd file around it holds, on disk and within the limits of any file."""
    with files.open_regular(path) as stream:
        magic = stream.read(4)
    if not (magic.startswith(GZIP_MAGIC) or magic == ZSTD_MAGIC):
        return files.open_regular(path)
    unpacked = tempfile.TemporaryFile()  # noqa: SIM115 - its reader closes it
    for block in files.blocks(path):
        unpacked.write(block)
    unpacked.seek(0)
    return unpacked


def excel(path: Path, sheet: str | None) -> Opened:
    """Column names of a sheet and a function that yields its rows as CSV blocks; raises FileRefused.

    A workbook is read whole: Excel's own limit of 1,048,576 rows bounds it, and its unpacked size is checked first.
    """
    import pandas as pd

    try:
        with _unpacked(path) as workbook:
            _check_workbook(workbook, path.stat().st_size)
            # the header is read as a row: pandas would rename columns that stand there twice
            frame = pd.read_excel(
                workbook, sheet_name=sheet or 0, header=None, dtype=object, keep_default_na=False, na_values=[""]
            )
    except FileRefused:
        raise
    except Exception as error:
        # a damaged workbook fails in zipfile, zlib, the XML parser or openpyxl, each with errors of its own
        raise FileRefused("unreadable_workbook", _first_line(error)) from error
    if frame.empty:
        raise FileRefused("empty_file", "the sheet holds no cell")

    def blocks() -> Iterator[bytes]:
        for start in range(1, len(frame), ROWS_PER_BLOCK):
            part = frame.iloc[start : start + ROWS_PER_BLOCK]
            yield part.to_csv(index=False, header=False, lineterminator="\n").encode()

    return tuple("" if pd.isna(name) else str(name).strip() for name in frame.iloc[0]), blocks


def _check_workbook(workbook: IO[bytes], packed: int) -> None:
    try:
        with zipfile.ZipFile(workbook) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise FileRefused("unreadable_workbook", _first_line(error)) from error
    workbook.seek(0)
    # nothing is unpacked into files here, but whoever wrote such a name meant harm
    climbing = [member.filename for member in members if _leads_out(member.filename)]
    if climbing:
        raise FileRefused("unreadable_workbook", f"the archive holds a path that leads out of it: {climbing[0]}")
    files.check_size(sum(member.file_size for member in members), packed)


def _leads_out(name: str) -> bool:
    path = PureWindowsPath(name)
    return bool(path.drive or path.root) or ".." in path.parts


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
