"""A way to a server that can fall silent: it still takes what clients send, and says nothing."""

import socket
import threading
from contextlib import suppress


class Proxy:
    """Between whoever connects to ``port`` and the server at ``address``.

    What was connected when it fell silent stays so for ever, as through a machine that forgot its
    connections; the server at the other end is not told either.
    """

    def __init__(self, address):
        self.address = address
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.is_silent = False
        self.pairs, self.sockets = [], []
        threading.Thread(target=self._accept, daemon=True).start()

    def fall_silent(self):
        self.is_silent = True
        for pair in self.pairs:
            pair.is_silent = True

    def recover(self):
        self.is_silent = False

    def close(self):
        for open_socket in (self.listener, *self.sockets):
            with suppress(OSError):  # wakes whoever waits on it
                open_socket.shutdown(socket.SHUT_RDWR)
            open_socket.close()

    def _accept(self):
        with suppress(OSError):
            while True:
                client = self.listener.accept()[0]
                server = socket.create_connection(self.address)
                self.sockets += client, server
                pair = _Pair(self.is_silent)
                self.pairs.append(pair)
                for ends in ((client, server), (server, client)):
                    threading.Thread(target=pair.pass_on, args=ends, daemon=True).start()


class _Pair:
    def __init__(self, is_silent):
        self.is_silent = is_silent

    def pass_on(self, source, goal):
        with suppress(OSError):
            while said := source.recv(65536):
                if not self.is_silent:
                    goal.sendall(said)
            if not self.is_silent:
                goal.shutdown(socket.SHUT_WR)
