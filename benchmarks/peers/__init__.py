"""The same work given to others, each in an environment of its own. No subject of `make bench`: it fetches what it measures."""
