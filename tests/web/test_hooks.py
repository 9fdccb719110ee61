"""Vendors' calls over HTTP: proved, counted once, kept when early; they wake who waits, and are never believed."""

import asyncio
import base64
import hashlib
import hmac
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from photoplay import jobs
from photoplay.core import clock
from photoplay.core.http import Http
from photoplay.providers import Callback, Delivery, Order, ProviderSettings, Ticket, Waiting
from photoplay.providers._signing import verify_standard
from photoplay.web.hooks import MOST, Pace, TooManyCalls
from tests.factories import PATIENCE_SECONDS, a_house
from tests.scripted import ScriptedProvider
from tests.web.served import PICTURE, Answer, Served, a_served_house

PUBLIC = "https://studio.example"
SECRET = "whsec_" + base64.b64encode(b"a secret of 24 bytes, ok").decode()


@dataclass
class CallingProvider(ScriptedProvider):
    """A vendor that signs its calls; an order is done when `done` has it, and is looked at seldom unless woken."""

    orders: list[Order] = field(default_factory=list)
    done: set[str] = field(default_factory=set)
    checks: int = 0
    looked: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    hold: asyncio.Event | None = None
    """While it is there and not set, the answer to an order is on its way."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.on_submit, self.on_check = self._take, self._look
        seconds = {"text-to-image": 400.0}
        self.cards = tuple(replace(card, typical_seconds=seconds, check_floor_seconds=300.0) for card in self.cards)

    async def submit(self, order: Order, http: Http) -> Ticket | Delivery:
        """Takes the order at once, and answers when nothing holds it back."""
        answer = await super().submit(order, http)
        if self.hold is not None:
            await self.hold.wait()
        return answer

    def verify(
        self, headers: Mapping[str, str], body: bytes, access: ProviderSettings, *, secret: str, now: datetime
    ) -> Callback:
        """Standard Webhooks; the body names the job."""
        call_id = verify_standard(headers, body, secret=SECRET, now=now)
        return Callback(call_id, str(json.loads(body)["id"]))

    def _take(self, order: Order) -> Ticket:
        self.orders.append(order)
        return Ticket({"polling": {"urls": [f"https://vendor.example/jobs/{_job(order)}"]}, "job": _job(order)})

    def _look(self, order: Order) -> Waiting | Delivery:
        self.checks += 1
        self.looked.put_nowait(order.id)
        return self.deliver(order) if order.id in self.done else Waiting(progress=10)


def _job(order: Order) -> str:
    return f"job-of-{order.id}"


def _signed(body: bytes, *, call_id: str = "msg_1", sent_at: datetime | None = None) -> dict[str, str]:
    stamp = str(int((sent_at or clock.now()).timestamp()))
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    digest = hmac.new(key, b".".join((call_id.encode(), stamp.encode(), body)), hashlib.sha256).digest()
    return {
        "webhook-id": call_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
        "Content-Type": "application/json",
    }


async def _call(served: Served, address: str | None, body: bytes, headers: Mapping[str, str] | None = None) -> Answer:
    path = (address or "").removeprefix(PUBLIC)
    sent = _signed(body) if headers is None else headers
    return await served.stranger.call("POST", path, data=body, headers={"Host": "studio.example", **sent})


async def _asked(served: Served, provider: CallingProvider, *, is_taken: bool = True) -> tuple[str, Order]:
    """A new generation and its order, whose ticket is stored if `is_taken`."""
    made = await served.owner.call("POST", "/api/v1/generations", PICTURE)
    generation_id = made.json["id"]
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            mine = [order for order in provider.orders if order.id.startswith(generation_id)]
            view = await served.house.look(generation_id)
            if mine and (not is_taken or view.orders[0].status == "accepted"):
                return generation_id, mine[0]
            await asyncio.sleep(0.01)


async def _checked(provider: CallingProvider, times: int) -> None:
    """Waits for the next look at the vendor, which is the so-manieth."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        await provider.looked.get()
    assert provider.checks == times


async def test_a_call_at_an_orders_own_address_wakes_it(tmp_path: Path) -> None:
    provider = CallingProvider()
    async with a_served_house(tmp_path, provider, public_url=PUBLIC) as served:
        generation_id, order = await _asked(served, provider)
        assert (order.webhook or "").startswith(f"{PUBLIC}/hooks/scripted/{order.id}.")
        provider.done.add(order.id)
        answer = await _call(served, order.webhook, b'{"id": "whatever"}')
        assert (answer.status, answer.body) == (204, b"")
        assert (await served.house.end(generation_id)).status == "succeeded"
        assert provider.checks == 1


