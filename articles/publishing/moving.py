"""All lines that point at one story are made to point at another, in one act that can be undone."""

import math
from collections import defaultdict

from django.db import transaction
from django.utils import timezone

from articles.body import find_references, move_line, replace_lines
from articles.models import (
    Article,
    Edition,
    InterestingLink,
    MovedLines,
    Revision,
    StandingPage,
)

from .holding import hold, locked
from .quiet import rewrite, texts_of
from .standing_pages import change_page


class NothingToMove(ValueError):
    """No line can be moved from the one story to the other."""


@transaction.atomic
def move_lines(article: Article, *, to: Article, by=None) -> MovedLines:
    """Let all lines to ``article`` point at ``to``, in working copies, and in what readers see or
    will.

    Readers get quiet editions: dates, addresses and places in lists stay. A story that points at
    ``to`` already, or is ``to``, keeps its lines as they are, for one line to a story is enough.
    Lines on pages of the desk move too. Raises NothingToMove.
    """
    if to.pk == article.pk:
        raise NothingToMove("Choose another story: these lines point at this one already.")
    article, to = locked(article), locked(to)
    sources = _sources_of(article) - _sources_of(to) - {to.pk}
    there = {page.pk for page in _pages_with(to)}
    pages = [page for page in _pages_with(article) if page.pk not in there]
    if not sources and not pages:
        raise NothingToMove(f"No line to “{article.headline}” can be moved to “{to.headline}”.")
    now, were = timezone.now(), defaultdict(lambda: defaultdict(list))

    def moved(text, number, line):
        lines = were[_name(text)][text.version]
        if number == len(lines):  # an edition of this version has the same
            lines.append(line)
        return move_line(line, target=to.pk, headline=to.headline)

    _replace(sources, article, moved, at=now, by=by)
    _replace_on(pages, article, moved)
    return MovedLines.objects.create(article=article, to=to, lines=were, moved_at=now, moved_by=by)


@transaction.atomic
def move_lines_back(moved: MovedLines, *, by=None) -> int:
    """Undo ``moved``: its lines are what they were before. Returns in how many stories.

    Where somebody took the line out meanwhile, it stays out, and one put in after that stays.
    Raises NothingToMove if all of this was done before.
    """
    to, now = locked(moved.to), timezone.now()
    moved = MovedLines.objects.get(pk=moved.pk)
    if moved.taken_back_at:
        raise NothingToMove("These lines were taken back already.")
    were = {
        int(name) if name.isdecimal() else name: {int(v): lines for v, lines in versions.items()}
        for name, versions in moved.lines.items()
    }

    sources = _sources_of(to) & were.keys()
    pages = [page for page in _pages_with(to) if _name(page) in were]
    gone_in, led_back = _gone_in(sources, to, since=moved.moved_at), set()

    def as_before(text, number, line):
        name = _name(text)
        lines = were[name].get(text.version) or were[name][max(were[name])]  # it may be made since
        if number >= len(lines) or text.version >= gone_in.get(name, math.inf):
            return line
        led_back.add(name)
        return lines[number]

    _replace(sources, to, as_before, at=now, by=by)
    _replace_on(pages, to, as_before)
    moved.taken_back_at = now
    moved.save(update_fields=["taken_back_at"])
    return len(led_back)


def _pages_with(target):
    """Pages of the desk with a line to ``target``, held until commit; they are few."""
    pages = StandingPage.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    return pages.filter(body__contains=f'data-interesting="{target.pk}"')


def _name(text):
    """What the story of a text is called, or a page among them."""
    if isinstance(text, StandingPage):
        return f"page-{text.pk}"
    return text.article_id if isinstance(text, Edition) else text.pk


def _replaced(text, target, replacement):
    return replace_lines(text.body, target.pk, lambda number, line: replacement(text, number, line))


def _replace_on(pages, target, replacement):
    for page in pages:
        page.body = _replaced(page, target, replacement)
        change_page(page, base_version=page.version)


def _sources_of(target):
    """Stories with a line to ``target`` in their working copy, or in what readers see or will."""
    copies = InterestingLink.objects.filter(target=target, edition=None)
    editions = Edition.objects.not_ended().filter(lines__target=target)
    return {*copies.values_list("source", flat=True), *editions.values_list("article", flat=True)}


def _gone_in(sources, target, *, since):
    """By story the first version of its working copy ``since`` then with no line to ``target``."""
    saved = Revision.objects.filter(article__in=sources, saved_at__gte=since).order_by("-version")
    texts = saved.values_list("article", "version", "content__body")
    return {
        source: version
        for source, version, html in texts
        if target.pk not in find_references(html).targets
    }


def _replace(sources, target, replacement, *, at, by):
    """``replacement(text, number, line)`` says what stands in place of each line to ``target``.

    ``number`` counts the lines to it in one text, from 0.
    """
    texts = texts_of(hold(sources), at=at)
    bodies = {text: _replaced(text, target, replacement) for held in texts for text in held}
    rewrite(texts, bodies, at=at, by=by)
