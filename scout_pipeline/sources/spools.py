"""Values that are read once and used later, kept on disk: however many they are, memory does not grow with them."""

import os
import pickle
import struct
import tempfile
import weakref
from collections.abc import Iterator
from typing import Any

WRITTEN_AT_ONCE = 1024 * 1024
END = struct.Struct("<Q")
# repeated texts are short: names, codes, units
REMEMBERED_TEXTS, REMEMBERED_LETTERS = 10_000, 500


class _Bytes:
    """Bytes without a name in the file system, gone with the object; written at the end, read anywhere."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(buffering=WRITTEN_AT_ONCE)  # noqa: SIM115 - closed with the object
        self._is_written = True
        self.size = 0
        weakref.finalize(self, self._file.close)

    def add(self, content: bytes) -> None:
        self._file.write(content)
        self._is_written = False
        self.size += len(content)

    def part(self, start: int, end: int) -> bytes:
        if not self._is_written:
            self._file.flush()
            self._is_written = True
        return os.pread(self._file.fileno(), end - start, start)


class SpooledRows:
    """Rows of cells, in pieces of many. May be iterated again, also while another iteration has not ended."""

    def __init__(self) -> None:
        self._bytes = _Bytes()
        self._ends = [0]

    def add(self, rows: list[list[Any]]) -> None:
        # one's own file, which nobody else can open: what is read from it is what was written
        self._bytes.add(pickle.dumps(rows, protocol=pickle.HIGHEST_PROTOCOL))
        self._ends.append(self._bytes.size)

    def __iter__(self) -> Iterator[list[list[Any]]]:
        for start, end in zip(self._ends, self._ends[1:], strict=False):
            yield pickle.loads(self._bytes.part(start, end))


class SpooledTexts:
    """Texts by number, from 0 on, as a list of them would give them."""

    def __init__(self) -> None:
        self._bytes, self._ends = _Bytes(), _Bytes()
        self._remembered: dict[int, str] = {}

    def add(self, text: str) -> None:
        self._bytes.add(text.encode())
        self._ends.add(END.pack(self._bytes.size))

    def __len__(self) -> int:
        return self._ends.size // END.size

    def __getitem__(self, number: int) -> str:
        text = self._remembered.get(number)
        if text is None:
            text = self._read(number)
            if len(text) <= REMEMBERED_LETTERS:
                if len(self._remembered) >= REMEMBERED_TEXTS:
                    self._remembered.clear()
                self._remembered[number] = text
        return text

    def _read(self, number: int) -> str:
        if not 0 <= number < len(self):
            raise IndexError(f"text {number} of {len(self)}")
        start, end = (self._end(before) for before in (number - 1, number))
        return self._bytes.part(start, end).decode()

    def _end(self, number: int) -> int:
        if number < 0:
            return 0
        end: int = END.unpack(self._ends.part(number * END.size, (number + 1) * END.size))[0]
        return end
