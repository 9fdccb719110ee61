"""The outbox of facts. Knows neither what they are about nor who the owners are (ids as strings)."""

from photoplay.events.live import Hub, Message, Subscription
from photoplay.events.queries import events_after, last_number
from photoplay.events.record import RECORDED, Fact, record, record_all
from photoplay.events.relay import Relay
from photoplay.events.retention import forget_before
from photoplay.events.schemas import EventView

__all__ = [
    "RECORDED",
    "EventView",
    "Fact",
    "Hub",
    "Message",
    "Relay",
    "Subscription",
    "events_after",
    "forget_before",
    "last_number",
    "record",
    "record_all",
]
