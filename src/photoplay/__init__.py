"""Photoplay: a self-hosted studio for AI media."""

__version__ = "0.1.0"
