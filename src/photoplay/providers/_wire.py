"""One vendor's HTTP: its key stays with its own hosts, and a failure says what it proves about the order."""

import email.utils
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from photoplay.core import clock
from photoplay.core.calls import Answer, AnswerLost, Call, FormField, NotSent, make_call, stream_events
from photoplay.core.http import AddressRefused, Http, origin_of
from photoplay.providers._errors import (
    Forgotten,
    Invalid,
    NotConfigured,
    OutcomeUnknown,
    ProviderError,
    Throttled,
    Unavailable,
    Unreadable,
)

SUBMIT_SECONDS: Final = 180.0
ASK_SECONDS: Final = 30.0
_GONE: Final = (404, 410)


@dataclass(frozen=True)
class Wire:
    """Calls of one vendor. `headers` carry the key: they go to the origin of `address` and to `hosts`, nowhere else."""

    http: Http
    vendor: str
    """As people read it, for messages."""
    address: str
    headers: Mapping[str, str]
    refusal: Callable[[Answer], ProviderError]
    """Reads an answer without success."""
    hosts: tuple[str, ...] = ()
    """Other hosts of the vendor that get the key, such as `*.bfl.ai`; by https only."""
    trusts_address: bool = field(default=True)

    async def submit(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        form: Sequence[FormField] = (),
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        to: Path | None = None,
        large: Path | None = None,
        timeout_seconds: float = SUBMIT_SECONDS,
    ) -> Answer:
        """Sends an order once; `to`: the file that gets the answer, `large`: that gets it if it is large.

        Raises `Unavailable` when nothing was sent, `OutcomeUnknown` when no whole answer came, else what `refusal` says.
        """
        call = self._call(method, path, headers, json=json, form=form, body=body, timeout_seconds=timeout_seconds)
        try:
            answer = await make_call(self.http, call, to=to, large=large)
        except (NotSent, AddressRefused) as error:
            raise Unavailable(f"{self.vendor} cannot be reached. Nothing was ordered.") from error
        except AnswerLost as error:
            raise OutcomeUnknown(f"{self.vendor}: {error.message}") from error
        if not answer.is_ok:
            raise self.refusal(answer)
        return answer

    async def ask(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        form: Sequence[FormField] = (),
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        to: Path | None = None,
        large: Path | None = None,
        also_ok: tuple[int, ...] = (),
        timeout_seconds: float = ASK_SECONDS,
    ) -> Answer:
        """Asks something that orders nothing, at a path or a whole address. Raises `Unavailable`, or what `refusal` says."""
        call = self._call(method, path, headers, json=json, form=form, body=body, timeout_seconds=timeout_seconds)
        try:
            answer = await make_call(self.http, call, to=to, large=large)
        except (NotSent, AnswerLost, AddressRefused) as error:
            raise Unavailable(f"{self.vendor} does not answer.") from error
        if not answer.is_ok and answer.status not in also_ok:
            raise self.refusal(answer)
        return answer

    async def look(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        to: Path | None = None,
        large: Path | None = None,
        also_ok: tuple[int, ...] = (),
        timeout_seconds: float = ASK_SECONDS,
    ) -> Answer:
        """Asks for an order that was taken. Raises as `ask`; `Forgotten` where the vendor does not know it any more.

        No answer to a look proves that nothing was taken, so what would be `Invalid` is `Unreadable`.
        """
        try:
            also_ok_here = (*_GONE, *also_ok)
            answer = await self.ask(
                method, path, headers=headers, to=to, large=large, also_ok=also_ok_here, timeout_seconds=timeout_seconds
            )
        except Invalid as error:
            raise Unreadable(error.message) from error
        if answer.status in _GONE and answer.status not in also_ok:
            raise Forgotten(f"{self.vendor} does not know this order any more.")
        return answer

    async def submit_streaming(
        self, method: str, path: str, *, json: Any = None, form: Sequence[FormField] = (), timeout_seconds: float
    ) -> AsyncIterator[tuple[str, bytes]]:
        """Sends an order once and gives its answer event by event. Raises as `submit`, also in the middle."""
        call = self._call(method, path, None, json=json, form=form, body=None, timeout_seconds=timeout_seconds)
        try:
            async for part in stream_events(self.http, call):
                if not isinstance(part, Answer):
                    yield part
                elif not part.is_ok:
                    raise self.refusal(part)
        except (NotSent, AddressRefused) as error:
            raise Unavailable(f"{self.vendor} cannot be reached. Nothing was ordered.") from error
        except AnswerLost as error:
            raise OutcomeUnknown(f"{self.vendor}: {error.message}") from error

    def _call(self, method: str, path: str, headers: Mapping[str, str] | None, **content: Any) -> Call:
        url = path if "://" in path else urljoin(f"{self.address}/", path.lstrip("/"))
        sent = {**(self.headers if self._may_have_key(url) else {}), **(headers or {})}
        trusted = self.address if self.trusts_address else None
        return Call(method, url, sent, trusted=trusted, **content)

    def _may_have_key(self, url: str) -> bool:
        if origin_of(url) == origin_of(self.address):
            return True
        parts = urlsplit(url)
        return parts.scheme == "https" and any(fnmatch(parts.hostname or "", host) for host in self.hosts)


def refusal_by_status(
    vendor: str, answer: Answer, message: str, *, not_taken: frozenset[int] = frozenset()
) -> ProviderError:
    """What an HTTP status proves where the vendor's body says no more.

    5xx and 408 may hide a taken order, so they are `OutcomeUnknown`, but for those that the vendor documents as `not_taken`.
    """
    said = message.strip().rstrip(".")[:300] or f"status {answer.status}"
    match answer.status:
        case 401 | 403:
            return NotConfigured(f"{vendor} refused the key: {said}.")
        case 402:
            return NotConfigured(f"The account at {vendor} has no credit left: {said}.")
        case 429:
            return Throttled(f"{vendor} is busy: {said}.", retry_after_seconds=retry_after(answer))
        case status if status in not_taken:
            return Unavailable(f"{vendor} did not take it: {said}.")
        case 408 | 499:
            return OutcomeUnknown(f"{vendor} gave up waiting: {said}.")
        case status if status >= 500:
            return OutcomeUnknown(f"{vendor} had a fault: {said}.")
        case status if status >= 400:
            return Invalid(f"{vendor} refused it: {said}.")
        case status:
            return Unreadable(f"{vendor} answered {status}, which we do not expect.")


def retry_after(answer: Answer) -> float | None:
    """Seconds of the header `Retry-After`, which has seconds or a date; None without one."""
    told = answer.header("retry-after")
    if not told:
        return None
    try:
        return max(0.0, float(told))
    except ValueError:
        pass
    try:
        moment = email.utils.parsedate_to_datetime(told)
    except ValueError:
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - clock.now()).total_seconds())
