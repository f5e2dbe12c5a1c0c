"""The files of the archive: one Parquet file and one manifest a partition, in a folder or behind any fsspec URL."""

import hashlib
import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

import fsspec

from scout_pipeline import settings

BLOCK_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Manifest:
    """What a file holds: exact sums as text, and the types that its columns have in PostgreSQL."""

    relation: str
    month: str
    partition_name: str
    row_count: int
    row_checksum: str
    sums: dict[str, str | None]
    columns: dict[str, str]
    file_name: str
    file_bytes: int
    file_sha256: str
    format_version: int = 1


class HashingStream(io.RawIOBase):
    """Writes to a stream and hashes what passes."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()
        self.byte_count = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        written = memoryview(data).nbytes
        self._stream.write(data)
        self._hash.update(data)
        self.byte_count += written
        return written

    def sha256(self) -> str:
        return self._hash.hexdigest()


class Archive:
    """The folder or bucket of the archive. Nothing is done before the first file is asked for."""

    def __init__(self, url: str | None = None) -> None:
        self.url = url or settings.current().archive
        filesystem, root = fsspec.core.url_to_fs(self.url)
        self._filesystem, self._root = filesystem, str(root).rstrip("/")

    def path(self, relation: str, name: str) -> str:
        """The place of a file, as the file system names it."""
        return f"{self._root}/{relation}/{name}"

    def url_of(self, path: str) -> str:
        """The URL that is recorded, and that pyarrow, pandas and `read` understand."""
        return str(self._filesystem.unstrip_protocol(path))

    @contextmanager
    def writing(self, path: str) -> Iterator[HashingStream]:
        """A stream whose file appears under its name when the block ends well, safe from a loss of power."""
        part = f"{path}.part"
        self._filesystem.makedirs(path.rpartition("/")[0], exist_ok=True)
        with self._filesystem.open(part, "wb") as stream:
            hashing = HashingStream(cast(BinaryIO, stream))
            yield hashing
            stream.flush()
        self._sync(part)
        self._filesystem.mv(part, path)
        self._sync(path.rpartition("/")[0])

    def write_manifest(self, path: str, manifest: Manifest) -> None:
        with self.writing(path) as stream:
            stream.write((json.dumps(asdict(manifest), indent=2) + "\n").encode())

    def _sync(self, path: str) -> None:
        # an object store keeps what it has acknowledged; a local file system does not
        if isinstance(self._filesystem, fsspec.implementations.local.LocalFileSystem):
            descriptor = os.open(Path(path), os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


@contextmanager
def reading(url: str) -> Iterator[BinaryIO]:
    """A file of the archive, from the URL that was recorded."""
    with fsspec.open(url, "rb") as stream:
        yield cast(BinaryIO, stream)


def sha256(url: str) -> str | None:
    """SHA-256 of a file of the archive, as it lies there now; None when it is not there."""
    found = hashlib.sha256()
    try:
        with reading(url) as stream:
            while block := stream.read(BLOCK_BYTES):
                found.update(block)
    except FileNotFoundError:
        return None
    return found.hexdigest()
