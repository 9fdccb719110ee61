"""The child process in which media is decoded: `python -m photoplay.media`, started and spoken to by `MediaWorker`."""

from photoplay.core.child_main import serve
from photoplay.media.tasks import TASKS

if __name__ == "__main__":
    serve(TASKS)
