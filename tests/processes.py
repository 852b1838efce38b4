"""The newsroom as an operator runs it, in real processes: what several files of tests share."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 60  # what any one step may take on a slow machine

needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc")


def environment(**changes):
    """This process's environment without anything that a make or a newsroom around it has set."""
    ours = "DATABASE_URL SITE_URL HOST PORT DATA_DIR SECRET_KEY DEBUG ALLOWED_HOSTS STORAGE_URL"
    makes = "PYTHON ARGS MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES"
    drop = {*ours.split(), *makes.split()}
    return {name: text for name, text in os.environ.items() if name not in drop} | changes


def manage(*arguments, **variables):
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", *arguments],
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=3 * SECONDS,
    )


def free_port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def eventually(claim, seconds=SECONDS):
    """The first true answer of ``claim()``; fails when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (answer := claim()):
        assert time.monotonic() < deadline, f"waited {seconds} s in vain for {claim}"
        time.sleep(0.05)
    return answer


def living():
    """{pid: (parent's pid, command line)} of all processes that run."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = folder.joinpath("stat").read_text().rpartition(")")[2].split()[:2]
            command = folder.joinpath("cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state not in "ZX":
            found[int(folder.name)] = (int(parent), command)
    return found


def children(pid, naming=""):
    """The processes that ``pid`` started itself and whose command line holds ``naming``."""
    return {
        child
        for child, (parent, command) in living().items()
        if parent == pid and naming in command
    }


def _hear_hangups():
    """Under nohup, which tests may be run with, they are passed over, and by the site as well."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


class Site:
    """A ``manage.py serve`` of its own, with what it printed."""

    def __init__(self, variables, folder):
        self.port = free_port()
        self.printed = folder / "printed.txt"
        with self.printed.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, ROOT / "manage.py", "serve", f"--port={self.port}"],
                env=environment(**variables),
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=_hear_hangups,
            )
        self.pid = self.process.pid
        self.address = f"http://127.0.0.1:{self.port}/"

    def background(self):
        return children(self.pid, "db_worker")

    def is_ready(self):
        assert self.process.poll() is None, self.printed.read_text()
        return "Ctrl+C to stop" in self.printed.read_text() and self.background()


@contextmanager
def running(folder, **variables):
    """A site that answers; afterwards neither it nor any of its processes is left."""
    site = Site(variables, folder)
    try:
        eventually(site.is_ready)
        yield site
    finally:
        family = children(site.pid)
        site.process.kill()
        site.process.wait(SECONDS)
        for pid in family & set(living()):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def read(site, path="/", **options):
    """(status, X-Cache, text) over a connection of its own, so that any process may answer."""
    request = urllib.request.Request(site.address + path.lstrip("/"), **options)
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            return answer.status, answer.headers["X-Cache"], answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["X-Cache"], error.read().decode()
