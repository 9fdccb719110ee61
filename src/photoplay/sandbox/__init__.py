"""The vendors' simulators: wire-faithful, with faults on demand and a bill of what was really charged. A program of its own."""

from photoplay.sandbox.app import create_sandbox, open_world, vendor_names
from photoplay.sandbox.faults import Fault
from photoplay.sandbox.server import serve_sandbox, usual_port
from photoplay.sandbox.world import World

__all__ = ["Fault", "World", "create_sandbox", "open_world", "serve_sandbox", "usual_port", "vendor_names"]
