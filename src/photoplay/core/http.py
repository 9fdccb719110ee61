"""The one door to addresses outside: private hosts refused, redirects rechecked, size and time capped, keys kept at home."""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from photoplay.core.errors import TooLarge, Unavailable, Unprocessable
from photoplay.core.files import in_thread

CONNECT_SECONDS: Final = 20.0
_REDIRECTS: Final = 4
_CHUNK: Final = 1 << 16
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


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
    return ip.is_global and not ip.is_multicast


class _GuardedResolver(AbstractResolver):
    """Resolves names and gives back public addresses only, so that the socket goes where the check looked."""

    def __init__(self, private_hosts: frozenset[str]) -> None:
        self._inner = aiohttp.ThreadedResolver()
        self._private_hosts = private_hosts

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        if host in self._private_hosts:
            return found
        public = [result for result in found if is_public(result["host"])]
        if not public:
            raise AddressRefused(f'"{host}" leads into a private network and is not fetched.')
        return public

    async def close(self) -> None:
        await self._inner.close()


class Http:
    """The guarded client. One for the whole process, on the web loop. `private_hosts` are those the owner configured."""

    def __init__(self, *, private_hosts: tuple[str, ...] = ()) -> None:
        self._private_hosts = frozenset(private_hosts)
        self._guarded: aiohttp.ClientSession | None = None
        self._trusting: aiohttp.ClientSession | None = None

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
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """One request to an address; redirects are not followed. Raises `AddressRefused` before anything is sent.

        `trusted` is an address that the owner configured: what lies at the same origin may be in a private network.
        """
        is_trusted = trusted is not None and origin_of(url) == origin_of(trusted)
        if not is_trusted:
            self._check(url)
        timeout = aiohttp.ClientTimeout(total=timeout_seconds, connect=CONNECT_SECONDS)
        async with self._open(is_trusted=is_trusted).request(
            method, url, headers=headers, timeout=timeout, allow_redirects=False, **kwargs
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

        Raises `AddressRefused`, `TooLarge` or `FetchFailed`; then no file is left.
        """
        first = origin_of(url)
        try:
            for _hop in range(_REDIRECTS + 1):
                sent = headers if origin_of(url) == first else None
                async with self.request(
                    "GET", url, headers=sent, timeout_seconds=timeout_seconds, trusted=trusted
                ) as response:
                    if response.status in (301, 302, 303, 307, 308):
                        url = urljoin(url, response.headers.get("Location", ""))
                        continue
                    if response.status != 200:
                        raise FetchFailed(f"The address answered {response.status} instead of a file.")
                    await _stream(response, path, max_bytes)
                    return response.content_type
            raise FetchFailed("The address redirects too often.")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            path.unlink(missing_ok=True)
            raise FetchFailed("The address could not be fetched. Check it, or upload the file instead.") from error
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    def _check(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            raise AddressRefused("Only plain http and https addresses are fetched.")
        if parts.hostname in self._private_hosts:
            return
        try:
            public = is_public(parts.hostname)
        except ValueError:
            return
        if not public:
            raise AddressRefused(f'"{parts.hostname}" lies in a private network and is not fetched.')

    def _open(self, *, is_trusted: bool) -> aiohttp.ClientSession:
        if is_trusted:
            self._trusting = self._trusting or _session(aiohttp.ThreadedResolver())
            return self._trusting
        self._guarded = self._guarded or _session(_GuardedResolver(self._private_hosts))
        return self._guarded


def origin_of(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of an address: what decides whether two addresses are one server's."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _session(resolver: AbstractResolver) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(resolver=resolver, limit=256, ttl_dns_cache=10)
    return aiohttp.ClientSession(connector=connector, auto_decompress=True, trust_env=False)


async def _stream(response: aiohttp.ClientResponse, path: Path, max_bytes: int) -> None:
    size = 0
    with await in_thread(path.open, "wb") as file:
        async for chunk in response.content.iter_chunked(_CHUNK):
            size += len(chunk)
            if size > max_bytes:
                raise TooLarge(f"The file is larger than {max_bytes // 1_000_000} MB.")
            await in_thread(file.write, chunk)
    await asyncio.sleep(0)
