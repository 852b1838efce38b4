"""Runs a server that ends when whoever started it does, or after so many seconds.

``python -m newsroom.bench.leash SECONDS COMMAND…``: standard input is never written to; it closes
when the process that holds its other end is gone, whatever ended that.
"""

import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress

STOP_SECONDS = 15  # what a server gets to end its own children in


def main():
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: sys.exit(1))
    deadline = time.monotonic() + float(sys.argv[1])
    server = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, process_group=0)  # noqa: S603
    try:
        while server.poll() is None and time.monotonic() < deadline:
            if select.select([sys.stdin], [], [], 0.5)[0]:
                break
    finally:
        server.terminate()
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)
            server.wait()


if __name__ == "__main__":
    main()
