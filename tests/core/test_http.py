"""The one door to addresses outside: what it must never open, shown with real servers that nobody may have spoken to."""

import gzip
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from photoplay.core.calls import AT_HAND_BYTES, AnswerLost, Call, NotSent, make_call
from photoplay.core.errors import TooLarge
from photoplay.core.http import AddressRefused, FetchFailed, Http, is_public, origin_of
from tests.raw_server import OK, OPEN, a_server

CLOSED = "127.0.0.1"
"""Another address of this machine than `OPEN`, which the guard of these tests calls public."""


class Names(AbstractResolver):
    """A resolver whose every look-up of a name gives the next of its answers, and the last one for ever."""

    def __init__(self, names: Mapping[str, list[list[str]]]) -> None:
        self.names = names
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        answers = self.names.get(host, [[CLOSED]])
        found = answers[min(self.asked.count(host), len(answers) - 1)]
        self.asked.append(host)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in found
        ]

    async def close(self) -> None:
        """Nothing is open."""


@asynccontextmanager
async def a_client(names: Names | None = None, **changes: object) -> AsyncIterator[Http]:
    """The guarded client; `OPEN` counts as public."""
    resolver = names or Names({})
    http = Http(resolver=lambda: resolver, allows=lambda ip: ip == OPEN or is_public(ip), **changes)  # type: ignore[arg-type]
    try:
        yield http
    finally:
        await http.close()


async def _get(http: Http, url: str, path: Path, **more: object) -> bytes:
    given: dict[str, object] = {"max_bytes": 1000, "timeout_seconds": 20} | more
    await http.download(url, path, **given)  # type: ignore[arg-type]
    return path.read_bytes()


