"""How long a process that serves waits for a database that says nothing.

TCP tells of a server that is gone, not of one that took the question and never answers: a proxy
that lost it, a disk that hangs. libpq has no limit for that, and ``statement_timeout`` is kept by
the very server that is silent. So whoever waits asks here, as ``newsroom.postgresql`` does. A
command waits as long as it takes; a process that serves says by ``give_up_when`` that it does not.
"""

import time
from collections.abc import Callable

LONGEST_SECONDS = 20  # for one answer, as long as a writer waits for its turn on SQLite
# After which the server ends a transaction whose client says nothing, so that one that was cut off
# keeps no editor waiting.
IDLE_SECONDS = 10

_is_hopeless: Callable[[float], bool] | None = None


def give_up_when(is_hopeless: Callable[[float], bool] | None) -> None:
    """From here on this process waits no longer than until ``is_hopeless(since)``, which is of
    time.monotonic; None: as long as it takes."""
    global _is_hopeless
    _is_hopeless = is_hopeless


def is_limited() -> bool:
    return _is_hopeless is not None


def is_hopeless(since: float) -> bool:
    """Whether to give up on a database that said nothing ``since``."""
    return _is_hopeless is not None and _is_hopeless(since)


def is_too_long(since: float) -> bool:
    return time.monotonic() - since > LONGEST_SECONDS
