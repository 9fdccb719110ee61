"""From what people choose (aspect, size) to pixels."""

Size = tuple[int, int]
"""(width, height)"""


def picture_size(aspect: str, longer_edge: int) -> Size:
    """A picture of an aspect such as "16:9" with this longer edge in pixels."""
    across, down = _parts(aspect)
    scale = longer_edge / max(across, down)
    return round(across * scale), round(down * scale)


def film_size(aspect: str, lines: int) -> Size:
    """A film of an aspect such as "16:9" with this shorter edge in pixels; both edges even."""
    across, down = _parts(aspect)
    scale = lines / min(across, down)
    return _even(across * scale), _even(down * scale)


def within(size: Size, longer_edge: int) -> Size:
    """The same aspect, not larger than this, both edges even."""
    scale = min(longer_edge / max(size), 1)
    return _even(size[0] * scale), _even(size[1] * scale)


def _parts(aspect: str) -> Size:
    across, _, down = aspect.partition(":")
    return int(across), int(down)


def _even(edge: float) -> int:
    return max(round(edge / 2) * 2, 2)
