"""Asks another site whether an address is still there, without being led anywhere it should not.

In: an address that somebody wrote into a story. Out: an Answer. Nothing but public addresses is
ever connected to: a name is resolved once, every address it has is looked at, and the connection
goes to the address that was looked at, whatever the name says a moment later. The same holds for
each redirect. ``http.client`` lets a connection be made to one address and TLS be checked for
another name in a line; larger libraries would each need a transport of their own for that.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from django.utils.encoding import iri_to_uri

ANSWER_SECONDS = 10  # for each step of a question
WHOLE_SECONDS = 20  # for one question
MOST_REDIRECTS = 5
PERMANENT = (301, 308)
REDIRECTS = (301, 302, 303, 307, 308)
# They answer, though not to us: it takes a login, or they let no machine in.
REFUSALS = (401, 402, 403, 407, 423, 429, 451, 999)
LONGEST_URL = 2000


@dataclass(frozen=True)
class Answer:
    is_there: bool
    status: int | None = None  # of HTTP, the last one
    problem: str = ""  # in words for the desk
    moved_to: str = ""  # where permanent redirects led, before any other


class Forbidden(Exception):
    """This address is none that we ask; the words say why."""


def is_public(address: str) -> bool:
    """Whether ``address`` (an IP) is on the internet at large, and stands for no other one."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if ip.version == 6:
        if ip.ipv4_mapped or ip.sixtofour or ip.teredo:
            return False
        if ip in ipaddress.ip_network("64:ff9b::/96"):  # a translator to IPv4
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def ask(url: str, *, agent: str, may_ask: Callable[[str], bool] = is_public) -> Answer:
    """Ask for ``url``, following redirects; HEAD first, and GET if that is not liked.

    Takes some seconds, and a minute or two at the very most; raises nothing.
    """
    moved_to, is_permanent = "", True
    status = None
    for _ in range(MOST_REDIRECTS + 1):
        try:
            status, location = _asked(url, agent, may_ask)
        except Forbidden as why:
            return Answer(False, status, str(why), moved_to)
        except (OSError, http.client.HTTPException, ValueError) as error:
            return Answer(False, None, _in_words(error), moved_to)
        if status not in REDIRECTS or not location:
            break
        try:
            before, url = url, iri_to_uri(urljoin(url, location)).partition("#")[0]
        except ValueError:
            return Answer(False, status, "It leads to what is no address.", moved_to)
        if len(url) > LONGEST_URL:
            return Answer(False, status, "It leads to an address that is too long.", moved_to)
        is_permanent = is_permanent and status in PERMANENT and url.startswith(("http:", "https:"))
        if is_permanent and not _is_same_place(before, url):
            moved_to = url
    else:
        return Answer(False, status, "It leads from one address to the next without an end.")
    if status < 400:
        return Answer(True, status, "", moved_to)
    if status in REFUSALS:
        return Answer(True, status, "It does not let machines in.", moved_to)
    phrase = http.client.responses.get(status, "")
    return Answer(False, status, f"It answers {status} {phrase}".strip() + ".", moved_to)


def _is_same_place(before, after):
    """Whether a redirect led from http to https and nowhere else."""
    return before.startswith("http://") and after == "https" + before.removeprefix("http")


def _asked(url, agent, may_ask):
    status, location = _request("HEAD", url, agent, may_ask)
    if status is None or (status >= 400 and status != 410):  # many know GET only
        status, location = _request("GET", url, agent, may_ask)
    if status is None:
        raise http.client.RemoteDisconnected
    return status, location


def _request(method, url, agent, may_ask):
    """(status, Location) of the answer; no body is read. (None, None) if HEAD got no answer."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise Forbidden("It is no address of a web page.")
    is_secure = parts.scheme == "https"
    port = parts.port or (443 if is_secure else 80)
    address = _resolved(parts.hostname, port, may_ask)
    if is_secure:
        context = ssl.create_default_context()
        asked = http.client.HTTPSConnection(
            parts.hostname, port, timeout=ANSWER_SECONDS, context=context
        )
    else:
        asked = http.client.HTTPConnection(parts.hostname, port, timeout=ANSWER_SECONDS)
    asked._create_connection = lambda _, *rest: socket.create_connection((address, port), *rest)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"User-Agent": agent, "Accept": "*/*", "Connection": "close"}
    with closing(asked):
        asked.connect()
        # Each step has its own limit; one that sends a byte now and then would pass them all.
        end = threading.Timer(WHOLE_SECONDS, _end, [asked.sock])
        end.daemon = True
        end.start()
        try:
            asked.request(method, target, headers=headers)
            answer = asked.getresponse()
            return answer.status, answer.headers.get("Location")
        except (ConnectionError, http.client.HTTPException):
            if method == "GET":
                raise
            return None, None
        finally:
            end.cancel()


def _end(connected):
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


def _resolved(host, port, may_ask):
    """The first address of ``host``; all of them must be such as may be asked."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [where[0] for *_, where in found]
    if not addresses or not all(map(may_ask, addresses)):
        raise Forbidden("It leads to a machine that is not on the internet at large.")
    return addresses[0]


def _in_words(error):
    match error:
        case socket.gaierror():
            return "There is no site of this name."
        case TimeoutError():
            return "It did not answer in time."
        case ConnectionRefusedError():
            return "It refused the connection."
        case ssl.SSLError():
            return f"Its certificate or encryption is not in order: {error.reason or error}"[:200]
        case _:
            return f"It broke off: {str(error) or type(error).__name__}"[:200]
