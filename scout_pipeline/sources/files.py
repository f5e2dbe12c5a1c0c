"""Bytes of a landing file: recognised, decompressed, bounded. What cannot be trusted is refused with a reason."""

import errno
import hashlib
import os
import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

import zstandard

from scout_pipeline import settings

BLOCK_BYTES = 256 * 1024
GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
RATIO_FREE_BYTES = 16 * 1024 * 1024
# How packed content begins; a file may be packed once, by gzip or zstd.
PACKED = {
    GZIP_MAGIC: "a gzip stream",
    ZSTD_MAGIC: "a zstd stream",
    b"PK\x03\x04": "a zip archive or workbook",
    b"PK\x05\x06": "an empty zip archive",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    **{b"BZh%d1AY&SY" % level: "a bzip2 stream" for level in range(1, 10)},
    b"\xfd7zXZ\0": "an xz stream",
    b"Rar!\x1a\x07": "a RAR archive",
}
# of POSIX and of GNU; a text may hold the letters there
TAR_MARKS, TAR_MARK_AT = (b"ustar\0", b"ustar  \0"), 257
PRESERVED_BYTES = 64 * 1024
SHOWN_CHARACTERS = 500
KINDS = {
    stat.S_IFDIR: "a directory",
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a character device",
    stat.S_IFBLK: "a block device",
}


class FileRefused(Exception):
    """A whole file cannot be taken. `reason_code` is for machines, `detail` for people: one short, printable line."""

    def __init__(self, reason_code: str, detail: str) -> None:
        self.reason_code = reason_code
        self.detail = "".join(
            character if character.isprintable() else "\N{REPLACEMENT CHARACTER}"
            for character in detail[:SHOWN_CHARACTERS]
        )
        super().__init__(f"{reason_code}: {self.detail}")


@dataclass(frozen=True)
class Identity:
    """What a file is: SHA-256 of its bytes as they lie on disk, and their number."""

    sha256: bytes
    byte_count: int


class _Decompressor(Protocol):
    def feed(self, block: bytes) -> Iterator[bytes]: ...

    def finish(self) -> None: ...


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file for reading; raises OSError for anything else, links included, and never waits for a writer.

    A link in a folder that others write to could lead to any file of this machine, and its bytes into quarantine.
    """
    # looked at before it is opened: to open a device may already do something
    _refuse_odd(path, path.lstat().st_mode)
    # and after: what stands there may have been exchanged
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        _refuse_odd(path, os.fstat(descriptor).st_mode)
    except OSError:
        os.close(descriptor)
        raise
    return os.fdopen(descriptor, "rb")


def odd_kind(mode: int) -> str | None:
    """What stands at a path by its `st_mode`, in words, when it is no regular file."""
    kind = stat.S_IFMT(mode)
    return None if kind == stat.S_IFREG else KINDS.get(kind, "of a kind that is not known here")


def link_target(path: Path) -> Path | None:
    """The file or folder that a symbolic link leads to; None for what is no link, or leads to neither."""
    target = Path(os.path.realpath(path))
    return target if path.is_symlink() and (target.is_file() or target.is_dir()) else None


def _refuse_odd(path: Path, mode: int) -> None:
    if kind := odd_kind(mode):
        raise OSError(errno.EINVAL, f"is no regular file but {kind}", str(path))


def identify(path: Path) -> Identity:
    """Hash a file in blocks; memory does not grow with its size."""
    digest, count = hashlib.sha256(), 0
    with open_regular(path) as stream:
        while block := stream.read(BLOCK_BYTES * 4):
            digest.update(block)
            count += len(block)
    return Identity(digest.digest(), count)


def head(path: Path) -> bytes:
    """The first bytes of a file, kept in quarantine when the file is refused."""
    with open_regular(path) as stream:
        return stream.read(PRESERVED_BYTES)


def packed_kind(first: bytes) -> str | None:
    """What packed content begins with these bytes, in words; None for what may be text."""
    if first.startswith(TAR_MARKS, TAR_MARK_AT):
        return "a tar archive"
    return next((words for magic, words in PACKED.items() if first.startswith(magic)), None)


def check_size(produced: int, packed: int) -> None:
    """Raise FileRefused when so many bytes came out of a file, or of its beginning, of `packed` bytes."""
    limits = settings.current()
    if produced > limits.max_file_bytes:
        raise FileRefused("file_too_large", f"more than {limits.max_file_bytes} bytes when decompressed")
    if produced > RATIO_FREE_BYTES and produced > packed * limits.max_compression_ratio:
        raise FileRefused(
            "compression_bomb",
            f"grew more than {limits.max_compression_ratio} times; raise SCOUT_MAX_COMPRESSION_RATIO "
            "if the file is honest",
        )


def blocks(path: Path) -> Iterator[bytes]:
    """Decompressed blocks of a plain, gzip or zstd file; raises FileRefused when it is cut, corrupt or a bomb."""
    produced = consumed = 0
    with open_regular(path) as stream:
        decompressor = _decompressor(stream)
        while raw := stream.read(BLOCK_BYTES):
            consumed += len(raw)
            for block in decompressor.feed(raw):
                produced += len(block)
                check_size(produced, consumed)
                yield block
        decompressor.finish()


def _decompressor(stream: BinaryIO) -> _Decompressor:
    magic = stream.read(4)
    stream.seek(0)
    if magic.startswith(GZIP_MAGIC):
        return _Gzip()
    if magic == ZSTD_MAGIC:
        return _Zstd()
    return _Plain()


class _Plain:
    def feed(self, block: bytes) -> Iterator[bytes]:
        yield block

    def finish(self) -> None:
        return


class _Gzip:
    """Bounded inflate of one or more members; each output block is at most BLOCK_BYTES."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=31)

    def feed(self, block: bytes) -> Iterator[bytes]:
        pending = block
        while pending:
            if self._member.eof:
                if not pending.strip(b"\0"):
                    return
                self._member = zlib.decompressobj(wbits=31)
            try:
                output = self._member.decompress(pending, BLOCK_BYTES)
            except zlib.error as error:
                raise FileRefused("corrupt_gzip", str(error)) from error
            pending = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
            if output:
                yield output

    def finish(self) -> None:
        if not self._member.eof:
            raise FileRefused("truncated_gzip", "the compressed stream ends before its last block and checksum")


class _Zstd:
    """Bounded zstd: the window is at most 128 MiB, and input goes in by pieces so small that no block is large."""

    PIECE_BYTES = 1024

    def __init__(self) -> None:
        self._frame = self._new()

    @staticmethod
    def _new() -> "zstandard.ZstdDecompressionObj":
        return zstandard.ZstdDecompressor(max_window_size=128 * 1024 * 1024).decompressobj()

    def feed(self, block: bytes) -> Iterator[bytes]:
        pieces = [block[start : start + self.PIECE_BYTES] for start in range(0, len(block), self.PIECE_BYTES)]
        for piece in pieces:
            pending = piece
            while pending:
                if self._frame.eof:
                    self._frame = self._new()
                try:
                    output = self._frame.decompress(pending)
                except zstandard.ZstdError as error:
                    raise FileRefused("corrupt_zstd", str(error)) from error
                pending = self._frame.unused_data if self._frame.eof else b""
                if output:
                    yield output

    def finish(self) -> None:
        if not self._frame.eof:
            raise FileRefused("truncated_zstd", "the compressed stream ends before its last block")
