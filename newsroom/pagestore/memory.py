"""Pages that one process has in memory, so that a look at one costs no query."""

import threading

from .page import Page

LARGEST_BYTES = 48 * 1024 * 1024
PAGE_BYTES = 4096  # of a page beside its body: headers, name, what holds them


class Memory:
    def __init__(self):
        self._pages, self._bytes = {}, 0
        self._guard = threading.Lock()
        self.get = self._pages.get  # by name and coding; every hit asks, so without a call of ours

    def remember(self, key, page: Page) -> None:
        with self._guard:
            before = self._pages.get(key)
            self._bytes += _bytes(page) - (_bytes(before) if before else 0)
            if self._bytes > LARGEST_BYTES:
                self._pages.clear()
                self._bytes = _bytes(page)
            self._pages[key] = page

    def forget(self) -> None:
        with self._guard:
            self._pages.clear()
            self._bytes = 0

    def used(self) -> list[int]:
        """The ids of the pages that were used since this was asked last."""
        used = []
        for page in list(self._pages.values()):
            if page.is_used:
                page.is_used = False
                used.append(page.id)
        return used


def _bytes(page):
    return PAGE_BYTES + len(page.body)
