"""Which stories a text could lead to, the best first, each with its reasons.

In: a story as it stands, saved or being typed. Out: live stories that it neither is nor leads to,
each the one that a line would show.

``walk``     the newest stories of each tag, and what the search index finds alike: who could be it
``weigh``    what tags, words, section, language and age are worth: pure sums
``reasons``  why, in words
``ranking``  the three put together
``inbound``  the other direction: which older stories could lead to this one

The work is bounded, whatever the archive: at most ``walk.MOST_TAGS`` tags, the newest
``walk.PER_TAG`` rows of each from one index, and the details of ``walk.SHORTLIST`` stories.
"""

from .inbound import Proposal, inbound, named, place_in
from .ranking import Story, Suggestion, candidates, replacements, suggest
from .reasons import Reason

__all__ = [
    "Proposal",
    "Reason",
    "Story",
    "Suggestion",
    "candidates",
    "inbound",
    "named",
    "place_in",
    "replacements",
    "suggest",
]
