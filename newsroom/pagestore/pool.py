"""Threads in which the application runs, while those that wait for it may stop waiting.

A database that hangs keeps whoever asked it for as long as it likes. Here that is one of a fixed
number of threads and never the one that has to answer the reader.
"""

import threading
from collections.abc import Callable
from queue import SimpleQueue

SLICE_SECONDS = 0.1  # between two looks at whether waiting makes sense


class Abandoned(Exception):
    """Nobody waits for the result any longer; whether there will be one is not known."""


class NotBegun(Abandoned):
    """The work was given up before it began, and will not be done."""


class Pool:
    def __init__(self, size: int, name: str):
        self._size, self._name = size, name
        self._jobs = SimpleQueue()
        self._guard = threading.Lock()
        self._started = self._unfinished = 0  # threads, and jobs

    def run(self, work: Callable, *arguments, give_up: Callable[[], bool]):
        """What ``work(*arguments)`` returns or raises; raises Abandoned when ``give_up()``."""
        job = _Job(work, arguments)
        with self._guard:
            self._unfinished += 1
            needs_another = self._started < min(self._unfinished, self._size)
            self._started += needs_another
            self._jobs.put(job)
        if needs_another:
            threading.Thread(target=self._work, name=self._name, daemon=True).start()
        while not job.done.wait(SLICE_SECONDS):
            if give_up():
                raise NotBegun if job.cancel() else Abandoned
        if job.error is not None:
            raise job.error
        return job.result

    def _work(self):
        while True:
            job = self._jobs.get()
            job.do()
            with self._guard:
                self._unfinished -= 1
            job.done.set()
            del job  # its result may be large, and the next job may be long in coming


class _Job:
    def __init__(self, work, arguments):
        self.work, self.arguments = work, arguments
        self.result = self.error = None
        self.done = threading.Event()
        self._taken = threading.Lock()  # by the thread that does it, or by whoever calls it off

    def cancel(self):
        return self._taken.acquire(blocking=False)

    def do(self):
        if not self._taken.acquire(blocking=False):
            return
        try:
            self.result = self.work(*self.arguments)
        except BaseException as error:
            self.error = error
