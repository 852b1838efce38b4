"""A believable small newspaper to look at and to play with; its people and places are invented.

In: ``publication.toml`` and the texts under ``stories/``. Out: a publication, made by the same
verbs that the desk uses. Running it again adds what is missing and changes nothing else.
"""

from .newspaper import is_wanted, make

__all__ = ["is_wanted", "make"]
