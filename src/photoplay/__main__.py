"""`python -m photoplay` is `photoplay`. Ctrl-C is taken from the first moment on, while everything is still being loaded."""

import os


def main() -> None:
    """The program."""
    try:
        from photoplay.cli import main as run

        run()
    except KeyboardInterrupt:
        os._exit(130)


if __name__ == "__main__":
    main()
