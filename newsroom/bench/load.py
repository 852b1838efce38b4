"""Load on some addresses: by wrk where it is installed, else by a small client of our own."""

import json
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from tempfile import NamedTemporaryFile
from urllib.parse import urlsplit

from .processes import environment, python, said_by, started

GRACE_SECONDS = 30
CLIENTS = 2  # processes of our own client
TOLD, IN_TURNS = (Path(__file__).with_name(f"{name}.lua") for name in ("done", "turns"))


@dataclass(frozen=True)
class Load:
    requests: int  # that were answered
    seconds: float
    failed: int  # answers that were no success, and connections that broke
    p50_ms: float
    p99_ms: float
    p999_ms: float
    longest_ms: float

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


def has_wrk() -> bool:
    return shutil.which("wrk") is not None


def load(addresses: list[str], headers: dict[str, str], *, connections: int, seconds: int) -> Load:
    """Ask for these addresses of one server, one after another and again and again.

    ``connections`` are kept open, and each asks as soon as it was answered.
    """
    if not has_wrk():
        return _own(addresses, headers, connections, seconds)
    scripts = [TOLD, IN_TURNS] if addresses[1:] else [TOLD]  # asking in turns costs wrk some speed
    with NamedTemporaryFile("w", suffix=".lua") as script:
        script.write("\n".join(path.read_text() for path in scripts))
        script.flush()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", script.name]
        for pair in headers.items():
            command += ["-H", ": ".join(pair)]
        command += [addresses[0], "--", *(urlsplit(address).path for address in addresses)]
        return read(said_by(command, env=environment(), seconds=seconds + GRACE_SECONDS))


def read(printed: str) -> Load:
    """What was measured, from the last line. Raises ValueError if that is no result."""
    try:
        return Load(**json.loads(printed.strip().rpartition("\n")[2]))
    except (TypeError, ValueError):
        raise ValueError(f"Nothing was measured: {printed}")


def _own(addresses, headers, connections, seconds):
    shares = [share for n in range(CLIENTS) if (share := (connections + n) // CLIENTS)]
    pairs = [": ".join(pair) for pair in headers.items()]
    arguments = ["-m", "newsroom.bench.load", str(seconds), json.dumps(pairs)]
    clients = [
        started(
            python(*arguments, str(share), *addresses), env=environment(), stdout=subprocess.PIPE
        )
        for share in shares
    ]
    try:
        said = [client.communicate(timeout=seconds + GRACE_SECONDS)[0] for client in clients]
    finally:
        for client in clients:
            client.kill()
    waits, failed = Counter(), 0
    for line in said:
        some, broken = json.loads(line)
        waits += Counter(dict(some))
        failed += broken
    return measured(waits, seconds, failed)


def measured(waits: Counter, seconds: float, failed: int) -> Load:
    """``waits``: how many answers came within so many tenths of a millisecond."""
    ordered, total = sorted(waits.items()), waits.total()

    def percentile(percent):
        passed = 0
        for tenths, count in ordered:
            passed += count
            if passed >= total * percent / 100:
                return tenths / 10
        return 0.0

    return Load(total, seconds, failed, *map(percentile, (50, 99, 99.9, 100)))


def _ask(place, requests, until, waits, failed):
    with socket.create_connection(place, timeout=GRACE_SECONDS) as connection:
        while (began := time.monotonic()) < until:
            connection.sendall(next(requests))
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
                chunk = connection.recv(65536)
                if not chunk:
                    raise ConnectionError
                left -= len(chunk)
            waits[round((time.monotonic() - began) * 10_000)] += 1
            if head[9:10] not in b"23":
                failed.append(head)


def main(seconds, pairs, connections, *addresses):
    place = urlsplit(addresses[0])
    requests = [
        "\r\n".join(
            [f"GET {urlsplit(address).path} HTTP/1.1", f"Host: {place.netloc}", *pairs, "", ""]
        ).encode()
        for address in addresses
    ]
    until, failed = time.monotonic() + seconds, []
    waits = [Counter() for _ in range(connections)]

    def ask(number):
        mine = cycle(requests[number % len(requests) :] + requests[: number % len(requests)])
        try:
            _ask((place.hostname, place.port), mine, until, waits[number], failed)
        except OSError as error:
            failed.append(error)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps([list(sum(waits, Counter()).items()), len(failed)]))


if __name__ == "__main__":
    main(float(sys.argv[1]), json.loads(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])
