import logging
import time

from newsroom.pagestore import PageStore

logger = logging.getLogger(__name__)

RENEWED_SECONDS = 0.5  # for which a change is held back until the pages it concerns are there
IN_USE_SECONDS = 60  # since somebody read a page, so that it is worth that
REWARMED = 100  # pages at most after one change


class Renewal:
    """The store as a keeper that has the new pages ready when it lets go of the old ones.

    At full load a hundred readers ask for a page in the moment that it is spoiled, and would all
    wait for it. So what is read most is rendered first; readers have the old pages meanwhile, since
    the editor is not answered yet; then all change at once. A withdrawal waits for nothing.
    """

    def __init__(self, application: PageStore):
        self._pages, self._store = application.pages, application.store
        self.position, self.spoil_all = self._store.position, self._store.spoil_all

    def spoil(self, spoils, *, since, position):
        spoils, renewed = list(spoils), []
        if not any(spoil.is_final for spoil in spoils):
            try:
                renewed += self._renewed([spoil.key for spoil in spoils])
            except Exception:  # readers have them rendered
                logger.exception("The pages of a change could not be made anew.")
        return self._store.spoil(spoils, since=since, position=position, renewed=renewed)

    def _renewed(self, keys):
        until = time.monotonic() + RENEWED_SECONDS
        used_since = time.time() - IN_USE_SECONDS
        for name in self._store.shown(keys, used_since=used_since, most=REWARMED):
            if page := self._pages.renew(name, until=until):
                yield page
            elif time.monotonic() > until:
                return
