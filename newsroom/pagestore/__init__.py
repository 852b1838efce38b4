"""Rendered pages kept on disk, found by path, dropped by key. Speaks HTTP and knows no model.

In: a WSGI application whose public answers say in ``Surrogate-Key`` what they show and in
``CDN-Cache-Control`` how long that holds; and, through ``Store.spoil``, which keys are out of date.
Out: the same answers without asking the application, never older than the last spoil.

``http``    what the headers say; pure functions
``store``   pages, their keys, what was spoiled, how far the follower of the outbox has come
``file``    the SQLite file in which all of that lies
``memory``  pages that one process has at hand, true as long as the ``generation`` that all share
``page``    a page, its name, and how the file has it
``turns``   one render for any number of simultaneous misses, over all processes
``pool``    threads for the application, so that one that hangs holds up no reader
``bodies``  what clients send, taken whole
``pieces``  what is sent in pieces, and who keeps a thread for it
``pulse``   whether the database answers
``pages``   the page of a name: from the store, rendered, or the best there is
``wsgi``    the wrapper that puts these together

What makes it exact:

* A page is rendered from its name alone (path and the parameters that its route reads), so nothing
  else in a request can be part of it.
* A spoil is one transaction: it marks pages and remembers the key. A render notes the number of the
  last spoil when it begins, and is kept only if none of its keys was spoiled since.
* Each process has hot pages in memory, true as long as a number that all processes share (eight
  bytes of a mapped file) is the same. Every spoil writes another before it returns.
* Where a spoil cannot be written, that number says "closed", and no process uses the store until
  one can be.
"""

from .page import Name
from .pulse import Pulse
from .store import Spoiled, Store, Unwritable
from .wsgi import PageStore, Route

__all__ = ["Name", "PageStore", "Pulse", "Route", "Spoiled", "Store", "Unwritable"]
