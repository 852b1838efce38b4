"""Whatever the newsroom does, readers see exactly the lines whose stories they can open.

After every act of a random sequence the lines on every live page and in the feeds are compared with
those that a naive reading of the database gives, and every stored page with a fresh render. Longer:
``LINES_EXAMPLES=50 LINES_STEPS=40 pytest tests/test_interesting_machine.py``.
"""

import json
import re
from contextlib import suppress
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser

import pytest
from django.conf import settings as site
from django.db.models import ProtectedError
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from articles import importers, publishing
from articles.links import INTERESTING
from articles.links.labels import LATEST
from articles.models import Article, Edition, Publication, Section, StandingPage, Tag

from .builders import make_article, make_author, make_image, make_page, make_section
from .machine import LINES, NUMBER, SAID, TAGS, Machine, run

STORIES = 12

pytestmark = pytest.mark.django_db


class Shown(HTMLParser):
    """The lines of a page as a reader meets them: label, address, headline, its language."""

    def __init__(self, html):
        super().__init__()
        self.lines, self.within, self.language = [], "", None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "section" and attributes.get("class") == "interesting":
            self.lines.append({"label": "", "headline": "", "named": attributes["aria-label"]})
            self.within = "section"
        elif self.within and tag == "span":
            self.within = "label"
        elif self.within and tag == "a":
            self.within = "headline"
            self.lines[-1] |= {"path": attributes["href"], "language": attributes.get("lang")}
        elif self.within and tag == "img":
            assert attributes["alt"] == ""

    def handle_endtag(self, tag):
        if tag == "section":
            self.within = ""
        elif self.within and tag in ("span", "a"):
            self.within = "section"

    def handle_data(self, text):
        if self.within in ("label", "headline"):
            self.lines[-1][self.within] += text


def told_to_machines(html):
    """Where the page's own facts (JSON-LD) say that its lines lead."""
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    pages = [fact.get("mainEntityOfPage", fact) for fact in json.loads(script)["@graph"]]
    return [url for page in pages for url in page.get("relatedLink", [])]


