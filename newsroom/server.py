"""The whole site as one process tree: granian's workers answer, one more does what was put off.

In: an address to listen on. Out: nothing until a signal ends it, and then no process is left.

    manage.py serve            minds the others; SIGTERM, SIGINT and a closed terminal end it
    ├─ granian worker × N      readers and the desk
    └─ newsroom.server db_worker   tasks from the database

The children stand outside the terminal's foreground group, so Ctrl+C reaches the parent alone and
it ends them in order. Each also ends by itself when the parent is gone, whatever killed it.
"""

import http.client
import json
import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress
from functools import partial

from django.conf import settings
from granian.constants import HTTPModes, Interfaces, RuntimeModes
from granian.http import HTTP1Settings
from granian.log import LOGGING_CONFIG, LogLevels

from .listening import SharedServer, listen

# For each worker: while some wait for the application (8), for clients that send (4, and of
# strangers 2 and 8) or for those that read something long (6), others answer from the store.
THREADS = 32
HEADER_SECONDS = 15  # that a client gets to say what it wants, or to say nothing, in
HEADER_BYTES = 64 * 1024
SLOW_START_SECONDS = 60  # after which a start that still answers nobody is asked once more
STOP_SECONDS = 10  # what a request or a task gets to finish in
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1, 60  # between two starts of the background worker


def serve(*, host, port, workers, access_log=False, announce=print):
    """Serve until a signal; ``announce`` is called with one line once readers are answered.

    Raises AddressUnusable before anything is started.
    """
    listener = listen(host, port)
    # glibc gives many threads heaps of their own, which hardly shrink; these share the interpreter.
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")
    # Every child starts from the environment alone, and the same way on each platform and Python.
    multiprocessing.set_start_method("spawn", force=True)
    server = SharedServer(
        "newsroom.wsgi:application",
        listener=listener,
        interface=Interfaces.WSGI,
        workers=workers,
        runtime_mode=RuntimeModes.mt,
        blocking_threads=THREADS,
        websockets=False,
        http=HTTPModes.http1,  # what proxies speak to servers
        http1_settings=HTTP1Settings(
            header_read_timeout=HEADER_SECONDS * 1000, max_buffer_size=HEADER_BYTES
        ),
        log_level=LogLevels.error,
        log_access=access_log,
        log_dictconfig=logging_of_lines(),
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
    )
    background = BackgroundWorker()
    server.signal_handler_interrupt = background.ends_before(server.signal_handler_interrupt)
    # New workers start beside the old ones, which then finish what they have begun.
    signal.signal(signal.SIGUSR2, server.signal_handler_reload)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as it is under nohup
        # granian takes it as "reload", and a site whose terminal was closed would run on unseen
        server.signal_handler_reload = server.signal_handler_interrupt
    server.on_startup(background.start)
    server.respawned_wrks = Respawned(server)
    threading.Thread(target=announce_when_open, args=(listener, announce), daemon=True).start()
    try:
        server.serve(target_loader=load_application, wrap_loader=False)
    finally:
        background.stop()


class Respawned(dict):
    """When granian's workers were started again: it gives up when one ends soon after that.

    That is right for code that cannot be loaded, and wrong for processes that somebody kills.
    """

    def __init__(self, server):
        super().__init__()
        self.server = server

    def get(self, index, default):
        status = self.server.wrks[index].inner.exitcode
        is_ended = status is not None and status <= 0  # killed, or asked to end
        return default if is_ended else super().get(index, default)


class Line(logging.Formatter):
    """One request as one line of JSON, whatever characters its path has."""

    def format(self, record):
        said = record.args
        return json.dumps(
            {
                "at": said["time"],
                "client": said["addr"],
                "method": said["method"],
                "path": said["path"],
                "query": said["query_string"],
                "status": said["status"],
                "milliseconds": round(said["dt_ms"], 3),
            }
        )


def logging_of_lines():
    """granian's own logging, with requests as lines of JSON on standard output."""
    formatters = LOGGING_CONFIG["formatters"] | {"access": {"()": "newsroom.server.Line"}}
    return LOGGING_CONFIG | {"formatters": formatters}


def announce_when_open(listener, announce):
    """Once a worker answers; until then readers wait on the listening socket."""
    address, port = listener.getsockname()[:2]
    address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)  # noqa: S104
    while True:
        asked = http.client.HTTPConnection(address, port, timeout=SLOW_START_SECONDS)
        with suppress(OSError, http.client.HTTPException), closing(asked):
            asked.request("GET", "/healthz")
            asked.getresponse()
            break
        time.sleep(0.05)
    announce(
        f"The site is on {settings.SITE_URL}/ and the desk on {settings.SITE_URL}/admin/ "
        "(Ctrl+C to stop)"
    )


class BackgroundWorker:
    """One child process that runs queued tasks, started again whenever it dies."""

    def __init__(self):
        self.stopping = threading.Event()
        self.process = None
        self.minder = threading.Thread(target=self.mind, daemon=True)

    def start(self):
        self.minder.start()

    def ends_before(self, handler):
        """``handler`` of a signal; from then on a process that ends is not started again."""

        def handle(*signal_):
            self.stopping.set()
            handler(*signal_)

        return handle

    def mind(self):
        pause = FIRST_PAUSE_SECONDS
        while not self.stopping.is_set():
            started = time.monotonic()
            self.process = start_background_process()
            if self.stopping.is_set():
                self.process.terminate()
            status = self.process.wait()
            if self.stopping.is_set():
                return
            if time.monotonic() - started > LONGEST_PAUSE_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            sys.stderr.write(
                f"The background worker ended (status {status}); starting it again in {pause} s.\n"
            )
            self.stopping.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def stop(self):
        """Return when the process is gone: asked first, killed after STOP_SECONDS."""
        self.stopping.set()
        if self.minder.ident is None:  # never started
            return
        if self.process:
            self.process.terminate()
        self.minder.join(STOP_SECONDS)
        if self.minder.is_alive() and self.process:
            self.process.kill()
            self.minder.join()


def start_background_process():
    path = [str(settings.BASE_DIR), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(
        [sys.executable, "-m", "newsroom.server", "db_worker", "--queue-name=*", "--no-reload"],
        stdin=subprocess.PIPE,  # never written to: it closes when this process is gone
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
        process_group=0,
    )


def load_application():
    """What each of granian's workers runs, in its own process, before it listens."""
    os.setpgid(0, 0)
    from newsroom.wsgi import application

    # New processes take the places of all, which end with what clients left unsaid.
    application.bodies.when_stuck = partial(os.kill, os.getppid(), signal.SIGUSR2)
    return application


def run_background_worker(arguments):
    """``db_worker`` in the process that ``start_background_process`` started."""
    import django
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    django.setup()
    from newsroom import cdn, counting, outside, serving, silence

    silence.give_up_when(silence.is_too_long)
    for work in (serving.tend, cdn.follow, counting.follow, outside.follow):
        threading.Thread(target=work, daemon=True).start()

    threading.Thread(target=end_after_the_parent, daemon=True).start()
    errors = logging.StreamHandler()
    errors.setLevel(logging.ERROR)
    for name in ("django.tasks", "django_tasks_db"):  # a task that failed is news; its start is not
        logging.getLogger(name).addHandler(errors)
    execute_from_command_line(["manage.py", *arguments])


def end_after_the_parent():
    """End this process, as if asked to, when standard input closes."""
    os.read(sys.stdin.fileno(), 1)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    run_background_worker(sys.argv[1:])
