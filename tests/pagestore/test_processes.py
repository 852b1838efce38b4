"""One page store for many processes and threads, and any of them may be killed."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from queue import SimpleQueue

from newsroom.pagestore import pool

from ..pages import KEPT, Site

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("KILLS", "10"))


SERVER = """
import sys, time, threading, os
sys.path.insert(0, sys.argv[1])
from tests.pages import Site, KEPT, at_once
site = Site(sys.argv[2])
count, log = int(sys.argv[3]), sys.argv[4]

def slow():
    with open(log, "a") as file:
        file.write(f"{os.getpid()}\\n")
    time.sleep(0.3)
    return 200, KEPT, b"page" * 100

site.newspaper.says["/"] = slow
print("ready", flush=True)
sys.stdin.readline()
replies = at_once(count, site.get)
print(len(replies), {reply.status for reply in replies}, flush=True)
site.close()
os._exit(0)
"""


def processes(folder, count, readers):
    command = [sys.executable, "-c", SERVER, ROOT, folder / "pages", str(readers), folder / "log"]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(count)
    ]
    for process in started:
        assert process.stdout.readline() == "ready\n"
    return started


def go(process):
    process.stdin.write("\n")
    process.stdin.flush()


def test_a_hundred_misses_at_once_over_two_processes_are_one_render(tmp_path):
    started = processes(tmp_path, 2, 50)
    for process in started:
        go(process)

    for process in started:
        assert process.communicate(timeout=60)[0] == "50 {200}\n"
    assert len((tmp_path / "log").read_text().split()) == 1


def test_when_the_one_that_renders_is_killed_another_does_it(tmp_path):
    first, second = processes(tmp_path, 2, 5)
    go(first)
    while not (tmp_path / "log").exists():
        time.sleep(0.01)
    go(second)
    time.sleep(0.1)
    began = time.monotonic()
    first.send_signal(signal.SIGKILL)

    assert second.communicate(timeout=60)[0] == "5 {200}\n"
    assert time.monotonic() - began < 3
    first.communicate()
    assert len((tmp_path / "log").read_text().split()) == 2


WRITER = """
import sys, os, itertools
sys.path.insert(0, sys.argv[1])
from tests.pages import Site, KEPT
site = Site(sys.argv[2])
for n in itertools.count():
    site.says(f"/{n % 50}/", headers=[KEPT[0], ("Surrogate-Key", f"k{n % 50} all")],
              body=os.urandom(3000))
    site.get(f"/{n % 50}/")
    site.spoil(f"k{n % 7}", final=n % 2 == 0)
    if n == 20:
        print("busy", flush=True)
"""


def test_a_process_killed_at_any_moment_leaves_a_whole_file(tmp_path):
    site = Site(tmp_path / "pages")
    for _ in range(KILLS):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, ROOT, tmp_path / "pages"],
            stdout=subprocess.PIPE,
        )
        writer.stdout.readline()
        time.sleep(random.uniform(0, 0.05))
        writer.kill()
        writer.communicate()

        site.spoil("all")
        site.says("/1/", body=b"after" * 100)
        assert site.get("/1/").body == b"after" * 100
        assert site.get("/1/").label == "HIT"
        with site.store._file.connected() as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    site.close()


def test_readers_and_writers_of_many_threads_agree(site):
    version, wrong = [0], []
    guard = threading.Lock()

    def said():
        with guard:
            return 200, KEPT, b"%08d" % version[0] * 100

    site.newspaper.says["/"] = said
    is_over = threading.Event()

    def read():
        while not is_over.is_set():
            least = version[0] if published.is_set() else 0
            if int(site.get().body[:8]) < least:
                wrong.append(least)

    published = threading.Event()

    def write():
        for _ in range(40):
            published.clear()
            with guard:
                version[0] += 1
            site.spoil("a")
            published.set()
            time.sleep(0.01)
        is_over.set()

    threads = [threading.Thread(target=work) for work in (read, read, read, write)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert version[0] == 40
    assert wrong == []


# Threads for the application


def test_no_request_waits_behind_another_while_a_thread_may_be_had(monkeypatch):
    taken, go_on = threading.Event(), threading.Event()

    class Queue(SimpleQueue):
        def get(self):
            job = super().get()
            if job.arguments == ("slow",):  # its thread is held up before it can say that it works
                taken.set()
                go_on.wait(10)
            return job

    monkeypatch.setattr(pool, "SimpleQueue", Queue)
    threads = pool.Pool(2, "test")
    threads.run(str, "first", give_up=bool)  # so that one thread waits for work
    slow = threading.Thread(target=threads.run, args=(str, "slow"), kwargs={"give_up": bool})
    slow.start()
    taken.wait(10)
    patience = iter([False] * 20)

    assert threads.run(str, "quick", give_up=lambda: next(patience, True)) == "quick"
    go_on.set()
    slow.join(10)
