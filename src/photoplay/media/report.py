"""What the credentials of a file say, in words for people. Only the child process imports this."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from photoplay.media import containers, credentials, xmp
from photoplay.media._contract import CredentialReport, MediaType, SourceType, State

Json = Mapping[str, Any]

_STATES: dict[str, State] = {"Trusted": "valid", "Valid": "valid", "Invalid": "invalid", "none": "none"}
_HOW = {
    SourceType.TRAINED: "by a trained model",
    SourceType.ALGORITHMIC: "by a program without training",
    SourceType.COMPOSITE: "by editing with a trained model",
}


@dataclass(frozen=True)
class _Claim:
    """What the manifests say, the newest first."""

    source: str | None = None
    model: str | None = None
    made_at: str | None = None
    signer: str | None = None
    parents: tuple[str, ...] = ()


def report(path: Path, found: MediaType, folder: Path) -> CredentialReport:
    """Reads the signed manifest and the XMP packet of a file; `folder` holds our certificate."""
    told = xmp.read(containers.find(path, found) or b"")
    signature = credentials.read(path, found, folder) or credentials.Signature("none", {})
    claim = _claim(signature.store)
    return CredentialReport(
        state=_STATES[signature.state],
        summary=_summary(signature, claim, told),
        ours=signature.state == "Trusted",
        signer=claim.signer,
        source=claim.source or told.source,
        model=claim.model or told.model,
        made_at=claim.made_at or told.made_at,
        prompt=told.prompt,
        parents=claim.parents,
    )


def _summary(signature: credentials.Signature, claim: _Claim, told: xmp.Told) -> str:
    made = _made(claim.model or told.model, claim.source or told.source)
    signer = claim.signer or "somebody unknown"
    match signature.state:
        case "Trusted":
            return f"Signed by this installation; nothing was changed since.{made}"
        case "Valid":
            return f"Signed by {signer}; nothing was changed since. We cannot check who that is.{made}"
        case "Invalid":
            return f"{_failure(signature.store)} What the file says about itself cannot be relied on."
        case _:
            note = f" Its note, which anybody could write, says:{made}" if made else ""
            return f"The file has no content credentials.{note}"


def _made(model: str | None, source: str | None) -> str:
    how = next((words for term, words in _HOW.items() if term == source), "")
    if not model and not how:
        return ""
    return f" Made{' with ' + model if model else ''}{', ' + how if how else ''}."


def _failure(store: Json) -> str:
    failures = store.get("validation_results", {}).get("activeManifest", {}).get("failure", [])
    codes = [str(one.get("code", "")) for one in failures]
    if any(code.endswith(("ataHash.mismatch", "bmffHash.mismatch", "boxesHash.mismatch")) for code in codes):
        return "The file was changed after it was signed."
    return "The signature does not hold."


def _claim(store: Json) -> _Claim:
    manifests: Json = store.get("manifests", {})
    active = manifests.get(store.get("active_manifest", ""), {})
    actions = [action for manifest in _line(manifests, active) for action in _actions(manifest)]
    return _Claim(
        source=_first(str(one.get("digitalSourceType", "")).rsplit("/", 1)[-1] for one in actions),
        model=_first(_agent(one) for one in actions),
        made_at=_first(str(one.get("when", "")) for one in actions),
        signer=active.get("signature_info", {}).get("issuer"),
        parents=tuple(str(one.get("title", "")) for one in active.get("ingredients", ()) if one.get("title")),
    )


def _line(manifests: Json, manifest: Json) -> Iterator[Json]:
    """The manifest and those of its parents, so that a rendition tells what its original was."""
    for _ in range(16):
        yield manifest
        parents = [one for one in manifest.get("ingredients", ()) if one.get("relationship") == "parentOf"]
        manifest = manifests.get(parents[0].get("active_manifest", ""), {}) if parents else {}
        if not manifest:
            return


def _actions(manifest: Json) -> Iterator[Json]:
    for assertion in manifest.get("assertions", ()):
        if str(assertion.get("label", "")).startswith("c2pa.actions"):
            yield from assertion["data"].get("actions", ())


def _agent(action: Json) -> str:
    agent = action.get("softwareAgent", "")
    return str(agent.get("name", "")) if isinstance(agent, Mapping) else str(agent)


def _first(texts: Iterable[str]) -> str | None:
    return next((text for text in texts if text), None)
