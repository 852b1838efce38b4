"""The Jinja2 environment of public pages: what templates may call; nothing in it queries."""

from functools import lru_cache

from django.templatetags.static import static
from django.utils import timezone
from django.utils.encoding import uri_to_iri
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, ngettext
from jinja2 import Environment, StrictUndefined

from articles import media
from articles.addresses import address, whole
from articles.languages import direction_of


def environment(**options):
    options["undefined"] = StrictUndefined  # a misspelt name is an error, not an empty place
    options["trim_blocks"] = options["lstrip_blocks"] = True
    made = Environment(**options, extensions=["jinja2.ext.i18n"])  # noqa: S701  Django sets autoescape
    made.install_gettext_callables(gettext, ngettext, newstyle=True)
    made.globals |= {
        "static": static,
        "url": address,
        "direction_of": direction_of,
        "language": get_language,  # of the interface, for pages that know no publication
        "picture": media.picture,
        "shown": media.shown,
        "share_picture": media.share_picture,
    }
    made.filters |= {
        "day": day,
        "moment": moment,
        "machine": machine,
        "whole": whole,
        "readable": uri_to_iri,
    }
    return made


def day(value):
    """``23 November 2026``, in the publication's time zone and language."""
    return _formatted(value, "j F Y", timezone.get_current_timezone(), get_language())


def moment(value):
    return _formatted(value, "j F Y, H:i", timezone.get_current_timezone(), get_language())


@lru_cache(maxsize=4096)
def _formatted(value, form, zone, language):
    """Kept, for a story's date stands on many pages and was a quarter of what a list costs."""
    return date_format(value.astimezone(zone), form)


def machine(value):
    """For ``<time datetime>``: the publication's own offset, to the second."""
    return _for_machines(value, timezone.get_current_timezone())


@lru_cache(maxsize=4096)
def _for_machines(value, zone):
    return value.astimezone(zone).isoformat(timespec="seconds")
