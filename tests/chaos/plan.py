"""How long chaos goes on, what is asked for meanwhile, and what goes wrong."""

import random
from dataclasses import dataclass
from typing import Any, Final

FAULTS: Final = (
    "never-arrived",
    "throttled",
    "server-error",
    "answer-lost",
    "error-after",
    "slow-drip",
    "hang",
    "failed",
    "refused-content",
    "vendor-cancelled",
    "file-expired",
    "file-cut",
    "check-error",
    "webhook-lost",
    "webhook-twice",
    "webhook-early",
    "webhook-late",
    "webhook-forged",
)


def _picture(model: str, **params: Any) -> dict[str, Any]:
    return {"operation": "text-to-image", "model": model, "params": {"prompt": "a quiet harbour at dawn", **params}}


def _speech(model: str) -> dict[str, Any]:
    return {"operation": "text-to-speech", "model": model, "params": {"prompt": "Nothing that was paid for is lost."}}


WISHES: Final[dict[str, tuple[dict[str, Any], ...]]] = {
    "kling": (_picture("kling:kling-v3", aspect="1:1"),),
    "custom-cog": (_picture("custom-cog:server"),),
    "local": (_picture("local:scene", size=512),),
    "replicate": (
        _picture("replicate:black-forest-labs/flux-dev", size=512),
        _picture("replicate:black-forest-labs/flux-schnell", size=512),
    ),
    "elevenlabs": (_speech("elevenlabs:eleven_flash_v2_5"),),
    "openai": (
        _picture("openai:gpt-image-1-mini", quality="low"),
        _picture("openai:gpt-image-2.6-flare-background", quality="low"),
        _speech("openai:gpt-4o-mini-tts"),
    ),
    "google": (_picture("google:gemini-2.5-flash-image"),),
    "black-forest-labs": (_picture("black-forest-labs:flux-2-klein-4b", size=512),),
    "stability": (_picture("stability:sd3.5-flash"),),
    "runway": (_picture("runway:gen4_image", size=1280, aspect="1:1"),),
    "luma": (_picture("luma:uni-1", aspect="1:1"),),
    "fal": (_picture("fal:flux-schnell", size=512),),
}
"""By vendor. The first three take our key, the next two can be searched, the others neither."""


@dataclass(frozen=True)
class Plan:
    """`seed` decides everything but the machine's own timing."""

    seed: int
    jobs: int
    kills: int
    vendors: tuple[str, ...] = tuple(WISHES)
    most_unfinished: int = 16
    longest_round_seconds: float = 2.0
    pace: float = 0.05
    faults_a_round: int = 2
    sandbox_restarts_every: int = 10
    full_disk_every: int = 9
    cancel_share: float = 0.05
    studios: int = 1
    database_url: str = ""
    """A Postgres that all studios work on, with one data folder. Empty: each has SQLite in a folder of its own."""
    lease_seconds: int = 6
    machines_every: int = 6
    """On Postgres: every so many rounds a studio is frozen past its lease, or the database restarted."""

    def wish(self, number: int) -> dict[str, Any]:
        """What the request of this number asks for."""
        vendor = self.vendors[number % len(self.vendors)]
        offered = WISHES[vendor]
        wish = offered[number // len(self.vendors) % len(offered)]
        prompt = f"{wish['params']['prompt']} Number {number}."
        return {**wish, "params": {**wish["params"], "prompt": prompt}}

    def faults(self, chance: random.Random) -> list[dict[str, Any]]:
        """What goes wrong in one round."""
        return [
            {"kind": chance.choice(FAULTS), "vendor": chance.choice(self.vendors), "seconds": 1.0}
            for _number in range(self.faults_a_round)
        ]
