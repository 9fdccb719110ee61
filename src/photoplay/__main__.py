"""`python -m photoplay` is `photoplay`."""

from photoplay.cli import main

main()