async def test_a_call_is_not_believed_and_counts_once(tmp_path: Path) -> None:
    provider = CallingProvider()
    async with a_served_house(tmp_path, provider, public_url=PUBLIC) as served:
        generation_id, order = await _asked(served, provider)
        body = json.dumps({"id": _job(order), "status": "succeeded", "output": "http://evil.example/x.png"}).encode()
        first = _signed(body)
        assert (await _call(served, order.webhook, body, first)).status == 204
        await _checked(provider, 1)
        assert (await served.house.look(generation_id)).status == "running"
        for _again in range(3):
            assert (await _call(served, order.webhook, body, first)).status == 204
        provider.done.add(order.id)
        assert (await _call(served, order.webhook, body, _signed(body, call_id="msg_2"))).status == 204
        assert (await served.house.end(generation_id)).status == "succeeded"
        assert provider.checks == 2
        assert (await _call(served, order.webhook, body, _signed(body, call_id="msg_3"))).status == 204


@pytest.mark.parametrize("names", ["the job", "an address in the ticket", "our order"])
async def test_a_call_at_the_providers_address_finds_its_order(tmp_path: Path, names: str) -> None:
    provider = CallingProvider()
    async with a_served_house(tmp_path, provider, public_url=PUBLIC) as served:
        address = served.house.studio.runtime.public.hook("scripted")
        other_id, _other = await _asked(served, provider)
        generation_id, order = await _asked(served, provider)
        provider.done.update(one.id for one in provider.orders)
        name = {"the job": _job(order), "our order": order.id}.get(names, f"https://vendor.example/jobs/{_job(order)}")
        assert (await _call(served, address, json.dumps({"id": name}).encode())).status == 204
        assert (await served.house.end(generation_id)).status == "succeeded"
        assert (await served.house.look(other_id)).status == "running"
        nobody = json.dumps({"id": "somebody else's"}).encode()
        assert (await _call(served, address, nobody, _signed(nobody, call_id="msg_9"))).status == 204


@pytest.mark.parametrize("is_own", [True, False], ids=["at the order's address", "at the provider's address"])
async def test_a_call_that_comes_before_the_answer_is_kept(tmp_path: Path, is_own: bool) -> None:
    provider = CallingProvider()
    async with a_served_house(tmp_path, provider, public_url=PUBLIC) as served:
        provider.hold = asyncio.Event()
        generation_id, order = await _asked(served, provider, is_taken=False)
        provider.done.add(order.id)
        address = order.webhook if is_own else served.house.studio.runtime.public.hook("scripted")
        assert (await _call(served, address, json.dumps({"id": _job(order)}).encode())).status == 204
        provider.hold.set()
        assert (await served.house.end(generation_id)).status == "succeeded"
        assert provider.checks == 1


async def test_the_owner_sees_the_address_to_give_the_vendor_and_what_came_of_its_last_call(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, CallingProvider(), public_url=PUBLIC) as served:
        page, report = "/settings/providers/scripted", "/api/v1/admin/providers/scripted"
        address = served.house.studio.runtime.public.hook("scripted")
        host = {"Host": "studio.example"}
        assert (await served.owner.get(report)).json["calls"] == {"way": "set-there", "address": address, "last": None}
        assert (await _call(served, address, b'{"id": "x"}', {"webhook-id": "x"})).status == 401
        last = (await served.owner.get(report)).json["calls"]["last"]
        assert (last["is_ok"], bool(last["message"])) == (False, True)
        assert (await _call(served, address, b'{"id": "x"}')).status == 204
        assert (await served.owner.get(report)).json["calls"]["last"]["is_ok"]
        browser = await served.browser(served.house.owner)
        shown = (await browser.get(page, headers={"Accept": "text/html", **host})).body.decode()
        assert f">{address}</code>" in shown
        assert "Last call taken" in shown


async def test_what_is_forged_or_old_is_refused_without_a_reason(tmp_path: Path) -> None:
    provider = CallingProvider()
    async with a_served_house(tmp_path, provider, public_url=PUBLIC) as served:
        _id, order = await _asked(served, provider)
        body, now = json.dumps({"id": _job(order)}).encode(), clock.now()
        forgeries = (
            (body, {}),
            (body + b" ", _signed(body)),
            (body, _signed(body) | {"webhook-id": "msg_other"}),
            (body, _signed(body, sent_at=now - timedelta(minutes=6))),
            (body, _signed(body, sent_at=now + timedelta(minutes=6))),
            (b"", _signed(body)),
        )
        for address in (order.webhook, served.house.studio.runtime.public.hook("scripted")):
            for sent, headers in forgeries:
                answer = await _call(served, address, sent, headers)
                assert (answer.status, answer.error["code"]) == (401, "hook_forged"), headers
                assert answer.error["message"] == "This call is not taken."
        large = io.BytesIO(b"x" * 1_100_000)
        path = (order.webhook or "").removeprefix(PUBLIC)
        assert (await served.stranger.call("POST", path, data=large)).status == 413
        assert provider.checks == 0


