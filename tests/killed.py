"""A process that is killed while it works: what the programs and the tests of crashes share.

The program loads what is slow to load once; each line on its standard input starts a fresh working process, whose number
is answered, and a line is answered again when it is dead. So kills fall into the work.
"""

import os
import sys
from collections.abc import Callable


def work_until_killed(work: Callable[[], None]) -> None:
    """Answer each line on standard input as said above; `work` never returns."""
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            work()
        _answer(str(child))
        os.waitpid(child, 0)
        _answer("dead")


def _answer(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
