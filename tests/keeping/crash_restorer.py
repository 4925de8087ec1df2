"""A restorer to be killed: `python -m tests.keeping.crash_restorer <archive> <folder> <now>`.

Each number on standard input starts a fresh process that restores and kills itself when it has told of so many steps;
"killed" or "finished" is answered. What is slow to load is loaded once.
"""

import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from kb.keeping.restoration import restore
from tests.world import settings_in


def restore_and_die(archive: Path, folder: Path, now: datetime, steps: int) -> None:
    """Restore; end as by `kill -9` at the step of that number."""
    told = 0

    def count(_what: str, _done: int, _total: int) -> None:
        nonlocal told
        told += 1
        if told == steps:
            os.kill(os.getpid(), signal.SIGKILL)

    restore(archive, settings_in(folder), at=now, progress=count)


def main(archive: str, folder: str, now: str) -> None:
    """Answer each number on standard input as said above."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            restore_and_die(Path(archive), Path(folder), datetime.fromisoformat(now), int(line))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        answer = "killed" if os.WIFSIGNALED(status) else "finished" if status == 0 else "failed"
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
