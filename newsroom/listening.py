"""One listening socket for all of granian's workers, so that no reader is lost when they end.

In: an address. Out: a granian server whose workers share what waits to be accepted. granian gives
each worker a port of its own on Linux (SO_REUSEPORT); whoever waits there when the worker ends is
cut off. Here a worker that is asked to end leaves those who wait to its successors, answers whom
it has accepted, and tells them to open a new connection (RFC 9112, 9.6). A server that ends turns
newcomers away, and its workers answer all who came before.
"""

import ctypes
import errno
import multiprocessing
import os
import signal
import socket
import struct
import sys
import threading
import time
from contextlib import suppress
from functools import partial

from granian.net import SocketHolder
from granian.server import Server

BACKLOG = 1024  # who may wait to be accepted
EMPTYING_SECONDS = 2  # in which a server that ends accepts all who wait
FAREWELL_SECONDS = 0.5  # in which a worker that ends answers those it has accepted
ASKED = {signal.SIGTERM, signal.SIGINT}
LOOK_SECONDS = 1  # between two looks whether somebody asked a worker itself to end
PARENT_SECONDS = 2 * EMPTYING_SECONDS  # that the server gets to say so after that


class AddressUnusable(Exception):
    """Nobody can listen at this address now; the message tells why and what to do."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises AddressUnusable."""
    try:
        family, kind, _, _, place = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind(place)
        listener.listen(BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise AddressUnusable(
                f"Port {port} on {host} is taken. "
                f"Stop what listens there, or choose another: PORT={port + 1}"
            )
        raise AddressUnusable(f"Nothing can listen on {host} port {port}: {error.strerror}.")
    return listener


class SharedServer(Server):
    """granian's server on ``listener``, which its workers share."""

    def __init__(self, *arguments, listener: socket.socket, **options):
        address, port = listener.getsockname()[:2]
        super().__init__(*arguments, address=address, port=port, **options)
        self.listener = listener

    def _init_shared_socket(self):
        self._ssp = self._shd = None
        self._sso = self.listener

    def _drop_shared_socket(self):
        """Before the workers are asked to end: accept all who wait, and nobody new."""
        turn_away(self.listener)
        deadline = time.monotonic() + EMPTYING_SECONDS
        while waiting(self.listener) and time.monotonic() < deadline:
            time.sleep(0.01)
        self.listener.close()

    def _spawn_worker(self, idx, target, callback_loader):
        ending, lifeline = multiprocessing.Pipe(duplex=False)
        worker = super()._spawn_worker(idx, partial(run_worker, ending), callback_loader)
        worker.terminate = partial(ask_to_end, worker, lifeline)
        return worker


def ask_to_end(worker, lifeline):
    worker.interrupt_by_parent = True  # granian starts again what ends otherwise
    lifeline.close()


def run_worker(ending, number, name, load, sockets, *options):
    """A worker's process, until the other end of ``ending`` is closed or its parent is gone.

    A service manager may send its signal to all processes at once. The workers must not end before
    the server, which has readers waiting for them; so they leave it to the server, for a while.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, ASKED)
    _, listener = sockets
    descriptor = listener.detach()
    goodbye = Goodbye(ending, descriptor)
    holder = SocketHolder(descriptor, False, BACKLOG)
    Server._spawn_wsgi_worker(
        number, name, partial(goodbye.wrapped, load), ((None, holder), None), *options
    )


class Goodbye:
    """How a worker ends: it accepts no more, answers whom it has accepted, and goes."""

    def __init__(self, ending, descriptor):
        self.ending = ending
        self.descriptor = descriptor
        self.is_near = False

    def wrapped(self, load):
        """What ``load`` yields, watched from the moment that it can answer."""
        application = load()
        threading.Thread(target=self.watch, daemon=True).start()

        def answer(environ, start_response):
            if self.is_near:
                start_response = self.last(start_response)
            return application(environ, start_response)

        return answer

    def watch(self):
        while not self.ending.poll(LOOK_SECONDS):
            if ASKED & signal.sigpending():
                self.ending.poll(PARENT_SECONDS)
                break
        self.is_near = True
        # In place of the shared socket: one at which nobody ever arrives.
        with socket.socket() as nowhere:
            nowhere.setblocking(False)
            nowhere.bind(("127.0.0.1", 0))
            nowhere.listen(0)
            turn_away(nowhere)
            os.dup2(nowhere.fileno(), self.descriptor)
        time.sleep(FAREWELL_SECONDS)
        signal.getsignal(signal.SIGTERM)(signal.SIGTERM, None)  # granian's own, which ends it

    @staticmethod
    def last(start_response):
        def start(status, headers, *error):
            return start_response(status, [*headers, ("Connection", "close")], *error)

        return start


# Linux, include/uapi/asm-generic/socket.h; Python has no name for it.
SO_ATTACH_FILTER = 26
# A packet filter (Linux, Documentation/networking/filter.rst) that drops a SYN without ACK, by
# which a connection begins: op code, lines to skip if true, if false, operand.
NO_NEWCOMERS = (
    (0x30, 0, 0, 13),  # load byte 13 of the TCP header, the flags
    (0x54, 0, 0, 0x12),  # keep SYN and ACK
    (0x15, 0, 1, 0x02),  # SYN alone?
    (0x06, 0, 0, 0),  # drop the packet
    (0x06, 0, 0, 0xFFFF),  # take it
)


def turn_away(listener):
    """Let nobody else connect to ``listener``; who tries asks again a second later.

    Connections that have begun are completed. Does nothing where the system has no such filter, or
    lets only root set one: whoever connects at the very moment of the end is then cut off.
    """
    if sys.platform == "linux":
        code = ctypes.create_string_buffer(
            b"".join(struct.pack("HBBI", *line) for line in NO_NEWCOMERS)
        )
        program = struct.pack("HP", len(NO_NEWCOMERS), ctypes.addressof(code))
        with suppress(PermissionError):
            listener.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)


def waiting(listener):
    """How many have connected to ``listener`` and are not accepted; 0 where nobody can tell."""
    if sys.platform != "linux":
        return 0
    told = listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 28)
    return struct.unpack("8B5I", told)[-1]  # tcpi_unacked, of a socket that listens
