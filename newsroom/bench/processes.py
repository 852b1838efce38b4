"""Processes of the bench: all on loopback, all gone when the bench is."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import closing, suppress
from pathlib import Path

from django.conf import settings

LONGEST_SECONDS = 1800  # that any server lives
START_SECONDS = 60
ANSWER_SECONDS = 60
# What the newsroom's own environment says is not for the archives of the bench.
OURS = (
    "ALLOWED_HOSTS CDN_PURGE_URL DATABASE_URL DATA_DIR DEBUG HOST METRICS_TOKEN PAGE_STORE_BYTES "
    "PORT SECRET_KEY SITE_URL STORAGE_URL UPLOAD_SECONDS WEBSUB_HUB"
).split()


class DidNotStart(Exception):
    """A process of the bench ended or said nothing; the message has what it printed."""


def environment(**changes: str) -> dict[str, str]:
    """This process's, without the settings of the site that it belongs to."""
    path = os.pathsep.join(filter(None, [str(settings.BASE_DIR), os.environ.get("PYTHONPATH")]))
    kept = {name: text for name, text in os.environ.items() if name not in OURS}
    return kept | {"PYTHONPATH": path, "DJANGO_SETTINGS_MODULE": "newsroom.settings"} | changes


def python(*arguments: str) -> list[str]:
    return [sys.executable, "-W", "ignore", *arguments]


def started(command: list[str], **options) -> subprocess.Popen:
    """A child process that runs a command of ours."""
    return subprocess.Popen(command, text=True, **options)  # noqa: S603


def said_by(command: list[str], *, env: dict[str, str], seconds: float | None = None) -> str:
    """What a command of ours prints. Raises DidNotStart if it fails or takes longer."""
    process = started(command, env=env, stdout=subprocess.PIPE)
    try:
        printed, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise DidNotStart(f"{command[0]} took more than {seconds} s.")
    finally:
        process.kill()
        process.wait()
    if process.returncode:
        raise DidNotStart(f"{' '.join(command)} failed.")
    return printed


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A server on ``port`` of loopback; answers when the ``with`` block begins."""

    def __init__(self, command: list[str], *, port: int, env: dict[str, str], printed: Path):
        self.port, self._printed = port, printed
        with printed.open("wb") as output:
            self._leash = started(
                python("-m", "newsroom.bench.leash", str(LONGEST_SECONDS), *command),
                env=env,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,  # Ctrl+C reaches the bench alone, which ends it
            )

    def __enter__(self):
        try:
            deadline = time.monotonic() + START_SECONDS
            while not self._answers():
                if self._leash.poll() is not None or time.monotonic() > deadline:
                    raise DidNotStart(self._printed.read_text(errors="replace")[-2000:])
                time.sleep(0.05)
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, *_):
        self._end()

    def get(self, path: str, headers: dict[str, str] | None = None) -> http.client.HTTPResponse:
        """A whole answer over a connection of its own, with ``content`` in bytes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        with closing(connection):
            connection.request("GET", path, headers=headers or {})
            answer = connection.getresponse()
            answer.content = answer.read()
        return answer

    def _answers(self):
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False

    def _end(self):
        self._leash.stdin.close()
        self._leash.wait()

    def memory_mib(self) -> float | None:
        """Resident memory of all its processes, what they share counted in each; None if unknown.

        Read from /proc, which is Linux's.
        """
        children, resident = defaultdict(list), {}
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError, ValueError):
                pid, said = int(folder.name), folder.joinpath("stat").read_text()
                parent = int(said.rpartition(")")[2].split()[1])
                pages = int(folder.joinpath("statm").read_text().split()[1])
                children[parent].append(pid)
                resident[pid] = pages * os.sysconf("SC_PAGE_SIZE") / 1024**2
        family = children[self._leash.pid]  # the leash itself is the bench's
        for pid in family:
            family += children[pid]
        return sum(map(resident.get, family)) if family else None


class Probe:
    """A process with one archive that measures what it is asked to (``probe``)."""

    def __init__(self, folder: Path, **settings: str):
        self._process = started(
            python("-m", "newsroom.bench.probe"),
            env=environment(DATA_DIR=str(folder), **settings),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            process_group=0,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.stdin.close()  # it ends itself when there is nothing more to do
        try:
            self._process.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def does(self, act: str, **how):
        """What the act of this name in ``probe`` returns."""
        self._process.stdin.write(json.dumps([act, how]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise DidNotStart(f"The process that measures ended at “{act}”.")
        return json.loads(line)