async def test_unknown_hooks_are_not_there(tmp_path: Path) -> None:
    provider = CallingProvider()
    async with a_served_house(tmp_path, provider, public_url=PUBLIC) as served:
        _id, order = await _asked(served, provider)
        public, body = served.house.studio.runtime.public, b'{"id": "x"}'
        own = order.webhook or ""
        for address in (
            f"{PUBLIC}/hooks/scripted/{order.id}",
            f"{PUBLIC}/hooks/scripted/{order.id}.{'0' * 40}",
            f"{PUBLIC}/hooks/scripted/{'0' * 40}",
            own.replace(order.id, order.id[:-1] + "2"),
            own.replace("/scripted/", "/nobody/"),
            public.hook("nobody"),
            public.hook("scripted", "gen_nothing-1"),
        ):
            answer = await _call(served, address, body)
            assert (answer.status, answer.error["code"]) == (404, "hook_not_found"), address
        assert (await served.stranger.get(own.removeprefix(PUBLIC))).status == 405


async def test_only_vendors_that_call_get_an_address_and_only_where_there_is_one(tmp_path: Path) -> None:
    calling, silent = CallingProvider(), ScriptedProvider()
    seen: list[str | None] = []
    silent.on_submit = lambda order: seen.append(order.webhook)
    async with a_served_house(tmp_path / "a", calling) as served:
        _id, order = await _asked(served, calling)
        assert order.webhook is None
    async with a_served_house(tmp_path / "b", silent, public_url=PUBLIC) as served:
        await served.owner.make()
        hook = served.house.studio.runtime.public.hook("scripted")
        assert (seen, (await _call(served, hook, b"{}")).status) == ([None], 404)


@pytest.mark.usefixtures("on_both_databases")
async def test_calls_are_kept_apart_by_caller_and_forgotten_in_the_end(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        db, old = house.studio.runtime.db, clock.now() - timedelta(days=8)
        with clock.set_clock(lambda: old):
            assert await db.write(lambda session: jobs.take_call(session, "a", key="1", reference="job"))
            assert not await db.write(lambda session: jobs.take_call(session, "a", key="1", reference="job"))
            assert await db.write(lambda session: jobs.take_call(session, "b", key="1", reference="other"))
            assert await db.write(lambda session: jobs.expect_calls(session, "a", ["job"], "order-1"))
            assert not await db.write(lambda session: jobs.expect_calls(session, "b", ["job"], "order-2"))
        assert await db.read(lambda session: jobs.subject_of_call(session, "a", "job")) == "order-1"
        await db.write(lambda session: jobs.forget_calls(session, clock.now() - timedelta(days=7)))
        assert await db.read(lambda session: jobs.subject_of_call(session, "a", "job")) is None
        assert await db.write(lambda session: jobs.take_call(session, "a", key="1", reference="job"))


async def test_calls_without_end_are_slowed_down(tmp_path: Path) -> None:
    noon = clock.now()
    async with a_served_house(tmp_path, public_url=PUBLIC) as served:
        with clock.set_clock(lambda: noon):
            paths = [f"/hooks/nobody/{number}" for number in range(MOST)]
            for some in (paths[at : at + 50] for at in range(0, MOST, 50)):
                answers = await asyncio.gather(*(served.stranger.call("POST", path, data=b"{}") for path in some))
                assert {answer.status for answer in answers} == {404}
            late = await served.stranger.call("POST", "/hooks/nobody/x", data=b"{}")
        assert (late.status, late.error["code"], late.headers["Retry-After"]) == (429, "too_many_calls", "60")
        assert (await served.owner.get("/api/v1/account")).status == 200


def test_an_address_that_calls_too_often_waits() -> None:
    pace, noon = Pace(most=2), datetime(2026, 11, 21, 12).astimezone()
    with clock.set_clock(lambda: noon):
        pace.check("10.0.0.1")
        pace.check("10.0.0.1")
        pace.check("10.0.0.2")
        with pytest.raises(TooManyCalls) as refused:
            pace.check("10.0.0.1")
        assert refused.value.retry_after_seconds == 60
    with clock.set_clock(lambda: noon + timedelta(seconds=61)):
        pace.check("10.0.0.1")
