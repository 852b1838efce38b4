"""What readers should see of lines and links, reckoned by looking at every edition and every text.

It knows the rules, and nothing of how the newsroom keeps them: no rows of lines, no keys, no query
for what is live.
"""

import re
from html import unescape

from articles.headlines import headline_key
from articles.links import INTERESTING
from articles.links.labels import LATEST
from articles.models import Edition, Publication, Section, Tag

from .seen import Line

LINE = re.compile(r'<aside data-interesting="([^"]*)"([^>]*)>([^<]*)</aside>')
LINK = re.compile(r'<a data-article="(\d+)">([^<]*)</a>')


class Reckoned:
    """At one moment. ``followed`` says of a story what follows it, ``heirs`` what a tag was merged
    into, both by ids and as whoever did it wrote it down."""

    def __init__(self, moment, *, followed, heirs):
        self.followed, self.heirs = followed, heirs
        self.publication = Publication.current()
        editions = Edition.objects.prefetch_related("tags").select_related("section")
        self.lives = {
            edition.article_id: edition
            for edition in editions.order_by("article_id", "pk")
            if edition.live_from <= moment < edition.live_until
        }
        self.by_path = {edition.path: edition for edition in self.lives.values()}

    def lines(self, source, language, body):
        """Of a text in ``language``; ``source`` is the story's id, None for a page of the desk."""
        shown, lines = {source}, []
        for target, said, words in LINE.findall(body):
            edition, label = self._leads_to(target, source, shown, language)
            if edition is None or edition.article_id in shown:
                continue
            shown.add(edition.article_id)
            if own := re.search(r'data-label="([^"]*)"', said):
                label = own[1]
            label = label or self._usual_label(language)
            is_pinned = "data-pinned" in said
            headline = unescape(words) if is_pinned else edition.headline
            foreign = edition.language if edition.language != language else None
            if is_pinned and headline != edition.headline:  # the editor's words, in Latin letters
                foreign = foreign if edition.language == "en" and language != "en" else None
            lines.append(Line(label, edition.path, headline, foreign))
        return lines

    def links(self, body):
        live = {pk: edition.path for pk, edition in self.lives.items()}
        return [(live.get(int(target)), words) for target, words in LINK.findall(body)]

    def led_to(self, source, body):
        """The stories to which a text leads by a link, or by a line that names a story."""
        named = [target for target, _, _ in LINE.findall(body) if target.isdecimal()]
        shown = [self._leads_to(target, source, (), "en")[0] for target in named]
        linked = [self.lives.get(int(target)) for target, _ in LINK.findall(body)]
        return {edition.article_id for edition in (*shown, *linked) if edition} - {source}

    def waiting(self, source, body):
        """The headlines of live stories for which a line of ``body`` waits in vain."""
        there = {
            headline_key(edition.headline)
            for pk, edition in self.lives.items()
            if pk != source and edition.article.headline == edition.headline
        }
        waits = {unescape(words) for target, _, words in LINE.findall(body) if not target}
        return there.intersection(map(headline_key, waits))

    def _leads_to(self, target, source, shown, language):
        """The edition that a line shows, and the label that the kind of line brings with it."""
        kind, _, number = target.rpartition("-")
        if not number:
            return None, ""
        pk = int(number)
        if not kind:
            edition = None
            while pk is not None and pk != source:
                edition = self.lives.get(pk, edition)
                pk = self.followed.get(pk)
            return edition, ""
        if kind == "tag":
            while pk in self.heirs:
                pk = self.heirs[pk]
            found = [e for e in self.lives.values() if pk in [tag.pk for tag in e.tags.all()]]
        else:
            found = [e for e in self.lives.values() if e.section_id == pk]
        found = [edition for edition in found if edition.article_id not in shown]
        newest = max(found, key=lambda e: (e.published_at, e.article_id), default=None)
        if newest is None:
            return None, ""
        name = (Tag if kind == "tag" else Section).objects.get(pk=pk).name
        return newest, LATEST[language] % (name if language == "en" else f"\u2068{name}\u2069")

    def _usual_label(self, language):
        if language == self.publication.language:
            return self.publication.interesting_label
        return self.publication.labels.get(language) or INTERESTING[language]
