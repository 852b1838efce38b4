"""As much of a browser as an editor needs: cookies, and forms sent as they were shown."""

import http.client
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from .processes import DidNotStart

PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class Said:
    status: int
    text: str


class Browser:
    """On one site of loopback; every request has a connection of its own."""

    def __init__(self, port: int):
        self._port, self._cookies = port, SimpleCookie()

    def sign_in(self, name: str, password: str) -> None:
        """At the desk. Raises DidNotStart if it does not let them in."""
        said = self.submit("/admin/login/", username=name, password=password)
        if said.status != 302:
            raise DidNotStart(f"The desk does not let {name} in: {said.status}.")

    def submit(self, path: str, **typed: str) -> Said:
        """Open the form at ``path``, type, and send it."""
        form = Form(self._ask("GET", path).text)
        filled = [pair for pair in form.fields if pair[0] not in typed]
        return self._ask("POST", path, urlencode([*filled, *typed.items()]))

    def stranger(self, path: str) -> Said:
        """What somebody else gets there."""
        return _asked(self._port, "GET", path, {})[0]

    def _ask(self, method, path, body=None):
        headers = {"Cookie": "; ".join(f"{c.key}={c.value}" for c in self._cookies.values())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        said, cookies = _asked(self._port, method, path, headers, body)
        for cookie in cookies:
            self._cookies.load(cookie)
        return said


class Form(HTMLParser):
    """``fields``: what the forms of a page would send, as (name, value)."""

    def __init__(self, text: str):
        super().__init__()
        self.fields, self._select, self._writes = [], None, None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name, value = attrs.get("name"), attrs.get("value") or ""
        if tag == "input" and name and attrs.get("type") not in ("submit", "checkbox", "radio"):
            self.fields.append((name, value))
        elif tag == "input" and name and "checked" in attrs:
            self.fields.append((name, value or "on"))
        elif tag == "textarea" and name:
            self._writes, self._words = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in attrs:
            self.fields.append((self._select, value))

    def handle_data(self, data):
        if self._writes:
            self._words += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self._writes:
            self.fields.append((self._writes, self._words.removeprefix("\n")))
            self._writes = None
        elif tag == "select":
            self._select = None


def _asked(port, method, path, headers, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        said = Said(answer.status, answer.read().decode())
        return said, answer.headers.get_all("Set-Cookie", [])
    finally:
        connection.close()
