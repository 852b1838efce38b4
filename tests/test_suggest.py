"""Which stories the desk suggests for a text, and why."""

from datetime import UTC, datetime, timedelta

from articles.links.suggest import Story, suggest

from .builders import make_live

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)


def live(headline, *, days=1, **changes):
    return make_live(headline=headline, at=AT - timedelta(days=days), **changes)


def found(story, **how):
    return [suggestion.headline for suggestion in suggest(story, at=AT, **how)]


def test_it_works(db):
    live("The river rose", tags=("Floods",), days=3)
    live("The bank closed", tags=("Money",))
    [one] = suggest(Story(headline="Water again", tags=("Floods", "Indus")), at=AT)
    assert one.headline == "The river rose"
    assert one.reason.text(at=AT) == "shares Floods · 3 days ago · not yet linked from anywhere"