ATTACKS = {
    "loopback": "http://127.0.0.1:{port}/",
    "elsewhere on loopback": "http://127.9.9.9:{port}/",
    "its name": "http://localhost:{port}/",
    "its name in capitals": "http://LocalHost:{port}/",
    "its name with a dot": "http://localhost.:{port}/",
    "a name below localhost": "http://studio.localhost:{port}/",
    "a number with a dot": "http://127.0.0.1.:{port}/",
    "decimal": "http://2130706433:{port}/",
    "octal": "http://0177.0.0.1:{port}/",
    "one octal number": "http://017700000001:{port}/",
    "hex": "http://0x7f000001:{port}/",
    "hex by parts": "http://0x7f.0x0.0x0.0x1:{port}/",
    "short": "http://127.1:{port}/",
    "round digits": "http://①②⑦.⓪.⓪.①:{port}/",
    "wide digits": "http://１２７.0.0.1:{port}/",
    "round dots": "http://127。0。0。1:{port}/",
    "nothing": "http://0:{port}/",
    "all zeros": "http://0.0.0.0:{port}/",
    "this network": "http://0.1.2.3:{port}/",
    "IPv6 loopback": "http://[::1]:{port}/",
    "IPv6 nothing": "http://[::]:{port}/",
    "mapped": "http://[::ffff:127.0.0.1]:{port}/",
    "mapped in hex": "http://[::ffff:7f00:1]:{port}/",
    "translated": "http://[::ffff:0:127.0.0.1]:{port}/",
    "compatible": "http://[::127.0.0.1]:{port}/",
    "6to4": "http://[2002:7f00:1::]:{port}/",
    "NAT64": "http://[64:ff9b::7f00:1]:{port}/",
    "local NAT64": "http://[64:ff9b:1::7f00:1]:{port}/",
    "Teredo": "http://[2001:0:4136:e378:8000:63bf:80ff:fffe]:{port}/",
    "a zone": "http://[fe80::1%25lo]:{port}/",
    "the cloud's own address": "http://169.254.169.254/latest/meta-data/",
    "the cloud's own address, mapped": "http://[::ffff:169.254.169.254]/",
    "the cloud's own address in IPv6": "http://[fd00:ec2::254]/",
    "unique local": "http://[fd12:3456::1]/",
    "site local": "http://[fec0::1]/",
    "many listeners": "http://[ff02::1]/",
    "home": "http://192.168.0.1/",
    "office": "http://10.0.0.1/",
    "another office": "http://172.16.0.1/",
    "carrier": "http://100.64.0.1/",
    "benchmarks": "http://198.18.0.1/",
    "documentation": "http://192.0.2.1/",
    "multicast": "http://224.0.0.1/",
    "broadcast": "http://255.255.255.255/",
    "a file": "file:///etc/passwd",
    "gopher": "gopher://127.0.0.1:{port}/_GET",
    "ftp": "ftp://127.0.0.1/",
    "data": "data:image/png;base64,AAAA",
    "no scheme": "//127.0.0.1:{port}/",
    "no host": "http:///etc/passwd",
    "a user": "http://user:pass@{open}/",
    "a user alone": "http://user@{open}/",
    "two at-signs": "http://a@{open}@127.0.0.1:{port}/",
    "a backslash": "http://127.0.0.1:{port}\\@{open}/",
    "a NUL": "http://{open}/\0",
    "a NUL in the host": "http://127.0.0.1\0.{open}/",
    "a new line": "http://{open}/\r\nX-Evil: 1",
    "a tab": "http://127.0.0\t.1:{port}/",
    "a port that is none": "http://127.0.0.1:99999999/",
    "nothing at all": "",
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
async def test_known_attacks_are_refused_before_anything_is_sent(tmp_path: Path, attack: str) -> None:
    names = Names({"studio.localhost": [[CLOSED]]})
    async with a_server(OK + b"\r\nsecret", host=CLOSED) as private, a_client(names) as http:
        with pytest.raises(AddressRefused):
            await _get(http, attack.format(port=private.port, open=f"{OPEN}:1"), tmp_path / "file")
        assert private.requests == []
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "answer",
    [
        [CLOSED],
        ["::1"],
        ["169.254.169.254"],
        ["10.0.0.7", "192.168.1.1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        [],
    ],
)
async def test_a_name_that_leads_into_a_private_network_is_refused(tmp_path: Path, answer: list[str]) -> None:
    names = Names({"innocent.example": [answer]})
    async with a_server(OK + b"\r\nsecret", host=CLOSED) as private, a_client(names) as http:
        with pytest.raises(AddressRefused, match="innocent"):
            await _get(http, f"http://innocent.example:{private.port}/", tmp_path / "file")
        assert private.requests == []


async def test_of_several_addresses_only_public_ones_are_spoken_to(tmp_path: Path) -> None:
    names = Names({"mixed.example": [[CLOSED, OPEN]]})
    async with a_server(OK + b"\r\npicture") as public, a_client(names) as http:
        assert await _get(http, f"http://mixed.example:{public.port}/", tmp_path / "file") == b"picture"


async def test_a_name_is_looked_up_once_and_its_second_answer_is_checked_too(tmp_path: Path) -> None:
    names = Names({"rebinding.example": [[OPEN], [CLOSED]]})
    async with a_server(OK + b"\r\npicture") as public:
        url = f"http://rebinding.example:{public.port}/"
        async with a_client(names) as http:
            assert await _get(http, url, tmp_path / "first") == b"picture"
            assert names.asked == ["rebinding.example"]
        async with a_client(names) as http:
            with pytest.raises(AddressRefused):
                await _get(http, url, tmp_path / "second")


async def test_the_address_of_the_socket_itself_is_looked_at_last(tmp_path: Path) -> None:
    verdicts = iter([True, True])
    http = Http(
        resolver=lambda: Names({"changing.example": [[CLOSED]]}),
        allows=lambda ip: next(verdicts, False) if ip == CLOSED else is_public(ip),
    )
    async with a_server(OK + b"\r\nsecret", host=CLOSED) as private:
        await _get(http, f"http://changing.example:{private.port}/", tmp_path / "file")
        with pytest.raises((AddressRefused, FetchFailed)):
            await _get(http, f"http://changing.example:{private.port}/", tmp_path / "file")
        assert len(private.requests) == 1
    await http.close()


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:{port}/",
        "//127.0.0.1:{port}/",
        "http://inner.example:{port}/",
        "http://user:pass@127.0.0.2/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:{port}/_x",
        "http://2130706433:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
    ],
)
async def test_a_redirect_is_checked_like_an_address(tmp_path: Path, target: str) -> None:
    async with a_server(OK + b"\r\nsecret", host=CLOSED) as private:
        head = f"HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: {target.format(port=private.port)}\r\n\r\n"
        async with a_server(head.encode()) as public, a_client() as http:
            with pytest.raises(AddressRefused):
                await _get(http, public.url, tmp_path / "file")
            assert (len(public.requests), private.requests) == (1, [])
            assert list(tmp_path.iterdir()) == []


