"""Load on one address: by wrk where it is installed, else by a small client of our own."""

import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from .processes import environment, python, said_by, started

GRACE_SECONDS = 30
CLIENTS = 2  # processes of our own client
FACTORS = {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}


@dataclass(frozen=True)
class Load:
    per_second: float  # answers
    failed: int  # answers that were no success, and connections that broke
    p99_ms: float | None = None


def has_wrk() -> bool:
    return shutil.which("wrk") is not None


def load(address: str, headers: dict[str, str], *, connections: int, seconds: int) -> Load:
    """Ask ``address`` again and again over so many connections that are kept open."""
    if not has_wrk():
        return _own(address, headers, connections, seconds)
    command = ["wrk", "--latency", "-t1", f"-c{connections}", f"-d{seconds}s"]
    for pair in headers.items():
        command += ["-H", ": ".join(pair)]
    command.append(address)
    return read_wrk(said_by(command, env=environment(), seconds=seconds + GRACE_SECONDS))


def read_wrk(printed: str) -> Load:
    """What ``wrk --latency`` printed. Raises ValueError if that is no result."""
    rate = re.search(r"^Requests/sec:\s+([\d.]+)", printed, re.MULTILINE)
    if not rate:
        raise ValueError(f"wrk measured nothing: {printed}")
    slow = re.search(r"^\s+99%\s+([\d.]+)(us|ms|s|m)$", printed, re.MULTILINE)
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", printed)
    broken = re.search(r"Socket errors: (.*)", printed)
    return Load(
        float(rate[1]),
        (int(bad[1]) if bad else 0)
        + (sum(map(int, re.findall(r"\d+", broken[1]))) if broken else 0),
        float(slow[1]) * FACTORS[slow[2]] if slow else None,
    )


def _own(address, headers, connections, seconds):
    shares = [share for n in range(CLIENTS) if (share := (connections + n) // CLIENTS)]
    pairs = [": ".join(pair) for pair in headers.items()]
    clients = [
        started(
            python("-m", "newsroom.bench.load", address, str(share), str(seconds), *pairs),
            env=environment(),
            stdout=subprocess.PIPE,
        )
        for share in shares
    ]
    try:
        counts = [client.communicate(timeout=seconds + GRACE_SECONDS)[0] for client in clients]
    finally:
        for client in clients:
            client.kill()
    answered, failed = map(sum, zip(*(map(int, count.split()) for count in counts), strict=True))
    return Load(answered / seconds, failed)


def _ask(place, request, until, counts):
    with socket.create_connection(place, timeout=GRACE_SECONDS) as connection:
        while time.monotonic() < until:
            connection.sendall(request)
            said = b""
            while (end := said.find(b"\r\n\r\n")) < 0:
                chunk = connection.recv(65536)
                if not chunk:
                    raise ConnectionError
                said += chunk
            head = said[:end].lower()
            length = re.search(rb"\r\ncontent-length: *(\d+)", head)
            has_body = length and not head.startswith(b"http/1.1 304")
            left = (int(length[1]) if has_body else 0) - (len(said) - end - 4)
            while left > 0:
                left -= len(connection.recv(65536)) or left
            counts[head[9:10] not in b"23"] += 1


def main(address, connections, seconds, *pairs):
    parts = urlsplit(address)
    lines = [f"GET {parts.path} HTTP/1.1", f"Host: {parts.netloc}", *pairs, "", ""]
    request, until = "\r\n".join(lines).encode(), time.monotonic() + float(seconds)
    counts = [[0, 0] for _ in range(int(connections))]  # succeeded, failed

    def ask(count):
        try:
            _ask((parts.hostname, parts.port), request, until, count)
        except OSError:
            count[1] += 1

    threads = [threading.Thread(target=ask, args=(count,)) for count in counts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(*map(sum, zip(*counts, strict=True)))


if __name__ == "__main__":
    main(*sys.argv[1:])
