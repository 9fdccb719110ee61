"""Money over HTTP: members with plans and budgets, a statement that adds up, and credits that are bought once."""

import csv
import hashlib
import hmac
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from photoplay import credits
from photoplay.accounts import Viewer
from photoplay.core import clock
from tests.raw_server import a_server
from tests.web.served import Caller, Served, a_served_house

KEY, SECRET = "sk_test_not_a_real_key", "whsec_not_a_real_secret"


async def joined(served: Served, **wanted: object) -> tuple[str, Caller]:
    """A member who was invited and came in by the link."""
    invited = await served.owner.call("POST", "/api/v1/admin/users", {"name": "Mara", **wanted})
    assert invited.status == 201, invited.body
    entered = await served.stranger.get(invited.json["link"].removeprefix(served.url))
    cookie = entered.headers["Set-Cookie"].partition(";")[0]
    by_cookie = Caller(served.http, served.url, {"Cookie": cookie})
    assert (await by_cookie.get("/api/v1/account")).json["plan"] == wanted.get("plan", "free")
    user_id = invited.json["user"]["id"]
    listed = (await served.owner.get("/api/v1/admin/users")).json["items"]
    assert [one["account"]["metered"] for one in listed] == [False, True]
    return user_id, await served.program(Viewer(user_id, "Mara", "member"))