async def test_a_redirect_to_a_public_place_is_followed_without_the_key(tmp_path: Path) -> None:
    async with a_server(OK + b"\r\npicture") as second:
        head = f"HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: {second.url}/there\r\n\r\n"
        async with a_server(head.encode()) as first, a_client() as http:
            key = {"Authorization": "Bearer secret"}
            assert await _get(http, first.url, tmp_path / "file", headers=key) == b"picture"
            assert b"Bearer secret" in first.requests[0]
            assert second.requests[0].startswith(b"GET /there ")
            assert b"secret" not in second.requests[0]


async def test_a_circle_of_redirects_ends(tmp_path: Path) -> None:
    async with a_server(b"HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: /\r\n\r\n") as public:
        async with a_client() as http:
            with pytest.raises(FetchFailed, match="too often"):
                await _get(http, public.url, tmp_path / "file")
        assert len(public.requests) == 5


async def test_a_size_told_beyond_the_cap_is_refused_unread(tmp_path: Path) -> None:
    async with a_server(OK + b"Content-Length: 99999999999\r\n\r\n" + b"x" * 500) as public, a_client() as http:
        with pytest.raises(TooLarge, match=r"0\.001 MB"):
            await _get(http, public.url, tmp_path / "file")
        assert list(tmp_path.iterdir()) == []


async def test_an_endless_body_is_cut_at_the_cap(tmp_path: Path) -> None:
    async with a_client() as http:
        async with a_server(OK + b"\r\n" + b"x" * 60_000, times=100_000) as public:
            with pytest.raises(TooLarge):
                await _get(http, public.url, tmp_path / "file", max_bytes=200_000)
        assert list(tmp_path.iterdir()) == []


async def test_a_slow_drip_ends_with_the_time(tmp_path: Path) -> None:
    async with a_server(OK + b"\r\nx", drip_seconds=0.02, times=10_000) as public, a_client() as http:
        with pytest.raises(FetchFailed, match=r"longer than 0\.2 seconds"):
            await _get(http, public.url, tmp_path / "file", max_bytes=10**6, timeout_seconds=0.2)
        assert list(tmp_path.iterdir()) == []


async def test_a_server_that_never_answers_ends_with_the_time(tmp_path: Path) -> None:
    async with a_server(b"", drip_seconds=5) as public, a_client() as http:
        with pytest.raises(FetchFailed, match="longer"):
            await _get(http, public.url, tmp_path / "file", timeout_seconds=0.2)


async def test_a_gzip_bomb_is_cut_at_the_cap(tmp_path: Path) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    head = OK + b"Content-Encoding: gzip\r\nContent-Length: " + str(len(bomb)).encode() + b"\r\n\r\n"
    async with a_server(head + bomb) as public, a_client() as http:
        with pytest.raises(TooLarge):
            await _get(http, public.url, tmp_path / "file", max_bytes=1_000_000)
        assert b"Accept-Encoding: identity" in public.requests[0]
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("answer", [b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", b"nonsense\r\n\r\n", b""])
async def test_an_answer_that_is_no_file_says_so(tmp_path: Path, answer: bytes) -> None:
    async with a_server(answer) as public, a_client() as http:
        with pytest.raises(FetchFailed):
            await _get(http, public.url, tmp_path / "file")
        assert list(tmp_path.iterdir()) == []


async def test_a_trusted_address_may_be_private(tmp_path: Path) -> None:
    async with a_server(OK + b"\r\npicture", host=CLOSED) as private, a_client() as http:
        trusted = f"{private.url}/v1"
        assert await _get(http, f"{private.url}/files/1", tmp_path / "file", trusted=trusted) == b"picture"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{other}/",
        "https://127.0.0.1:{port}/",
        "http://user:pass@127.0.0.1:{port}/",
        "http://127.0.0.1.:{port}/",
        "http://localhost:{port}/",
        "http://127.1:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
    ],
)
async def test_trust_is_for_exactly_one_origin(tmp_path: Path, url: str) -> None:
    async with (
        a_server(OK + b"\r\nsecret", host=CLOSED) as private,
        a_server(OK + b"\r\nsecret", host=CLOSED) as other,
        a_client() as http,
    ):
        with pytest.raises(AddressRefused):
            await _get(
                http, url.format(port=private.port, other=other.port), tmp_path / "file", trusted=f"{private.url}/v1"
            )
        assert (private.requests, other.requests) == ([], [])


