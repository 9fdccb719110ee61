"""An answer that comes early reaches a sender that is still sending."""

from io import BytesIO
from pathlib import Path

from tests.sandboxed import a_sandbox

LARGE = 8_000_000
KEY = {"Authorization": "Bearer sk-sandbox"}


async def test_a_refusal_of_a_large_upload_reaches_its_sender(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        for _ in range(5):
            sandbox.fault("openai", "throttled")
            url = f"{sandbox.url}/openai/v1/images/edits"
            async with sandbox.http.request(
                "POST", url, data=BytesIO(bytes(LARGE)), headers=KEY, trusted=sandbox.url
            ) as answer:
                assert answer.status == 429
