"""A page store around an application that is told what to say, and readers to ask it."""

import threading
from dataclasses import dataclass, field

from newsroom.pagestore import PageStore, Pulse, Route, Spoiled, Store

BODY = b"<p>The council met on Tuesday.</p>" * 40
KEPT = [("CDN-Cache-Control", "max-age=3600, stale-if-error=86400"), ("Surrogate-Key", "a b")]


@dataclass
class Reply:
    status: int
    headers: dict
    body: bytes

    def __getitem__(self, name):
        return self.headers[name.lower()]

    @property
    def label(self):
        return self["X-Cache"]


@dataclass
class Newspaper:
    """An application: ``says`` by path, with every request that reached it."""

    says: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)
    before: object = staticmethod(lambda environ: None)  # called within each request

    def __call__(self, environ, start_response):
        self.asked.append(environ)
        said = self.says.get(environ["PATH_INFO"], (404, [], b"Nothing here"))
        self.before(environ)
        status, headers, body = said() if callable(said) else said
        start_response(f"{status} Said", list(headers))
        return [body]


def unavailable(environ, start_response):
    start_response("503 Service Unavailable", [("Retry-After", "10")])
    return [b"Back soon"]


class Site:
    def __init__(self, folder, newspaper=None, *, store=None, **changes):
        self.newspaper = newspaper or Newspaper()
        self.store = store or Store(folder)
        if self.store.position() is None:
            self.store.spoil_all(position="0")
        self.pulse = Pulse()
        self.pulse.seen_at = float("inf")
        settings = {
            "site_url": "http://paper.example",
            "route": lambda path: Route(None if path.startswith("/admin/") else ("before",)),
            "is_our_host": lambda host: host in ("paper.example", "www.paper.example"),
            "parameters": ("before", "page"),
            "unavailable": unavailable,
            "pulse": self.pulse,
        }
        self.wsgi = PageStore(self.newspaper, self.store, **(settings | changes))

    def says(self, path="/", status=200, headers=KEPT, body=BODY):
        self.newspaper.says[path] = (status, headers, body)

    def get(self, path="/", query="", *, method="GET", host="paper.example", **headers):
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "HTTP_HOST": host,
            "wsgi.url_scheme": "http",
        }
        for name, value in headers.items():
            environ[f"HTTP_{name.upper()}"] = value
        said = []
        chunks = self.wsgi(environ, lambda *words: said.append(words))
        headers = {name.lower(): value for name, value in said[-1][1]}
        return Reply(int(said[-1][0][:3]), headers, b"".join(chunks))

    def spoil(self, *keys, final=False):
        return self.store.spoil([Spoiled(key, final) for key in keys])

    def close(self):
        self.store.disconnect()


def at_once(count, work):
    """Run ``work`` in ``count`` threads that begin together; what they returned."""
    gate, done = threading.Barrier(count), []

    def run():
        gate.wait()
        done.append(work())

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return done
