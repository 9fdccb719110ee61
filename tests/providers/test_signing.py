"""How vendors prove that a call is theirs, by the published and computed examples of each way."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from photoplay.providers import Forged
from photoplay.providers._signing import (
    call_key,
    check_age,
    verify_ed25519,
    verify_fal,
    verify_hex,
    verify_shared,
    verify_stamped_hex,
    verify_standard,
)

NOW = datetime.fromtimestamp(1766000000, UTC)
SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
BODY = b'{"id":"pred_demo_1","status":"succeeded","output":["https://replicate.delivery/demo/out-0.webp"]}'
STANDARD = {
    "webhook-id": "msg_demo_0001",
    "webhook-timestamp": "1766000000",
    "webhook-signature": "v1,WHzv5+ON3BWCo7pCwKvQ2oPlyglvnPXUHRBvtif1Vi8=",
}
FAL_KEY = "A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg"
FAL_BODY = b'{"request_id":"req-demo-1","gateway_request_id":"req-demo-1","status":"OK","payload":{"images":[]}}'
FAL = {
    "x-fal-webhook-request-id": "req-demo-1",
    "x-fal-webhook-user-id": "user-demo",
    "x-fal-webhook-timestamp": "1766000000",
    "x-fal-webhook-signature": "6851106d245bd9e5fa1d2c356159ad20af60428dbadd7892b37e72fe1301575d"
    "57e6ceff0f0ec377d4a94fe04168ea9f77f60868bf09f0675c4ace2cd7f9fe0d",
}


def test_a_standard_webhook_is_the_vendors() -> None:
    assert verify_standard(STANDARD, BODY, secret=SECRET, now=NOW) == "msg_demo_0001"


def test_one_of_several_signatures_is_enough() -> None:
    several = "v1a,AAAA v1,bm90IHRoaXM= " + STANDARD["webhook-signature"]
    assert verify_standard(STANDARD | {"webhook-signature": several}, BODY, secret=SECRET, now=NOW)


def test_a_secret_without_prefix_is_taken_as_text() -> None:
    digest = hmac.new(b"plain words", b"msg_demo_0001.1766000000." + BODY, hashlib.sha256).digest()
    signed = STANDARD | {"webhook-signature": f"v1,{base64.b64encode(digest).decode()}"}
    assert verify_standard(signed, BODY, secret="plain words", now=NOW)


@pytest.mark.parametrize("moved", [timedelta(seconds=-299), timedelta(seconds=299)])
def test_five_minutes_of_difference_are_taken(moved: timedelta) -> None:
    assert verify_standard(STANDARD, BODY, secret=SECRET, now=NOW + moved)
    assert verify_fal(FAL, FAL_BODY, keys=[FAL_KEY], now=NOW + moved) == "req-demo-1"


def test_a_call_of_fal_is_fals_with_any_of_its_keys() -> None:
    other = base64.urlsafe_b64encode(bytes(32)).decode().rstrip("=")
    assert verify_fal(FAL, FAL_BODY, keys=[other, FAL_KEY], now=NOW) == "req-demo-1"


def test_a_stamped_signature_in_hex() -> None:
    digest = hmac.new(b"secret", b"1766000000." + BODY, hashlib.sha256).hexdigest()
    verify_stamped_hex(f"t=1766000000,v0={digest}", BODY, secret="secret", now=NOW, tolerance_seconds=1800)


def test_a_plain_signature_in_hex_with_and_without_its_name() -> None:
    digest = hmac.new(b"secret", BODY, hashlib.sha256).hexdigest()
    for header in (digest, f"sha256={digest}", f"sha256={digest.upper()}"):
        verify_hex(header, BODY, secret="secret")


def test_a_shared_secret() -> None:
    verify_shared("secret", secret="secret")


FORGERIES: dict[str, Callable[[], object]] = {
    "one byte more": lambda: verify_standard(STANDARD, BODY + b" ", secret=SECRET, now=NOW),
    "another id": lambda: verify_standard(STANDARD | {"webhook-id": "msg_2"}, BODY, secret=SECRET, now=NOW),
    "another secret": lambda: verify_standard(STANDARD, BODY, secret="whsec_AAAA", now=NOW),
    "a broken secret": lambda: verify_standard(STANDARD, BODY, secret="whsec_A", now=NOW),
    "too old": lambda: verify_standard(STANDARD, BODY, secret=SECRET, now=NOW + timedelta(seconds=301)),
    "from the future": lambda: verify_standard(STANDARD, BODY, secret=SECRET, now=NOW - timedelta(seconds=301)),
    "no signature": lambda: verify_standard({}, BODY, secret=SECRET, now=NOW),
    "another version": lambda: verify_standard(
        STANDARD | {"webhook-signature": STANDARD["webhook-signature"].replace("v1", "v2")},
        BODY,
        secret=SECRET,
        now=NOW,
    ),
    "no number": lambda: verify_standard(STANDARD | {"webhook-timestamp": "now"}, BODY, secret=SECRET, now=NOW),
    "odd letters": lambda: verify_standard(STANDARD | {"webhook-signature": "v1,é"}, BODY, secret=SECRET, now=NOW),
    "fal: another body": lambda: verify_fal(FAL, BODY, keys=[FAL_KEY], now=NOW),
    "fal: too old": lambda: verify_fal(FAL, FAL_BODY, keys=[FAL_KEY], now=NOW + timedelta(hours=1)),
    "fal: no keys": lambda: verify_fal(FAL, FAL_BODY, keys=[], now=NOW),
    "fal: a key that is none": lambda: verify_fal(FAL, FAL_BODY, keys=["x"], now=NOW),
    "fal: no hex": lambda: verify_fal(FAL | {"x-fal-webhook-signature": "zz"}, FAL_BODY, keys=[FAL_KEY], now=NOW),
    "fal: another user": lambda: verify_fal(FAL | {"x-fal-webhook-user-id": "me"}, FAL_BODY, keys=[FAL_KEY], now=NOW),
    "stamped: wrong": lambda: verify_stamped_hex("t=1766000000,v0=00", BODY, secret="secret", now=NOW),
    "stamped: nothing": lambda: verify_stamped_hex("", BODY, secret="secret", now=NOW),
    "hex: wrong": lambda: verify_hex("sha256=00", BODY, secret="secret"),
    "shared: wrong": lambda: verify_shared("other", secret="secret"),
    "shared: none was told": lambda: verify_shared("", secret=""),
    "no time": lambda: check_age("", NOW),
    "a time in other digits": lambda: check_age("１７６６", NOW),
    "a signature of nothing": lambda: verify_ed25519(b"", b"", [FAL_KEY]),
}


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES)
def test_what_does_not_fit_is_forged(forgery: Callable[[], object]) -> None:
    with pytest.raises(Forged):
        forgery()


def test_the_same_call_has_the_same_key() -> None:
    assert call_key("a", b"b") == call_key(b"a", "b") != call_key("ab")
