"""The Jinja2 environment of public pages: what templates may call; nothing in it queries."""

from functools import lru_cache

from django.templatetags.static import static
from django.utils import timezone
from django.utils.encoding import uri_to_iri
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, ngettext, pgettext
from jinja2 import Environment, StrictUndefined, pass_context

from articles import media
from articles.addresses import address, whole
from articles.languages import direction_of, in_digits_of
from articles.models import Publication
from articles.periods import period_with

from . import metadata


def environment(**options):
    options["undefined"] = StrictUndefined  # a misspelt name is an error, not an empty place
    options["trim_blocks"] = options["lstrip_blocks"] = True
    made = Environment(**options, extensions=["jinja2.ext.i18n"])  # noqa: S701  Django sets autoescape
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_callables(gettext, ngettext, newstyle=True, pgettext=pgettext)
    made.globals |= {
        "ngettext": _counted(made.globals["ngettext"]),
        "static": static,
        "url": address,
        "direction_of": direction_of,
        "language": get_language,  # of the interface, for pages that know no publication
        "last_name": lambda: Publication.last_name,  # of the publication, for the same pages
        "picture": media.picture,
        "shown": media.shown,
    }
    made.filters |= {
        "day": day,
        "number": _number,
        "moment": moment,
        "machine": machine,
        "named": metadata.named,
        "day_of": day_of,
        "whole": whole,
        "readable": uri_to_iri,
    }
    return made


def _counted(ngettext):
    """``ngettext`` whose ``%(num)s`` is written in the digits of the page's language."""

    @pass_context
    def counted(context, one, many, count, **others):
        return ngettext(context, one, many, count, **{"num": number(count)} | others)

    return counted


def number(value):
    """``value`` in the digits of the page's language: ٢٣ on an Arabic page."""
    return in_digits_of(get_language(), value)


@pass_context
def _number(_context, value):
    """With the context, or Jinja would write ``404|number`` once, in one language."""
    return number(value)


def day(value):
    """``23 November 2026``, in the publication's time zone and language."""
    form = pgettext("a date, in Django’s letters for it", "j F Y")
    return _formatted(value, form, timezone.get_current_timezone(), get_language())


def moment(value):
    form = pgettext("a date and time, in Django’s letters for them", "j F Y, H:i")
    return _formatted(value, form, timezone.get_current_timezone(), get_language())


def day_of(value):
    """The address of the page with all stories of the same day."""
    return _day_of(value, timezone.get_current_timezone())


@lru_cache(maxsize=4096)
def _day_of(value, zone):
    return period_with(value, "day", zone).path


@lru_cache(maxsize=4096)
def _formatted(value, form, zone, language):
    """Kept, for a story's date stands on many pages and was a quarter of what a list costs."""
    return in_digits_of(language, date_format(value.astimezone(zone), form))


def machine(value):
    """For ``<time datetime>``: the publication's own offset, to the second."""
    return _for_machines(value, timezone.get_current_timezone())


@lru_cache(maxsize=4096)
def _for_machines(value, zone):
    return value.astimezone(zone).isoformat(timespec="seconds")
