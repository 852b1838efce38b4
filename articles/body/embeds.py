"""Things of other sites inside a story: which addresses may be one, and where each is shown."""

import re
from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class Embed:
    provider: str
    kind: str  # video, audio or chart: the shape of its frame
    address: str  # a page to link to, in its one spelling
    frame: str  # what is shown in the story when a reader asks for it


def embed_at(address: str) -> Embed | None:
    """What the providers in the settings have at ``address``; None if none of them knows it."""
    for name, provider in settings.EMBED_PROVIDERS.items():
        if found := re.fullmatch(provider["address"], address, re.ASCII):
            parts = found.groupdict()
            return Embed(
                provider=name,
                kind=provider["kind"],
                address=provider["page"].format(**parts),
                frame=provider["frame"].format(**parts),
            )
    return None
