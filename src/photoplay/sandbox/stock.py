"""The media that simulated vendors deliver: a small set made once by ffmpeg, each delivery stamped with its reference."""

import asyncio
import hashlib
import os
import struct
import zlib
from pathlib import Path
from typing import Final

from photoplay.core.files import in_thread
from photoplay.makers import stock_command

LONGEST_SECONDS: Final = 120.0
_LARGEST_EDGE: Final = 4096


class Stock:
    """Files by what they are: size, length and type. Made at the first need, then kept in `folder`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._made: dict[str, asyncio.Task[bytes]] = {}

    async def picture(self, width: int, height: int, mime: str, stamp: str) -> bytes:
        """A picture of this size: png, jpeg, webp or gif. `stamp` travels in its metadata and picks its colours."""
        size = min(max(width, 16), _LARGEST_EDGE), min(max(height, 16), _LARGEST_EDGE)
        return stamped(await self._file(mime, size=size, look=_look(stamp)), mime, stamp)

    async def film(
        self, width: int, height: int, seconds: float, stamp: str, *, fps: int = 24, has_sound: bool = False
    ) -> bytes:
        """An mp4 of this size and length, H.264, with AAC sound where asked."""
        size = min(max(width // 2 * 2, 16), _LARGEST_EDGE), min(max(height // 2 * 2, 16), _LARGEST_EDGE)
        length = min(max(seconds, 0.2), LONGEST_SECONDS)
        film = await self._file("video/mp4", size=size, seconds=length, fps=fps, has_sound=has_sound, look=_look(stamp))
        return stamped(film, "video/mp4", stamp)

    async def sound(self, seconds: float, mime: str, stamp: str) -> bytes:
        """A tone of this length: mp3, wav, flac, ogg, opus or aac."""
        length = min(max(seconds, 0.2), LONGEST_SECONDS)
        return stamped(await self._file(mime, seconds=length, look=_look(stamp)), mime, stamp)

    async def close(self) -> None:
        """Waits for the files that are being made."""
        await asyncio.gather(*self._made.values(), return_exceptions=True)

    async def _file(self, mime: str, **facts: object) -> bytes:
        name = hashlib.sha256(repr((mime, sorted(facts.items()))).encode()).hexdigest()[:24]
        if name not in self._made:
            self._made[name] = asyncio.create_task(self._make(name, mime, facts))
        try:
            return await asyncio.shield(self._made[name])
        except Exception:
            self._made.pop(name, None)
            raise

    async def _make(self, name: str, mime: str, facts: dict[str, object]) -> bytes:
        path = self._folder / name
        if not await in_thread(path.exists):
            part = path.with_suffix(f".{os.getpid()}.part")
            command = stock_command(part, mime, **facts)  # type: ignore[arg-type]
            process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
            _out, words = await process.communicate()
            if process.returncode:
                raise RuntimeError(f"ffmpeg did not make {mime}: {words.decode(errors='replace')[-300:]}")
            await in_thread(part.rename, path)
        return await in_thread(path.read_bytes)


def stamped(data: bytes, mime: str, stamp: str) -> bytes:
    """The same media with a text in its metadata, so that no two deliveries are the same bytes. Unknown types stay as they are."""
    text = stamp.encode()[:200]
    match mime:
        case "image/png":
            chunk = b"tEXt" + b"Comment\0" + text
            piece = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
            return data[:-12] + piece + data[-12:]
        case "image/jpeg":
            return data[:2] + b"\xff\xfe" + struct.pack(">H", len(text) + 2) + text + data[2:]
        case "image/webp" | "audio/wav":
            piece = b"note" + struct.pack("<I", len(text)) + text + b"\0" * (len(text) % 2)
            return data[:4] + struct.pack("<I", len(data) + len(piece) - 8) + data[8:] + piece
        case "video/mp4":
            return data + struct.pack(">I", len(text) + 8) + b"free" + text
        case "audio/mpeg":
            frame = b"\3stamp\0" + text
            body = b"TXXX" + struct.pack(">I", len(frame)) + b"\0\0" + frame
            return b"ID3\3\0\0" + _syncsafe(len(body)) + body + data
        case _:
            return data


def _syncsafe(size: int) -> bytes:
    return bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0))


def _look(stamp: str) -> int:
    """One of eight looks."""
    return zlib.crc32(stamp.encode()) % 8
