"""Parquet, written out as CSV blocks. pyarrow stands here, at the edge, and nowhere further in."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from scout_pipeline.sources import columnar, files
from scout_pipeline.sources.columnar import PIECE_BYTES, ROWS_PER_BLOCK, Opened
from scout_pipeline.sources.files import FileRefused

WIDEST_FIXED_VALUE = 1024
# without a buffer of its own, the reader takes each column of a row group whole
BUFFER_BYTES = 1024 * 1024
# values are written as the part in which they differ from the one before
BY_DIFFERENCE = "DELTA_BYTE_ARRAY"


def opened(path: Path, _sheet: str | None = None) -> Opened:
    """Column names and a function that yields the rows as CSV blocks, every value as text; raises FileRefused."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with columnar.unpacked(path) as source:
            described = pq.read_metadata(source)
        schema = described.schema.to_arrow_schema()
    except (pa.ArrowException, OSError) as error:
        raise FileRefused("unreadable_parquet", columnar.first_line(error)) from error
    groups = range(described.num_row_groups)
    files.check_size(sum(described.row_group(number).total_byte_size for number in groups), path.stat().st_size)
    unread = [column.name for column in schema if pa.types.is_nested(column.type) or _is_too_wide(column.type)]
    if unread:
        raise FileRefused(
            "unsupported_column", f"nested columns and long binary ones are not read: {', '.join(unread)}"
        )
    return tuple(schema.names), lambda: _blocks(path)


def _blocks(path: Path) -> Iterator[bytes]:
    import pyarrow as pa
    import pyarrow.csv as pacsv
    import pyarrow.parquet as pq

    try:
        packed, produced = path.stat().st_size, 0
        with columnar.unpacked(path) as stream:
            described = pq.read_metadata(stream)
            stream.seek(0)
            text = pa.schema([(name, pa.string()) for name in described.schema.to_arrow_schema().names])
            named = _named_again_and_again(described)
            with pq.ParquetFile(stream, pre_buffer=False, buffer_size=BUFFER_BYTES, read_dictionary=named) as source:
                for batch in source.iter_batches(batch_size=_rows_at_once(described)):
                    for start, end in columnar.pieces(batch.num_rows, _byte_counter(batch)):
                        buffer = io.BytesIO()
                        piece = _in_microseconds(batch.slice(start, end - start))
                        table = pa.Table.from_batches([piece]).cast(text)
                        pacsv.write_csv(table, buffer, pacsv.WriteOptions(include_header=False))
                        produced += buffer.tell()
                        files.check_size(produced, packed)
                        yield buffer.getvalue()
    except (pa.ArrowException, OSError) as error:
        raise FileRefused("unreadable_parquet", columnar.first_line(error)) from error


def _chunks(described: Any) -> Iterator[Any]:
    for group in range(described.num_row_groups):
        for number in range(described.num_columns):
            yield described.row_group(group).column(number)


def _named_again_and_again(described: Any) -> list[str]:
    """Columns that may name long values many times: read as references, so that a piece's size is known beforehand.

    A value is no longer than its chunk. Short chunks are read plainly: references take up to five times as long.
    """
    return sorted(
        {
            chunk.path_in_schema
            for chunk in _chunks(described)
            if chunk.physical_type == "BYTE_ARRAY"
            and chunk.has_dictionary_page
            and min(chunk.num_values, ROWS_PER_BLOCK) * chunk.total_uncompressed_size > PIECE_BYTES
        }
    )


def _rows_at_once(described: Any) -> int:
    """Rows that are read together: few where values are written by difference, and each may be as long as its chunk."""
    longest = max(
        (chunk.total_uncompressed_size for chunk in _chunks(described) if BY_DIFFERENCE in chunk.encodings), default=0
    )
    return max(1, min(ROWS_PER_BLOCK, PIECE_BYTES // max(longest, 1)))


def _is_too_wide(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_fixed_size_binary(kind) and kind.byte_width > WIDEST_FIXED_VALUE)


def _byte_counter(batch: Any) -> Callable[[int, int], int]:
    return lambda start, end: sum(_byte_count(column.slice(start, end - start)) for column in batch.columns)


def _byte_count(column: Any) -> int:
    """Bytes of a column when every row has a copy of its value."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_dictionary(column.type):
        return int(column.nbytes)
    if not (pa.types.is_string(column.type.value_type) or pa.types.is_binary(column.type.value_type)):
        return 0
    return int(pc.sum(pc.binary_length(column.dictionary).take(column.indices)).as_py() or 0)


def _in_microseconds(batch: Any) -> Any:
    """The batch with times of microseconds, the precision of the database: pandas writes nanoseconds by default."""
    import pyarrow as pa

    for number, column in enumerate(batch.schema):
        if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
            values = batch.column(number).cast(pa.timestamp("us", column.type.tz))
            batch = batch.set_column(number, column.name, values)
    return batch
