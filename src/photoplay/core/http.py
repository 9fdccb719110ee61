"""The one door to addresses outside: private hosts refused, redirects rechecked, size and time capped, keys kept at home."""

import asyncio
import ipaddress
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urljoin

from yarl import URL

from photoplay.core.errors import TooLarge, Unavailable, Unprocessable
from photoplay.core.files import in_thread

if TYPE_CHECKING:
    import aiohttp
    from aiohttp.abc import AbstractResolver

CONNECT_SECONDS: Final = 20.0
_REDIRECTS: Final = 4
_REDIRECT_STATUSES: Final = (301, 302, 303, 307, 308)
_WRITTEN_AT_ONCE: Final = 1 << 20
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_GLOBAL_UNICAST: Final = ipaddress.ip_network("2000::/3")
_NEVER_IN_ADDRESSES: Final = frozenset(map(chr, (*range(0x21), 0x5C, 0x7F)))
"""Control characters, blanks and the backslash: readers of addresses do not agree on what they mean."""
_PORTS: Final = {"http": 80, "https": 443}


class AddressRefused(Unprocessable):
    """The address may not be fetched: wrong scheme, or it leads into a private network."""

    code = "address_refused"


class FetchFailed(Unavailable):
    """The address did not answer, or not with a file."""

    code = "fetch_failed"


def is_public(address: str) -> bool:
    """Whether an IP address lies on the public internet, looking through mapped, 6to4 and NAT64 forms."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = (
            ip.ipv4_mapped or ip.sixtofour or (ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
        )
        if inner is not None:
            return is_public(str(inner))
        if ip not in _GLOBAL_UNICAST or ip.teredo is not None:
            return False
    return ip.is_global and not ip.is_multicast


class Http:
    """The guarded client. One for the whole process, on the web loop. `private_hosts` are those the owner configured.

    `resolver` makes what looks names up (None: the system does), and `allows` says which IP addresses are open to
    anybody's request.
    """

    def __init__(
        self,
        *,
        private_hosts: tuple[str, ...] = (),
        resolver: "Callable[[], AbstractResolver] | None" = None,
        allows: Callable[[str], bool] = is_public,
    ) -> None:
        self._private_hosts = frozenset(host.lower() for host in private_hosts)
        self._resolver = resolver
        self._allows = allows
        self._guarded: aiohttp.ClientSession | None = None
        self._trusting: aiohttp.ClientSession | None = None
        self._is_loaded = False

    async def load(self) -> None:
        """Loads the client itself, off the loop: a tenth of a second once, spared to a start and to a studio that asks nobody.

        Each request does it first; whoever wants to name an error of aiohttp awaits it before importing that.
        """
        if not self._is_loaded:
            await in_thread(import_module, "photoplay.core.sessions")
            self._is_loaded = True

    async def close(self) -> None:
        """Closes the connections."""
        for session in (self._guarded, self._trusting):
            if session is not None:
                await session.close()
        self._guarded = self._trusting = None

    @asynccontextmanager
    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        timeout_seconds: float = 60,
        trusted: str | None = None,
        **kwargs: Any,
    ) -> "AsyncIterator[aiohttp.ClientResponse]":
        """One request to an address; redirects are not followed. Raises `AddressRefused` before anything is sent.

        `trusted` is an address that the owner configured: what lies at the same origin may be in a private network.
        """
        parsed = _parsed(url)
        is_trusted = parsed.host in self._private_hosts or (
            trusted is not None and origin_of(url) == origin_of(trusted)
        )
        if not is_trusted:
            self._check(parsed)
        await self.load()
        import aiohttp

        timeout = aiohttp.ClientTimeout(total=timeout_seconds, connect=CONNECT_SECONDS)
        async with self._open(is_trusted=is_trusted).request(
            method, parsed, headers=headers, timeout=timeout, allow_redirects=False, **kwargs
        ) as response:
            yield response

    async def download(
        self,
        url: str,
        path: Path,
        *,
        max_bytes: int,
        timeout_seconds: float = 300,
        headers: Mapping[str, str] | None = None,
        trusted: str | None = None,
    ) -> str:
        """Streams an address into a file and returns its content type. Headers go to the first origin only.

        The time is for all of it, redirects included. Raises `AddressRefused`, `TooLarge` or `FetchFailed`; then no
        file is left.
        """
        await self.load()
        import aiohttp

        try:
            async with asyncio.timeout(timeout_seconds):
                return await self._download(url, path, max_bytes, headers=headers or {}, trusted=trusted)
        except TimeoutError as error:
            await in_thread(path.unlink, missing_ok=True)
            raise FetchFailed(f"The address took longer than {timeout_seconds:g} seconds. Try another.") from error
        except (aiohttp.ClientError, ValueError, OSError) as error:
            await in_thread(path.unlink, missing_ok=True)
            raise FetchFailed("The address could not be fetched. Check it, or upload the file instead.") from error
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    async def _download(
        self, url: str, path: Path, max_bytes: int, *, headers: Mapping[str, str], trusted: str | None
    ) -> str:
        first = origin_of(url)
        for _hop in range(_REDIRECTS + 1):
            sent = {"Accept-Encoding": "identity", **(headers if origin_of(url) == first else {})}
            async with self.request("GET", url, headers=sent, timeout_seconds=0, trusted=trusted) as response:
                if response.status in _REDIRECT_STATUSES:
                    url = urljoin(url, response.headers.get("Location", ""))
                    continue
                if response.status != 200:
                    raise FetchFailed(f"The address answered {response.status} instead of a file.")
                _refuse_large(response.content_length or 0, max_bytes)
                await into_file(response, path, max_bytes)
                return response.content_type
        raise FetchFailed("The address redirects too often.")

    def _check(self, parsed: URL) -> None:
        host = parsed.host or ""
        try:
            public = self._allows(host)
        except ValueError:
            public = not _is_number(host)  # what a name leads to is checked when it is looked up
        if not public:
            raise AddressRefused(f'"{host}" lies in a private network and is not fetched.')

    def _open(self, *, is_trusted: bool) -> "aiohttp.ClientSession":
        from photoplay.core.sessions import open_session

        if is_trusted:
            self._trusting = self._trusting or open_session(self._resolver, None)
            return self._trusting
        self._guarded = self._guarded or open_session(self._resolver, self._allows)
        return self._guarded


def origin_of(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of an address: what decides whether two addresses are one server's.

    What cannot be read, or names a user, has an origin of its own.
    """
    try:
        parsed = _parsed(url)
    except AddressRefused:
        return "", url, 0
    return parsed.scheme, parsed.host or "", parsed.port or _PORTS[parsed.scheme]


