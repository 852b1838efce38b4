"""The page store of this site: made from the settings, told by the outbox, warmed.

``site``     what the processes of the server run, and what an editor waits for after a change
``tending``  what the background worker does beside its tasks
``renewal``  pages in use are there anew before the old ones go
``store``    the store of this machine, and how it follows the outbox
``names``    the pages worth having before a reader asks
"""

from .names import FEEDS, FOR_MACHINES, name_at, names_of_all, names_of_stories, paths_in_archive
from .renewal import Renewal
from .site import Site, deliver
from .store import follow, store_in
from .tending import tend

__all__ = [
    "FEEDS",
    "FOR_MACHINES",
    "Renewal",
    "Site",
    "deliver",
    "follow",
    "name_at",
    "names_of_all",
    "names_of_stories",
    "paths_in_archive",
    "store_in",
    "tend",
]
