"""What can be wrong with the name of an operation."""

from photoplay.core.errors import NotFound


class UnknownOperation(NotFound):
    """Nobody offers an operation of this name."""

    code = "unknown_operation"
