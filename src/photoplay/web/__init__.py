"""The doors over HTTP: the API, the studio's pages, live events and the bytes of the media."""

from photoplay.web.app import create_app
from photoplay.web.server import serve

__all__ = ["create_app", "serve"]
