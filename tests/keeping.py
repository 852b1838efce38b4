"""What pages say to those who keep copies of them, and what a change says of those."""

import re

from articles.models import Spoil


def keys(response):
    return set(response["Surrogate-Key"].split())


def held(response, directive="max-age"):
    """Seconds."""
    return int(re.search(rf"\b{directive}=(\d+)", response["CDN-Cache-Control"])[1])


def spoiled_by(act):
    """The keys that ``act`` writes to the outbox."""
    last = Spoil.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    act()
    return set(Spoil.objects.filter(pk__gt=last).values_list("key", flat=True))