async def test_a_member_makes_pictures_for_credits_and_reads_where_they_went(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        user_id, mara = await joined(served, credits=10, plan="starter")
        for _one in range(2):
            assert (await mara.make(model="scripted:paid"))["price_credits"] == 4
        refused = await mara.call(
            "POST", "/api/v1/generations", {"operation": "text-to-image", "model": "scripted:paid"}
        )
        assert refused.status == 422  # without words nothing is even priced
        poor = await mara.call(
            "POST",
            "/api/v1/generations",
            {"operation": "text-to-image", "model": "scripted:paid", "params": {"prompt": "x"}},
        )
        assert (poor.status, poor.error["code"]) == (402, "insufficient_credits")
        given = {"credits": 5, "note": "=For the harbour"}
        path = f"/api/v1/admin/users/{user_id}/grants"
        for _again in range(2):
            answer = await served.owner.call("POST", path, given, headers={"Idempotency-Key": "once"})
            assert answer.json["account"]["available_credits"] == 7
        taken = await served.owner.call("POST", path, {"credits": -8, "note": "Too many"})
        assert (taken.status, taken.error["code"]) == (402, "insufficient_credits")
        account = (await mara.get("/api/v1/account")).json
        assert (account["available_credits"], account["quotas"][1]["used"]) == (7, 2)
        entries = (await mara.get("/api/v1/ledger")).json["items"]
        assert [(entry["kind"], entry["balance_credits"]) for entry in entries[:4]] == [
            ("grant", 7),
            ("settle", 2),
            ("release", 6),
            ("hold", 2),
        ]
        month = f"{clock.now():%Y-%m}"
        table = list(csv.DictReader(io.StringIO((await mara.get(f"/api/v1/ledger.csv?month={month}")).body.decode())))
        assert [line["id"] for line in table] == [entry["id"] for entry in reversed(entries)]
        assert (table[-1]["note"], table[-1]["balance_credits"]) == ("'=For the harbour", "7")
        assert (await mara.get("/api/v1/ledger?month=2020-01")).json["items"] == []
        assert await served.house.studio.runtime.db.read(credits.audit) == []


async def test_plans_budgets_and_rates_are_the_owners_to_set(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        user_id, mara = await joined(served, credits=100)
        assert (await mara.get("/api/v1/admin/users")).status == 403
        changed = await served.owner.call("PATCH", "/api/v1/admin/plans/free", {"per_month": 2, "per_minute": None})
        assert (changed.json["per_month"], changed.json["title"]) == (2, "Free")
        made = (await mara.call("POST", "/api/v1/keys", {"name": "Robot", "requests_per_minute": 1})).json
        robot = Caller(served.http, served.url, {"Authorization": f"Bearer {made['secret']}"})
        await robot.make(model="scripted:paid")
        picture = {"operation": "text-to-image", "model": "scripted:paid", "params": {"prompt": "x"}}
        fast = await robot.call("POST", "/api/v1/generations", picture)
        assert (fast.status, fast.error["code"], int(fast.headers["Retry-After"]) in range(1, 61)) == (
            429, "rate_exceeded", True,
        )  # fmt: skip
        about = {"scope": "key", "subject_id": made["key"]["id"], "period": "day", "amount_credits": 3}
        budget = (await mara.call("POST", "/api/v1/account/budgets", about)).json
        assert (budget["spent_credits"], budget["left_credits"]) == (4, 0)
        foreign = await served.owner.call("POST", "/api/v1/account/budgets", about)
        assert foreign.status == 404
        assert (await mara.call("DELETE", f"/api/v1/account/budgets/{budget['id']}")).status == 204
        await mara.make(model="scripted:paid")
        over = await mara.call("POST", "/api/v1/generations", picture)
        assert (over.status, over.error["code"], over.error["left"]) == (402, "quota_exceeded", 0)
        moved = await served.owner.call("PATCH", f"/api/v1/admin/users/{user_id}", {"plan": "pro"})
        assert moved.json["account"]["plan"] == "pro"
        assert (await served.owner.call("PATCH", f"/api/v1/admin/users/{user_id}", {"plan": "gold"})).status == 404
        await served.owner.call("PATCH", "/api/v1/admin/pricing", {"markup_percent": "50"})
        assert (await mara.make(model="scripted:paid"))["price_credits"] == 6
        shut = await served.owner.call("PATCH", f"/api/v1/admin/users/{user_id}", {"disabled": True})
        assert (shut.json["user"]["disabled"], (await mara.get("/api/v1/account")).status) == (True, 401)


def signed(body: bytes, *, secret: str = SECRET, seconds_ago: int = 0) -> dict[str, str]:
    at = int(clock.now().timestamp()) - seconds_ago
    mark = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={at},v1={'0' * 64},v1={mark}", "Content-Type": "application/json"}


def news(purchase: dict[str, Any], **changes: object) -> bytes:
    session = {
        "id": "cs_test_1",
        "client_reference_id": purchase["id"],
        "payment_status": "paid",
        "currency": "usd",
        "amount_total": 500,
    }
    return json.dumps({"type": "checkout.session.completed", "data": {"object": session | changes}}).encode()


async def test_bought_credits_come_once_however_often_and_by_whom_it_is_told(tmp_path: Path) -> None:
    told = b'{"id": "cs_test_1", "url": "https://checkout.stripe.com/c/pay/cs_test_1"}'
    head = (
        f"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {len(told)}\r\n\r\n"
    )
    async with (
        a_server(head.encode() + told, host="127.0.0.1") as stripe,
        a_served_house(tmp_path, stripe_key=KEY, stripe_signing_secret=SECRET, stripe_url=stripe.url) as served,
    ):
        _user_id, mara = await joined(served)
        bought = await mara.call("POST", "/api/v1/packages/small/buy")
        assert bought.json["address"] == "https://checkout.stripe.com/c/pay/cs_test_1"
        sent = stripe.requests[0].decode().lower()
        assert f"authorization: bearer {KEY}" in sent
        assert f"idempotency-key: {bought.json['id']}" in sent

        async def tell(body: bytes, headers: dict[str, str]) -> int:
            return (await served.stranger.call("POST", "/hooks/stripe/checkout", headers=headers, data=body)).status

        right = news(bought.json)
        assert await tell(right, {}) == 400
        assert await tell(right, signed(right, secret="whsec_other")) == 400
        assert await tell(right, signed(right, seconds_ago=400)) == 400
        assert await tell(right + b" ", signed(right)) == 400
        for wrong in (
            news(bought.json, payment_status="unpaid"),
            news(bought.json, amount_total=1),
            news(bought.json, currency="eur"),
            news(bought.json, id="cs_other"),
            news({"id": "pur_unknown"}),
        ):
            assert await tell(wrong, signed(wrong)) == 204
        assert (await mara.get("/api/v1/account")).json["available_credits"] == 0
        for _time in range(3):
            assert await tell(right, signed(right)) == 204
        assert (await mara.get("/api/v1/account")).json["available_credits"] == 500
        path = f"/api/v1/purchases/{bought.json['id']}"
        assert (await mara.get(path)).json["status"] == "paid"
        assert (await served.owner.get(path)).status == 404
        assert (await served.owner.call("POST", "/api/v1/packages/small/buy")).error["code"] == "no_checkout"


async def test_a_payment_provider_that_is_away_costs_nothing(tmp_path: Path) -> None:
    async with a_served_house(
        tmp_path, stripe_key=KEY, stripe_signing_secret=SECRET, stripe_url="http://127.0.0.1:9"
    ) as served:
        _user_id, mara = await joined(served)
        answer = await mara.call("POST", "/api/v1/packages/small/buy")
        assert (answer.status, answer.error["code"], answer.error["retryable"]) == (502, "payment_unreachable", True)
        assert KEY not in answer.body.decode()


async def test_every_package_costs_its_credits_less_its_discount(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, stripe_key=KEY, stripe_signing_secret=SECRET) as served:
        _user_id, mara = await joined(served)

        async def sold() -> list[tuple[str, int, Decimal]]:
            listed = (await mara.get("/api/v1/packages")).json["items"]
            return [(one["name"], one["credits"], Decimal(one["price_usd"])) for one in listed]

        assert await sold() == [
            ("small", 500, Decimal("5.00")),
            ("medium", 1200, Decimal("11.40")),
            ("large", 3000, Decimal("27.00")),
            ("studio", 10_000, Decimal("80.00")),
        ]
        path = "/api/v1/admin/packages"
        for name, change in (
            ("small", {"is_on_sale": False}),
            ("large", {"discount_percent": "12.5"}),
            ("odd", {"title": "Odd", "credits": 333, "discount_percent": "7"}),
        ):
            assert (await served.owner.call("PATCH", f"{path}/{name}", change)).status == 200
        assert (await sold())[0] == ("odd", 333, Decimal("3.10"))  # 3.0969, rounded up
        assert ("large", 3000, Decimal("26.25")) in await sold()
        assert (await mara.call("POST", "/api/v1/packages/small/buy")).error["code"] == "unknown_package"
        unfinished = await served.owner.call("PATCH", f"{path}/huge", {"credits": 9})
        assert (unfinished.status, unfinished.error["fields"]) == (400, {"title": "This is missing."})
        assert (await mara.get(path)).status == 403
        for name in ("small", "odd"):
            assert (await served.owner.call("DELETE", f"{path}/{name}")).status == 204
        assert [name for name, *_more in await sold()] == ["small", "medium", "large", "studio"]
        assert (await served.owner.call("DELETE", f"{path}/odd")).status == 404


async def test_a_plan_goes_when_nobody_has_it_and_a_shipped_one_is_as_it_came(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        path = "/api/v1/admin/plans"
        await served.owner.call("PATCH", f"{path}/team", {"per_day": 5})
        await served.owner.call("PATCH", f"{path}/free", {"per_month": 3})
        user_id, _mara = await joined(served, plan="team")
        refused = await served.owner.call("DELETE", f"{path}/team")
        assert (refused.status, refused.error["message"]) == (409, "1 member has it. Put them on another plan first.")
        await served.owner.call("PATCH", f"/api/v1/admin/users/{user_id}", {"plan": "free"})
        for name in ("team", "free"):
            assert (await served.owner.call("DELETE", f"{path}/{name}")).status == 204
        listed = (await served.owner.get(path)).json["items"]
        assert [one["name"] for one in listed] == ["free", "starter", "pro", "enterprise"]
        assert (listed[0]["per_month"], listed[0]["is_changed"], listed[0]["members"]) == (10, False, 1)


@pytest.mark.parametrize("month", ["2026-13", "0000-01"])
async def test_a_month_that_cannot_be_is_said(tmp_path: Path, month: str) -> None:
    async with a_served_house(tmp_path) as served:
        assert (await served.owner.get(f"/api/v1/ledger?month={month}")).error["code"] == "month_wrong"
