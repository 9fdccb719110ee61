"""Writes docs/reference from the code, so that it cannot be wrong for long: `make docs`."""
