"""The XMP packet that says what made a file: written in the IPTC's properties of 2025, and read back."""

import html
import re
from dataclasses import dataclass

from photoplay import __version__
from photoplay.media._contract import Marks

SOURCE_TYPE_BASE = "http://cv.iptc.org/newscodes/digitalsourcetype/"
PROMPT_CHARACTERS = 8000
"""Longer prompts are cut, since a JPEG holds at most 64 KiB of packet."""

_OPEN = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
_CLOSE = '<?xpacket end="w"?>'
_SPACES = (
    'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
)
_WHITE = {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
"""What a reader of XML would turn into blanks."""
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Told:
    """What a packet tells; None where it is silent."""

    source: str | None = None
    software: str | None = None
    model: str | None = None
    model_version: str | None = None
    prompt: str | None = None
    made_at: str | None = None


def software() -> str:
    """Our own name and version, as written into files."""
    return f"Photoplay {__version__}"


def packet(marks: Marks, *, with_prompt: bool = True, existing: bytes | None = None) -> bytes:
    """The packet for a file. What an `existing` packet already says stays as it is; ours is added beside it."""
    wanted = _properties(marks, with_prompt=with_prompt)
    before = (existing or b"").decode("utf-8", "replace")
    end = before.rfind("</rdf:RDF>")
    if end < 0:
        body = f"{_description(wanted)}"
        return f"{_OPEN}{_META_OPEN}{body}{_META_CLOSE}{_CLOSE}".encode()
    missing = {name: value for name, value in wanted.items() if _value(before, name) is None}
    return f"{before[:end]}{_description(missing)}{before[end:]}".encode()


_META_OPEN = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
_META_CLOSE = "</rdf:RDF></x:xmpmeta>"


def read(data: bytes) -> Told:
    """What a packet tells, ours or another's. It is searched, not parsed: a hostile packet costs nothing."""
    text = data.decode("utf-8", "replace")
    source = _value(text, "Iptc4xmpExt:DigitalSourceType")
    return Told(
        source=source.rsplit("/", 1)[-1] if source else None,
        software=_value(text, "xmp:CreatorTool"),
        model=_value(text, "Iptc4xmpExt:AISystemUsed"),
        model_version=_value(text, "Iptc4xmpExt:AISystemVersionUsed"),
        prompt=_value(text, "Iptc4xmpExt:AIPromptInformation"),
        made_at=_value(text, "xmp:CreateDate"),
    )


def _properties(marks: Marks, *, with_prompt: bool) -> dict[str, str]:
    optional = {
        "Iptc4xmpExt:AISystemVersionUsed": marks.model_version,
        "Iptc4xmpExt:AIPromptInformation": marks.prompt[:PROMPT_CHARACTERS] if marks.prompt and with_prompt else None,
    }
    return {
        "Iptc4xmpExt:DigitalSourceType": f"{SOURCE_TYPE_BASE}{marks.source}",
        "Iptc4xmpExt:AISystemUsed": marks.model,
        "xmp:CreatorTool": software(),
        "xmp:CreateDate": marks.made_at.isoformat(timespec="seconds"),
        **{name: value for name, value in optional.items() if value},
    }


def _description(properties: dict[str, str]) -> str:
    lines = " ".join(f"{name}={_quoted(value)}" for name, value in properties.items())
    return f'<rdf:Description rdf:about="" {_SPACES} {lines}/>' if properties else ""


def _quoted(value: str) -> str:
    escaped = html.escape(_NOT_IN_XML.sub(" ", value))
    return f'"{"".join(_WHITE.get(letter, letter) for letter in escaped)}"'


def _value(text: str, name: str) -> str | None:
    """The value of a property, written as attribute, as element, or as a resource."""
    found = re.search(rf'{name}(?:="([^"]*)"|=\'([^\']*)\'|\s+rdf:resource="([^"]*)"|>\s*([^<]*?)\s*<)', text)
    if found is None:
        return None
    return html.unescape(next(part for part in found.groups() if part is not None))