async def test_a_trusted_server_leads_nobody_further_in(tmp_path: Path) -> None:
    async with a_server(OK + b"\r\nsecret", host=CLOSED) as inner:
        head = f"HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: {inner.url}\r\n\r\n".encode()
        async with a_server(head, host=CLOSED) as private, a_client() as http:
            with pytest.raises(AddressRefused):
                await _get(http, private.url, tmp_path / "file", trusted=private.url)
            assert inner.requests == []


async def test_a_host_that_the_owner_allows_is_reached(tmp_path: Path) -> None:
    async with a_server(OK + b"\r\npicture", host=CLOSED) as private, a_client(private_hosts=(CLOSED,)) as http:
        assert await _get(http, private.url, tmp_path / "file") == b"picture"


async def test_a_call_of_an_api_is_guarded_too() -> None:
    async with a_server(OK + b"\r\nsecret", host=CLOSED) as private, a_client() as http:
        with pytest.raises(AddressRefused):
            await make_call(http, Call("GET", private.url, {}))
        assert private.requests == []
        private.port = 1
        with pytest.raises(NotSent):
            await make_call(http, Call("GET", "http://127.0.0.1:1/", {}, trusted="http://127.0.0.1:1"))


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("https://a.example/x", "https://a.example:443/y", True),
        ("https://A.example/x", "https://a.example/", True),
        ("http://a.example/", "https://a.example/", False),
        ("http://a.example/", "http://a.example:81/", False),
        ("http://a.example/", "http://a.example./", False),
        ("http://a.example/", "http://user@a.example/", False),
        ("http://a.example/", "nonsense", False),
    ],
)
def test_an_origin_is_scheme_host_and_port(one: str, other: str, is_same: bool) -> None:
    assert (origin_of(one) == origin_of(other)) is is_same


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("head", [OK, OK.replace(b"\r\n", b"\r\nContent-Length: 7\r\n", 1)])
async def test_an_answer_is_kept_in_memory_only_where_its_size_is_told(head: bytes, tmp_path: Path) -> None:
    async with a_server(head + b"\r\npicture", host=CLOSED) as private, a_client() as http:
        answer = await make_call(http, Call("GET", private.url, {}, trusted=private.url), large=tmp_path / "file")
        whole = answer.body if answer.path is None else answer.path.read_bytes()
        assert (whole, answer.path is None) == (b"picture", b"Content-Length" in head)


async def test_a_crowd_of_answers_goes_to_files(tmp_path: Path) -> None:
    size = AT_HAND_BYTES
    head = OK.replace(b"\r\n", b"\r\nContent-Length: %d\r\n" % size, 1)
    async with a_server(head + b"\r\n" + b"p" * size, host=CLOSED) as private, a_client() as http:
        call = Call("GET", private.url, {}, trusted=private.url)
        crowd = [await make_call(http, call, large=tmp_path / str(number)) for number in range(12)]
        assert crowd[0].path is None
        assert crowd[-1].path is not None
        assert crowd[-1].path.stat().st_size == size
        crowd.clear()
        assert (await make_call(http, call, large=tmp_path / "later")).path is None


async def test_of_an_answer_that_breaks_off_nothing_stays_on_the_disk(tmp_path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 9000000\r\n\r\n"
    async with a_server(head + b"x" * 3_000_000) as server, a_client() as http:
        for where in ("to", "large"):
            with pytest.raises(AnswerLost, match="broke before the whole answer"):
                await make_call(http, Call("GET", server.url, {}), **{where: tmp_path / "answer"})
            assert list(tmp_path.iterdir()) == []