def _parsed(url: str) -> URL:
    """The address as it will be sent, read once: what is checked is what is asked."""
    try:
        parsed = URL(url) if _NEVER_IN_ADDRESSES.isdisjoint(url) else URL()
    except ValueError:
        parsed = URL()
    has_user = parsed.raw_user is not None or parsed.raw_password is not None or "@" in parsed.raw_authority
    if parsed.scheme not in _PORTS or not parsed.host or has_user:
        raise AddressRefused("Only plain http and https addresses are fetched, without a user or a password in them.")
    return parsed


def _is_number(host: str) -> bool:
    """Whether some readers would take the host for an IP address written in another way: 2130706433, 0x7f.1, 127.0.0.1."""
    last = host.rstrip(".").rpartition(".")[2]
    return last.isdecimal() or last.startswith("0x")


def _refuse_large(size_bytes: int, max_bytes: int) -> None:
    if size_bytes > max_bytes:
        raise TooLarge(f"The file is larger than {max_bytes / 1_000_000:g} MB, the most that is taken.")


async def into_file(response: "aiohttp.ClientResponse", path: Path, max_bytes: int) -> None:
    """Writes a megabyte at a time, so that a small file takes one trip to the disk. Raises `TooLarge`.

    Of an answer that does not end well nothing stays on the disk.
    """
    try:
        await _write_all(response, path, max_bytes)
    except Exception:
        await in_thread(path.unlink, missing_ok=True)
        raise


async def _write_all(response: "aiohttp.ClientResponse", path: Path, max_bytes: int) -> None:
    size = waiting = 0
    pieces: list[bytes] = []
    mode: Literal["wb", "ab"] = "wb"
    async for piece in response.content.iter_any():
        size += len(piece)
        _refuse_large(size, max_bytes)
        pieces.append(piece)
        waiting += len(piece)
        if waiting >= _WRITTEN_AT_ONCE:
            await in_thread(_write, path, mode, pieces)
            pieces, waiting, mode = [], 0, "ab"
    await in_thread(_write, path, mode, pieces)


def _write(path: Path, mode: Literal["wb", "ab"], pieces: Sequence[bytes]) -> None:
    with path.open(mode) as file:
        file.writelines(pieces)
