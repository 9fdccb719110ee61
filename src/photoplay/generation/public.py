"""The addresses under which vendors reach this studio: a hook for each order, and links to input files."""

import hashlib
import hmac

from photoplay.assets import Links, media_address


class PublicAddresses:
    """`public_url` is the studio's address as vendors see it; without one they reach nothing."""

    def __init__(self, public_url: str | None, secret: str, links: Links) -> None:
        self._public_url = public_url
        self._key = hmac.new(secret.encode(), b"hooks", hashlib.sha256).digest()
        self._links = links

    @property
    def are_there(self) -> bool:
        """Whether vendors can reach the studio."""
        return self._public_url is not None

    def hook(self, provider: str, order_id: str = "") -> str | None:
        """Where a provider may call with news of an order; without one, of any order, as set at the vendor by hand."""
        if self._public_url is None:
            return None
        return f"{self._public_url}/hooks/{provider}/{self._token(provider, order_id)}"

    def order_of_token(self, provider: str, token: str) -> str | None:
        """The order that the token of a hook is for, "" for a hook of any order; None when the token is not ours."""
        order_id = token.rpartition(".")[0]
        is_ours = hmac.compare_digest(self._token(provider, order_id).encode(), token.encode())
        return order_id if is_ours else None

    def link(self, asset_id: str, role: str, sha256: str, mime: str, *, epoch: int) -> str | None:
        """A signed link to one file of an asset; `epoch` is the owner's."""
        if self._public_url is None:
            return None
        path = media_address(asset_id, role, sha256, mime)
        return f"{self._public_url}{self._links.sign(path, epoch=epoch)}"

    def _token(self, provider: str, order_id: str) -> str:
        mark = hmac.new(self._key, f"{provider}\n{order_id}".encode(), hashlib.sha256).hexdigest()[:40]
        return f"{order_id}.{mark}" if order_id else mark
