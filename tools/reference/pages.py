"""All pages of the reference by file name."""

from tools.reference.code import errors_page, events_page, operations_page, settings_page
from tools.reference.markdown import page


def written_pages() -> dict[str, str]:
    """File name to text. The index comes last, since it lists the others."""
    pages = {
        "settings.md": settings_page(),
        "operations.md": operations_page(),
        "errors.md": errors_page(),
        "events.md": events_page(),
    }
    links = "\n".join(f"- [{text.splitlines()[2].removeprefix('# ')}]({name})" for name, text in pages.items())
    return {**pages, "README.md": page("Reference", "Written from the code by `make docs`.", links)}