class Lines(Machine):
    # The newsroom

    @initialize()
    def a_newspaper(self):
        self.sections = [make_section(name) for name in ("World", "Sport")]
        self.authors = [make_author("Ada Quill")]
        self.images = [make_image(digest * 64) for digest in "01"]
        self.followed = {}  # the oracle's own book of follow-ups: story → what follows it
        self.heirs = {}  # and of tags that were merged
        make_page("About", body="<p>About us.</p>")
        for number in range(6):  # each points at the two before it and at a list
            at_list = ("tag", number % 2) if number % 3 else ("section", number % 2)
            lines = [("story", number - 1), ("story", number - 2), at_list]
            lines = [(line, "") for line in lines[0 if number > 1 else 2 :]]
            self.write(lines, TAGS[number % 2], number % 2, ("en", "ur")[number % 2], True)

    def article(self, number):
        articles = Article.objects.order_by("pk")
        return articles[number % articles.count()]

    @rule(
        lines=LINES,
        tag=st.sampled_from(TAGS),
        section=st.integers(0, 1),
        language=st.sampled_from("en en ur ar".split()),
        is_live=st.booleans(),
    )
    def write(self, lines, tag, section, language, is_live):
        if Article.objects.count() >= STORIES:
            return
        self.count += 1
        article = make_article(
            headline=f"Story {self.count}",
            body=self.body(lines) if lines else "<p>Plain.</p>",
            tags=(tag,),
            section=self.sections[section],
            language=language,
            lead_image=self.images[self.count % 3 % 2] if self.count % 2 else None,
        )
        if is_live:
            publishing.publish(article)

    @rule(number=NUMBER, lines=LINES, is_published=st.booleans())
    def write_other_lines(self, number, lines, is_published):
        self.count += 1
        self.saved(number, body=self.body(lines))
        if is_published:
            publishing.publish(self.article(number))

    @rule(number=NUMBER, what=st.sampled_from(["headline", "slug", "tags", "section", "language"]))
    def change_and_publish(self, number, what):
        self.count += 1
        n = self.count
        changes = {
            "headline": f"Story {n % STORIES}",  # some line may wait for it
            "slug": f"slug-{n}",
            "tags": (TAGS[n % 3], TAGS[n % 2]),
            "section": self.sections[n % 2],
            "language": ("en", "ur")[n % 2],
        }
        self.saved(number, **{what: changes[what]})
        publishing.publish(self.article(number))

    def saved(self, number, **changes):
        article = self.article(number)
        return publishing.save(article, base_version=article.version, **changes)

    @rule(number=NUMBER)
    def publish(self, number):
        publishing.publish(self.article(number))

    @rule(number=NUMBER)
    def delete(self, number):
        article = self.article(number)
        with suppress(ProtectedError):
            article.delete()

    @rule(number=NUMBER, line=st.sampled_from(["", "Story 1", "Story 5"]))
    def import_a_story(self, number, line):
        self.count += 1
        paragraphs = ["From the archive.", f"Interesting: {line}", "The end."]
        record = importers.Record(
            location=f"/archive/{number}",
            digest=f"{self.count:064}",
            headline=f"Story {number}",
            body="".join(
                f'<aside data-interesting="">{words[13:]}</aside>'
                if "Interesting: S" in words
                else f"<p>{words}</p>"
                for words in paragraphs
            ),
        )
        importers.keep(record, section=self.sections[0], tags=("Sea",), publish=True)

    @rule(number=NUMBER, follows=NUMBER)
    def declare_a_follow_up(self, number, follows):
        article, earlier = self.article(number), self.article(follows)
        chain, at = [], article.pk
        while at is not None:
            chain.append(at)
            at = self.followed.get(at)
        try:
            publishing.declare_follow_up(article, follows=earlier)
        except publishing.NotAFollowUp:
            assert earlier.pk in chain or earlier.pk in self.followed
        else:
            assert earlier.pk not in chain and earlier.pk not in self.followed
            self.followed[earlier.pk] = article.pk

    @rule()
    def undo_a_follow_up(self):
        if self.followed:
            earlier, later = max(self.followed.items())
            publishing.undo_follow_up(
                Article.objects.get(pk=later), follows=Article.objects.get(pk=earlier)
            )
            del self.followed[earlier]

    @rule(numbers=st.tuples(st.integers(0, 2), st.integers(0, 2)))
    def merge_tags(self, numbers):
        one, other = map(self.tag, numbers)
        if one and one != other:
            self.heirs[one.pk] = other.pk
            publishing.merge_tags(one, into=other)

    @rule(number=st.integers(0, 2), is_gone=st.booleans())
    def rename_or_remove_a_tag(self, number, is_gone):
        if not (tag := self.tag(number)):
            return
        if is_gone:
            publishing.remove(tag)
        else:
            self.count += 1
            tag.name = f"Renamed {self.count}"
            publishing.change(tag)

    @rule(number=NUMBER, said=SAID)
    def write_about_us(self, number, said):
        self.count += 1
        page = StandingPage.objects.get()
        page.body = self.body([(("story", number), said), (("tag", 0), "")])
        publishing.change_page(page, base_version=page.version)

    @rule(
        labels=st.sampled_from([{}, {"ur": "مزید"}]), own=st.sampled_from(["Interesting", "Also"])
    )
    def change_the_labels(self, labels, own):
        publication = Publication.current()
        publication.labels, publication.interesting_label = labels, own
        publishing.change(publication)

    # What readers should see, by looking at everything

    def lives(self):
        editions = list(Edition.objects.prefetch_related("tags").select_related("section"))
        return {
            edition.article_id: edition
            for edition in editions
            if edition.live_from <= self.moment < edition.live_until
        }

    def expected(self, source, language, body, lives):
        publication, shown, lines = Publication.current(), set(), []
        pattern = r"<aside data-interesting=\"([^\"]*)\"([^>]*)>([^<]*)</aside>"
        for target, said, words in re.findall(pattern, body):
            edition, label = None, ""
            if target.startswith("tag-"):
                pk = int(target[4:])
                while pk in self.heirs:
                    pk = self.heirs[pk]
                found = [e for e in lives.values() if pk in [tag.pk for tag in e.tags.all()]]
                edition = self.newest(found, {source, *shown})
                if edition:
                    label = self.latest(language, Tag.objects.get(pk=pk).name)
            elif target.startswith("section-"):
                found = [e for e in lives.values() if e.section_id == int(target[8:])]
                edition = self.newest(found, {source, *shown})
                if edition:
                    label = self.latest(language, Section.objects.get(pk=target[8:]).name)
            elif target:
                at = int(target)
                while at is not None and at != source:
                    edition = lives.get(at, edition)
                    at = self.followed.get(at)
            if edition is None or edition.article_id in {source, *shown}:
                continue
            shown.add(edition.article_id)
            if own := re.search(r'data-label="([^"]*)"', said):
                label = own[1]
            elif not label:
                label = publication.labels.get(language) or INTERESTING[language]
                if language == publication.language:
                    label = publication.interesting_label
            is_pinned = "data-pinned" in said
            headline = unescape(words) if is_pinned else edition.headline
            foreign = None if is_pinned or edition.language == language else edition.language
            lines.append((label, edition.path, headline, foreign))
        return lines

    @staticmethod
    def latest(language, name):
        return LATEST[language] % (name if language == "en" else f"\u2068{name}\u2069")

    @staticmethod
    def newest(editions, without):
        editions = [edition for edition in editions if edition.article_id not in without]
        return max(editions, key=lambda e: (e.published_at, e.article_id), default=None)

    # What they get

    def pages(self):
        yield from set(Edition.objects.values_list("path", flat=True))
        yield from ("/feed/", "/feed/json/", StandingPage.objects.get().get_absolute_url())
        for tag in Tag.objects.all():
            yield f"{tag.get_absolute_url()}feed/json/"

    @invariant()
    def readers_see_the_lines_whose_stories_they_can_open(self):
        self.every_kept_page_is_true()
        lives, told = self.lives(), {}
        for edition in lives.values():
            told[edition.path] = self.expected(
                edition.article_id, edition.language, edition.body, lives
            )
            self.shows(edition.path, told[edition.path])
        standing = StandingPage.objects.get()
        about = self.expected(None, standing.language, standing.body, lives)
        self.shows(standing.get_absolute_url(), about)
        for path in self.pages():
            reply = self.reader.get(path)
            if path.endswith("json/") and reply.status == 200:
                self.tells(reply, told)
        opened = {path for lines in [about, *told.values()] for _, path, _, _ in lines}
        assert {self.reader.get(path).status for path in opened} <= {200}
        self.moment += timedelta(milliseconds=7)

    def shows(self, path, lines):
        reply = self.reader.get(path)
        assert reply.status == 200
        html = reply.body.decode()
        shown = Shown(html).lines
        assert [
            (line["label"].removesuffix(":"), line["path"], line["headline"], line["language"])
            for line in shown
        ] == lines
        for line in shown:
            assert line["named"] == f"{line['label']} {line['headline']}"
        assert html.count("interesting-label") == len(lines)  # and no empty box
        assert told_to_machines(html) == [site.SITE_URL + path for _, path, _, _ in lines]

    def tells(self, reply, told):
        for item in json.loads(reply.body)["items"]:
            path = item["url"].removeprefix(site.SITE_URL)
            pattern = r'<p><strong[^>]*>([^<]*):</strong> <a href="([^"]*)"([^>]*)>([^<]*)</a></p>'
            lines = [
                (label, href.removeprefix(site.SITE_URL), unescape(headline), more)
                for label, href, more, headline in re.findall(pattern, item["content_html"])
            ]
            assert [line[:3] for line in lines] == [line[:3] for line in told[path]]


def test_after_every_act_readers_see_the_lines_whose_stories_they_can_open(_plain_storage):
    run(Lines, name="LINES", examples=3, steps=16)
