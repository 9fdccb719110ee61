"""What keeps others out: headers, host names, tokens of pages, cookies, a limit on guesses."""

import io
from pathlib import Path
from urllib.parse import urlencode

import pytest
from yarl import URL

from tests.web.served import PICTURE, Caller, Served, a_served_house

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def test_every_answer_carries_the_headers(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        made = await served.owner.make()
        browser = await served.browser(served.house.owner)
        for path in (
            "/create",
            "/sign-in",
            "/docs",
            "/nothing",
            "/healthz",
            "/static/css/tokens.css",
            "/static/vendor/htmx/htmx.min.js",
            "/api/v1/account",
            "/api/v1/nothing",
            "/api/v1/openapi.json",
            made["assets"][0]["files"]["original"],
        ):
            headers = (await browser.get(path, headers={"Accept": "text/html"})).headers
            assert headers["Content-Security-Policy"].startswith("default-src 'none'"), path
            assert "unsafe" not in headers["Content-Security-Policy"], path
            assert headers["X-Content-Type-Options"] == "nosniff", path
            assert headers["X-Frame-Options"] == "DENY", path
            assert headers["Referrer-Policy"] == "same-origin", path
            assert headers["Cross-Origin-Opener-Policy"] == "same-origin", path
            assert not [name for name in headers if name.lower().startswith("access-control-")], path


async def test_answers_about_a_user_are_kept_by_no_shared_cache(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        browser = await served.browser(served.house.owner)
        for path in ("/create", "/settings", "/api/v1/account", "/api/v1/assets"):
            assert (await browser.get(path)).headers["Cache-Control"] == "private, no-cache", path
        made = await browser.call("POST", "/api/v1/keys", {"name": "A robot"})
        assert made.headers["Cache-Control"] == "no-store"
        static = (await browser.get("/static/css/tokens.css?v=1")).headers["Cache-Control"]
        assert static == "public, max-age=31536000, immutable"


async def test_other_sites_are_given_no_leave(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        browser = await served.browser(served.house.owner)
        headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
        answer = await browser.call("OPTIONS", "/api/v1/generations", headers=headers)
        assert answer.status == 405
        assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:80", "", "localhost.", "127.0.0.2"]
)
async def test_foreign_names_are_refused(tmp_path: Path, host: str) -> None:
    async with a_served_house(tmp_path) as served:
        answer = await served.owner.get("/api/v1/account", headers={"Host": host})
        assert (answer.status, answer.error["code"]) == (421, "host_not_allowed")


async def test_own_names_are_taken(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, allowed_hosts=("Studio.example", "[::1]")) as served:
        for host in ("studio.example", "STUDIO.EXAMPLE:8765", "[::1]:80", "[::1]", "127.0.0.1"):
            assert (await served.owner.get("/api/v1/account", headers={"Host": host})).status == 200, host


async def test_a_session_alone_changes_nothing(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        browser = await served.browser(served.house.owner)
        other = await served.browser(served.house.owner)
        bare = Caller(served.http, served.url, {"Cookie": browser.headers["Cookie"]})
        requests = (
            ("POST", "/api/v1/generations", PICTURE),
            ("POST", "/api/v1/assets/bulk", {"ids": ["ast_1"], "action": "delete"}),
            ("POST", "/api/v1/keys", {"name": "Evil"}),
            ("DELETE", "/api/v1/assets/ast_1", None),
            ("PATCH", "/api/v1/assets/ast_1", {"title": "Evil"}),
            ("POST", "/settings/keys", None),
            ("POST", "/settings/theme", None),
            ("POST", "/sign-out", None),
        )
        for method, path, body in requests:
            for token in (None, "", "wrong", other.headers["X-CSRF-Token"]):
                headers = {} if token is None else {"X-CSRF-Token": token}
                answer = await bare.call(method, path, body, headers=headers)
                assert (answer.status, answer.error["code"]) == (403, "csrf"), (path, token)
        upload = await bare.call("POST", "/api/v1/assets", data=io.BytesIO(b"x" * 3_000_000), headers=FORM)
        assert upload.status == 403
        assert (await served.owner.get("/api/v1/generations")).json["items"] == []


async def test_a_form_of_our_page_is_taken(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        browser = await served.browser(served.house.owner)
        bare = Caller(served.http, served.url, {"Cookie": browser.headers["Cookie"]})
        form = urlencode({"csrf_token": browser.headers["X-CSRF-Token"], "theme": "dark"})
        answer = await bare.call("POST", "/settings/theme", data=form, headers=FORM)
        assert (answer.status, answer.headers["Location"]) == (303, "/settings")


async def test_the_session_cookie_is_for_our_server_alone(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        link = await served.house.studio.owner_link()
        answer = await served.stranger.get(link)
        cookie = answer.headers["Set-Cookie"].lower()
        assert answer.status == 303
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert "path=/" in cookie
        assert "domain" not in cookie
        assert (await served.stranger.get(link)).status == 401


async def _sign_in(served: Served, key: str, **headers: str) -> int:
    data = urlencode({"key": key})
    return (await served.stranger.call("POST", "/sign-in", data=data, headers={**FORM, **headers})).status


async def test_guesses_at_the_sign_in_are_limited(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        answers = [await _sign_in(served, f"pp_guess{number}") for number in range(10)]
        assert set(answers) == {401}
        key = (tmp_path / "owner.key").read_text()
        limited = await served.stranger.call("POST", "/sign-in", data=urlencode({"key": key}), headers=FORM)
        assert limited.body != b"", limited
        assert (limited.status, limited.error["code"], limited.error["retryable"]) == (429, "too_many_guesses", True)
        assert 0 < int(limited.headers["Retry-After"]) <= 60
        assert (await served.stranger.get("/sign-in?token=link_guess")).status == 429
        assert (await served.stranger.get("/sign-in")).status == 200


async def test_right_keys_are_not_counted_as_guesses(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        key = (tmp_path / "owner.key").read_text()
        assert {await _sign_in(served, key) for _time in range(15)} == {303}


async def test_a_form_of_another_site_signs_nobody_in(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        key = (tmp_path / "owner.key").read_text()
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
            assert await _sign_in(served, key, **headers) == 403
        assert await _sign_in(served, key, Origin=served.url) == 303


async def test_paths_lead_nowhere_outside(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        key = (tmp_path / "owner.key").read_text().encode()
        for path in (
            "/static/../app.py",
            "/static/%2e%2e/app.py",
            "/static/..%2fapp.py",
            "/static/%2e%2e%2f%2e%2e%2fapp.py",
            "/static//etc/passwd",
            "/static/vendor/../../../app.py",
            "/media/../owner.key",
            "/%2e%2e/owner.key",
            f"/media/{tmp_path}/owner.key",
        ):
            async with served.http.get(
                URL(f"{served.url}{path}", encoded=True), headers=served.owner.headers
            ) as answer:
                body = await answer.read()
                assert answer.status == 404, path
                assert key not in body


async def test_the_folders_secrets_are_readable_by_its_owner_alone(tmp_path: Path) -> None:
    async with a_served_house(tmp_path):
        for name in ("owner.key", "secret.key", "lock"):
            assert (tmp_path / name).stat().st_mode & 0o077 == 0, name
