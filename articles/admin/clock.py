"""Moments at the desk are those of the newsroom's own clock."""

from functools import wraps
from zoneinfo import ZoneInfo

from django.utils import timezone

from articles.models import Publication


def in_newsroom_time(view):
    """A method of a ModelAdmin whose page reads and shows moments in the publication's time zone.

    One query. The page is rendered here, because Django would do it after the zone is put back.
    """

    @wraps(view)
    def wrapped(self, request, *args, **kwargs):
        with timezone.override(ZoneInfo(Publication.current().time_zone)):
            response = view(self, request, *args, **kwargs)
            return response.render() if hasattr(response, "render") else response

    return wrapped
