"""The lines of a file or of standard input as they come, whatever their number."""

import asyncio
import os
import stat
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO

from giftstream_cli.failures import WrongUse

CHUNK = 256 * 1024
# A line without an end must not fill the memory: it is cut here, and refused for its length.
MAX_LINE = 1024 * 1024
IN_MEMORY = 8 * 1024 * 1024

Line = tuple[int, bytes]


class LineCutter:
    """From chunks of bytes to numbered lines; blank ones are left out, numbers are the file's."""

    def __init__(self) -> None:
        self._rest = b""
        self._number = 0

    def feed(self, chunk: bytes) -> list[Line]:
        """The lines that end in this chunk."""
        *whole, rest = chunk.split(b"\n")
        if whole:
            whole[0] = self._rest + whole[0]
            self._rest = b""
        self._rest = (self._rest + rest)[:MAX_LINE]
        return [line for raw in whole if (line := self._numbered(raw))]

    def finish(self) -> list[Line]:
        """The last line, where the file does not end with a line's end."""
        line = self._numbered(self._rest)
        self._rest = b""
        return [line] if line else []

    def _numbered(self, raw: bytes) -> Line | None:
        self._number += 1
        stripped = raw.strip()
        return (self._number, stripped) if stripped else None


class Lines:
    """Lines that can be read more than once; `size` is in bytes, None where nobody knows it."""

    def __init__(self, file: IO[bytes], size: int | None) -> None:
        self._file = file
        self.size = size

    @classmethod
    def of(cls, name: str) -> "Lines":
        """Open a file, or standard input for `-`. Raises WrongUse when it cannot be opened."""
        if name == "-":
            return cls(sys.stdin.buffer, None)
        try:
            path = Path(name)
            return cls(path.open("rb", buffering=0), path.stat().st_size)
        except OSError as error:
            raise WrongUse(f"{name} cannot be opened: {error.strerror}.") from error

    async def repeatable(self) -> "Lines":
        """These lines, or a copy of them where they can be read only once."""
        if self.size is not None and self._file.seekable():
            return self
        spool: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # see `close`
        while chunk := await self._read():
            spool.write(chunk)
        size = spool.tell()
        spool.seek(0)
        return Lines(spool, size)

    def again(self) -> None:
        """Back to the first line."""
        self._file.seek(0)

    def close(self) -> None:
        """Done with it."""
        self._file.close()

    async def batches(self) -> AsyncIterator[tuple[list[Line], int]]:
        """Lines as they come, with how many bytes were read for them."""
        cutter = LineCutter()
        while chunk := await self._read():
            yield cutter.feed(chunk), len(chunk)
        yield cutter.finish(), 0

    async def _read(self) -> bytes:
        if isinstance(self._file, tempfile.SpooledTemporaryFile):
            return bytes(self._file.read(CHUNK))
        descriptor = self._file.fileno()
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            await _readable(descriptor)
        return os.read(descriptor, CHUNK)


async def _readable(descriptor: int) -> None:
    # A read that blocks would also block Ctrl-C: what was published must still be told then.
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()

    def come() -> None:
        if not ready.done():
            ready.set_result(None)

    loop.add_reader(descriptor, come)
    try:
        await ready
    finally:
        loop.remove_reader(descriptor)
