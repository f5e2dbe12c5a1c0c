"""Bytes of a file: whole when plain, gzip or zstd; refused with a reason when they are cut, corrupt or a bomb."""

import gzip
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from scout_pipeline import settings
from scout_pipeline.sources import files
from scout_pipeline.sources.files import FileRefused

TEXT = b"".join(b"T%03d,2024-03-05,RICE,%d\n" % (number, number % 7) for number in range(40))
MEBIBYTE = 1024 * 1024
BOMB_BYTES = 256 * MEBIBYTE
MEMORY_ABOVE_START = 64 * MEBIBYTE


def zstd(content: bytes) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=True).compress(content)


def written(folder: Path, content: bytes) -> Path:
    path = folder / "sales"
    path.write_bytes(content)
    return path


def read(path: Path) -> bytes:
    return b"".join(files.blocks(path))


@pytest.mark.parametrize(
    ("packed", "content"),
    [
        (TEXT, TEXT),
        (gzip.compress(TEXT), TEXT),
        (gzip.compress(TEXT) + gzip.compress(b"") + gzip.compress(TEXT), TEXT * 2),
        (gzip.compress(TEXT) + b"\0" * 600, TEXT),
        (zstd(TEXT), TEXT),
        (zstd(TEXT) + zstd(TEXT), TEXT * 2),
        (gzip.compress(b""), b""),
        (zstd(b""), b""),
        (b"", b""),
    ],
    ids=["plain", "gzip", "members", "padded", "zstd", "frames", "gzip of nothing", "zstd of nothing", "empty"],
)
def test_content_decides_how_a_file_is_read(tmp_path: Path, packed: bytes, content: bytes) -> None:
    """A second member or frame left out would lose its lines without a word."""
    assert read(written(tmp_path, packed)) == content


@pytest.mark.parametrize("block_bytes", [1, 3, 64, 4096])
def test_where_the_blocks_end_makes_no_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block_bytes: int
) -> None:
    """A member that ends exactly at the end of a block would hide the next one."""
    monkeypatch.setattr(files, "BLOCK_BYTES", block_bytes)
    for packed in (gzip.compress(TEXT) + gzip.compress(TEXT), zstd(TEXT) + zstd(TEXT)):
        assert read(written(tmp_path, packed)) == TEXT * 2


def test_a_gzip_cut_at_any_byte_is_refused(tmp_path: Path) -> None:
    """A download that broke off would count as a short day."""
    packed = gzip.compress(TEXT)
    for end in range(2, len(packed)):
        with pytest.raises(FileRefused) as refusal:
            read(written(tmp_path, packed[:end]))
        assert refusal.value.reason_code == "truncated_gzip", end


def test_a_second_gzip_member_cut_at_any_byte_is_refused(tmp_path: Path) -> None:
    """Only the first member would arrive, and nobody would hear of the rest."""
    first, second = gzip.compress(TEXT), gzip.compress(TEXT)
    for end in range(1, len(second)):
        with pytest.raises(FileRefused, match="truncated_gzip"):
            read(written(tmp_path, first + second[:end]))


def test_a_zstd_file_cut_at_any_byte_is_refused(tmp_path: Path) -> None:
    """The same for the other compression."""
    packed = zstd(TEXT)
    for end in range(4, len(packed)):
        with pytest.raises(FileRefused, match="truncated_zstd"):
            read(written(tmp_path, packed[:end]))


@pytest.mark.parametrize(("pack", "reason"), [(gzip.compress, b"gzip"), (zstd, b"zstd")])
def test_no_changed_byte_gives_other_content(tmp_path: Path, pack: Callable[[bytes], bytes], reason: bytes) -> None:
    """A flipped bit on the disk would become another price; header fields that carry no content may differ."""
    packed = pack(TEXT)
    for position in range(4, len(packed)):
        damaged = packed[:position] + bytes([packed[position] ^ 0x10]) + packed[position + 1 :]
        try:
            outcome = read(written(tmp_path, damaged))
        except FileRefused as refusal:
            outcome = refusal.reason_code.encode()
        assert outcome in (TEXT, b"corrupt_" + reason, b"truncated_" + reason), position


@pytest.mark.parametrize("pack", [gzip.compress, zstd])
def test_what_follows_a_compressed_stream_is_refused(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    """Two files glued together by mistake would lose the second one."""
    with pytest.raises(FileRefused, match=r"^corrupt_"):
        read(written(tmp_path, pack(TEXT) + b"T900,2024-03-05,RICE,1\n"))


def test_a_file_larger_than_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One file could fill the disk of the database."""
    monkeypatch.setenv("SCOUT_MAX_FILE_BYTES", str(len(TEXT) - 1))
    settings.current.cache_clear()
    for content in (TEXT, gzip.compress(TEXT), zstd(TEXT)):
        with pytest.raises(FileRefused, match=f"file_too_large: more than {len(TEXT) - 1} bytes when decompressed"):
            read(written(tmp_path, content))


def gzip_bomb(path: Path) -> None:
    packer = zlib.compressobj(9, wbits=31)
    with path.open("wb") as stream:
        for _ in range(BOMB_BYTES // (16 * MEBIBYTE)):
            stream.write(packer.compress(b"\0" * (16 * MEBIBYTE)))
        stream.write(packer.flush())


def zstd_bomb(path: Path) -> None:
    """RLE blocks of 128 KiB in four bytes each, and the largest window that is allowed."""
    header = zstandard.MAGIC_NUMBER.to_bytes(4, "little") + b"\x00" + bytes([(27 - 10) << 3])
    block = ((128 * 1024) << 3 | 1 << 1).to_bytes(3, "little") + b"\0"
    last = (1 << 3 | 1 << 1 | 1).to_bytes(3, "little") + b"\0"
    path.write_bytes(header + block * (BOMB_BYTES // (128 * 1024)) + last)


READER = """
import resource, sys, time
from pathlib import Path
from scout_pipeline.sources import files
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
produced, reason = 0, "none"
began = time.process_time()
try:
    for block in files.blocks(Path(sys.argv[1])):
        produced += len(block)
except files.FileRefused as refusal:
    reason = refusal.reason_code
print(reason, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024, time.process_time() - began)
"""


@pytest.mark.parametrize("bomb", [gzip_bomb, zstd_bomb])
def test_a_bomb_is_refused_before_it_fills_the_memory(tmp_path: Path, bomb: Callable[[Path], None]) -> None:
    """A file of a megabyte would take gigabytes, and the machine with them."""
    path = tmp_path / "bomb.csv"
    bomb(path)
    done = subprocess.run([sys.executable, "-c", READER, str(path)], capture_output=True, text=True, check=True)
    reason, grown, seconds = done.stdout.split()
    assert reason == "compression_bomb"
    assert int(grown) < MEMORY_ABOVE_START
    assert float(seconds) < 1, "seconds of a processor"


def test_the_detail_of_a_refusal_is_one_short_printable_line() -> None:
    """Bytes of the file are quoted in it: NUL cannot be stored, an escape sequence would reach a terminal."""
    refusal = FileRefused("missing_column", "it has a\0b\x1b[31m\n" + "x" * 10_000)
    assert refusal.detail.isprintable()
    assert len(refusal.detail) == files.SHOWN_CHARACTERS
    assert str(refusal) == f"missing_column: {refusal.detail}"
